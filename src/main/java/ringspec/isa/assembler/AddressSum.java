package ringspec.isa.assembler;

import org.jspecify.annotations.Nullable;
import ringspec.isa.Register;

/** Sorts the terms between brackets into base, index, scale and displacement (SDM vol. 1, 3.7.5). */
final class AddressSum {

    private final Symbols symbols;
    private @Nullable Register base;
    private @Nullable Register index;
    private int scale = 1;
    private boolean scaled;
    private @Nullable Expression displacement;

    AddressSum(Symbols symbols) {
        this.symbols = symbols;
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
        if (register.kind() != Register.Kind.GPR64 && register.kind() != Register.Kind.GPR32
                && register != Register.RIP) {
            throw new Mistake(reg.column(), register
                    + " can't be part of an address: expected a 64-bit or 32-bit general register, or rip");
        }
        if (base == null) {
            base = register;
        } else {
            index(register, 1, reg.column());
        }
    }

    private void index(Register register, long factor, int column) {
        if (factor != 1 && factor != 2 && factor != 4 && factor != 8) {
            throw new Mistake(column, "a scale of " + Bits.show(factor) + ": expected 1, 2, 4 or 8");
        }
        if (index != null && base == null && factor == 1) {
            base = register;
            return;
        }
        if (index != null && base == null && !scaled) {
            base = index;
            index = null;
        }
        if (index != null) {
            throw new Mistake(column, "more than a base and an index register in one address");
        }
        if (register.kind() != Register.Kind.GPR64 && register.kind() != Register.Kind.GPR32) {
            throw new Mistake(column, register + " can't be an index: expected a 64-bit or 32-bit general register");
        }
        index = register;
        scale = (int) factor;
        scaled = factor != 1;
    }

    AsmOperand.Mem operand(@Nullable Register segment, int size, boolean far, boolean relative,
            boolean relativeByDefault, int column) {
        if (index != null && index.number() == 4 && scale == 1 && base != null && base.number() != 4) {
            Register swapped = base; // RSP can't be an index (SDM vol. 2, table 2-3), but a plain sum has no order
            base = index;
            index = swapped;
        }
        if (index != null && index.number() == 4) {
            throw new Mistake(column, index + " can't be an index register");
        }
        if (base == Register.RIP && index != null) {
            throw new Mistake(column, "an address relative to RIP has no index register");
        }
        if (base != null && index != null && base.kind() != index.kind()) {
            throw new Mistake(column, "base " + base + " and index " + index + " must have the same width");
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
