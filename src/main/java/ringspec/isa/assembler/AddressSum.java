package ringspec.isa.assembler;

import org.jspecify.annotations.Nullable;
import ringspec.isa.CodeSize;
import ringspec.isa.Register;

/** Sorts the terms between brackets into base, index, scale and displacement (SDM vol. 1, 3.7.5). */
final class AddressSum {

    private final Symbols symbols;
    private final CodeSize codeSize;
    private static final int BX = 3;
    private static final int BP = 5;
    private static final int SI = 6;

    private @Nullable Register base;
    private @Nullable Register index;
    private int scale = 1;
    private boolean scaled;
    private @Nullable Expression displacement;

    AddressSum(Symbols symbols, CodeSize codeSize) {
        this.symbols = symbols;
        this.codeSize = codeSize;
    }

    void add(Expression term) {
        switch (term) {
            case Expression.Reg reg -> register(reg);
            case Expression.Binary(String operator, Expression left, Expression right, int column) when operator.equals(
                    "+") -> {
                add(left);
                add(right);
            }
            case Expression.Binary(String operator, Expression left, Expression right, int column) when operator.equals(
                    "-") -> {
                add(left);
                displace(new Expression.Unary("-", right, column));
            }
            case Expression.Binary(String operator, Expression left, Expression.Reg right, int column) when operator
                    .equals("*") ->
                    index(right.register(), symbols.constant(left), column);
            case Expression.Binary(String operator, Expression.Reg left, Expression right, int column) when operator
                    .equals("*") ->
                    index(left.register(), symbols.constant(right), column);
            default -> displace(term);
        }
    }

    /** A minus keeps its place in a binary node, so that the difference of two labels is seen as a plain number. */
    private void displace(Expression term) {
        if (displacement == null) {
            displacement = term;
        } else if (term instanceof Expression.Unary(String operator, Expression operand, int column) && operator.equals(
                "-")) {
            displacement = new Expression.Binary("-", displacement, operand, column);
        } else {
            displacement = new Expression.Binary("+", displacement, term, term.column());
        }
    }

    private void register(Expression.Reg reg) {
        Register register = reg.register();
        boolean vector = isVector(register);
        if (!vector && !isAddressRegister(register) && !(register == Register.RIP && codeSize.is64())) {
            throw new Mistake(reg.column(), register + " can't be part of an address: expected " + (codeSize.is64()
                    ? "a 64-bit or 32-bit general register, or rip"
                    : "a 32-bit general register, or bx, bp, si or di"));
        }
        if (base == null && !vector) {
            base = register;
        } else {
            index(register, 1, reg.column());
        }
    }

    private static boolean isVector(Register register) {
        return register.kind() == Register.Kind.XMM || register.kind() == Register.Kind.YMM;
    }

    private boolean isAddressRegister(Register register) {
        return switch (register.kind()) {
            case GPR64 -> codeSize.is64();
            case GPR32 -> true;
            case GPR16 -> !codeSize.is64() && (register.number() == BX || register.number() >= BP);
            default -> false;
        };
    }

    /** 16-bit addresses have BX or BP for the base and SI or DI for the index (SDM vol. 2, table 2-1). */
    private void arrange16(int column) {
        if (base != null && base.number() >= SI && index != null) {
            Register swapped = base;
            base = index;
            index = swapped;
        }
        if (index != null && (index.number() < SI || base.number() >= SI)) {
            throw new Mistake(column, "a 16-bit address has bx or bp and si or di, not " + base + " and " + index);
        }
    }

    private void index(Register register, long factor, int column) {
        if (factor != 1 && factor != 2 && factor != 4 && factor != 8) {
            throw new Mistake(column, "a scale of " + Bits.show(factor) + ": expected 1, 2, 4 or 8");
        }
        if (index != null && base == null && factor == 1 && !isVector(register)) {
            base = register;
            return;
        }
        if (index != null && base == null && !scaled && !isVector(index)) {
            base = index;
            index = null;
        }
        if (index != null) {
            throw new Mistake(column, "more than a base and an index register in one address");
        }
        if (!isVector(register) && (!isAddressRegister(register) || register.bits() == 16 && factor != 1)) {
            throw new Mistake(column, register + " can't be an index: expected a " + (codeSize.is64()
                    ? "64-bit or 32-bit general register" : "32-bit general register, or si or di without a scale"));
        }
        index = register;
        scale = (int) factor;
        scaled = factor != 1;
    }

    AsmOperand.Mem operand(@Nullable Register segment, int size, boolean far, boolean relative,
            boolean relativeByDefault, int column) {
        boolean vector = index != null && isVector(index);
        if (base != null && base.kind() == Register.Kind.GPR16) {
            arrange16(column);
        }
        if (!vector && index != null && index.number() == 4 && scale == 1 && base != null && base.number() != 4) {
            Register swapped = base; // RSP can't be an index (SDM vol. 2, table 2-3), but a plain sum has no order
            base = index;
            index = swapped;
        }
        if (!vector && index != null && index.number() == 4) {
            throw new Mistake(column, index + " can't be an index register");
        }
        if (base == Register.RIP && index != null) {
            throw new Mistake(column, "an address relative to RIP has no index register");
        }
        if (base != null && index != null && !vector && base.kind() != index.kind()) {
            throw new Mistake(column, "base " + base + " and index " + index + " must have the same width");
        }
        if (relative && !codeSize.is64()) {
            throw new Mistake(column, "[rel ..] is for 64-bit code: other code has no address relative to the "
                    + "instruction pointer");
        }
        if (relative && (base != null || index != null)) {
            throw new Mistake(column, "a [rel ..] address has no registers: write [rel symbol]");
        }
        boolean bare = base == null && index == null && segment == null;
        AsmOperand.Addressing addressing = base == Register.RIP
                ? AsmOperand.Addressing.RIP
                : relative || relativeByDefault && bare ? AsmOperand.Addressing.RELATIVE
                        : AsmOperand.Addressing.ABSOLUTE;
        return new AsmOperand.Mem(segment, base == Register.RIP ? null : base, index, scale, displacement, size, far,
                addressing, column);
    }
}
