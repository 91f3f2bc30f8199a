package ringspec.isa;

import java.util.List;
import java.util.function.LongFunction;

import ringspec.isa.Operand.Far;
import ringspec.isa.Operand.Imm;
import ringspec.isa.Operand.Mem;
import ringspec.isa.Operand.Reg;
import ringspec.isa.Operand.Rel;

/** Instructions to Intel syntax, as {@code objdump -d -M intel,intel64} of GNU binutils 2.40 prints it. */
public final class Disassembler {

    private static final int MNEMONIC_WIDTH = 6;

    private Disassembler() {
    }

    /** The text of an instruction at an address, with branch targets as plain addresses. */
    public static String format(Instruction instruction, long address) {
        return format(instruction, address, target -> null);
    }

    /**
     * The text of an instruction at an address.
     *
     * @param symbols names an address ({@code main+0x10}), or gives null where it knows no name
     */
    public static String format(Instruction instruction, long address, LongFunction<String> symbols) {
        StringBuilder text = new StringBuilder(48);
        text.append(PrefixText.of(instruction));
        if (PrefixText.isExchange(instruction)) {
            return text.append(text.isEmpty() ? "xchg  " : "xchg").append(instruction.operandSize() == 16 ? " ax,ax"
                    : " eax,eax").toString();
        }
        text.append(mnemonic(instruction));
        List<Operand> operands = instruction.operands();
        int shown = operands.size() - (namesPredicate(instruction) ? 1 : 0);
        if (shown == 0) {
            return text.toString();
        }
        text.repeat(' ', Math.max(0, MNEMONIC_WIDTH - text.length())).append(' ');
        String comment = "";
        for (int i = 0; i < shown; i++) {
            text.append(i == 0 ? "" : ",");
            Operand operand = operands.get(i);
            switch (operand) {
                case Reg reg -> text.append(register(reg.register(), instruction.form().operands().get(i)));
                case Imm imm -> text.append(imm.size() == 0 ? Long.toString(imm.value()) : hex(immediate(instruction,
                        imm)));
                case Rel rel -> text.append(target(branchTarget(instruction, address, rel), symbols));
                case Far far -> text.append(hex(far.selector())).append(':').append(hex(far.offset()));
                case Mem mem -> {
                    appendMemory(text, instruction, instruction.form().operands().get(i), mem);
                    if (mem.base() == Register.RIP) {
                        long target = address + instruction.length() + mem.displacement();
                        comment = "        # " + target(target, symbols);
                    }
                }
            }
        }
        return text.append(comment).toString();
    }

    /** GNU calls the top of the x87 stack st, except as one of the eight that ModRM names. */
    private static String register(Register register, OperandSpec spec) {
        return register.kind() == Register.Kind.ST && spec.role() == OperandSpec.Role.FIXED && register.number() == 0
                ? "st" : register.toString();
    }

    private static String mnemonic(Instruction instruction) {
        String printed = instruction.form().printedMnemonic();
        if (namesPredicate(instruction)) {
            return ComparisonPredicates.mnemonic(instruction.form(), ComparisonPredicates.number(instruction.form(),
                    ((Imm) instruction.operands().getLast()).value()));
        }
        // The GNU tools say movabs for the 64-bit offset alone
        return printed.equals("movabs") && instruction.addressSize() != 64 && !hasImmediate(instruction) ? "mov"
                : SizeSuffix.adjust(instruction, printed);
    }

    private static boolean hasImmediate(Instruction instruction) {
        return instruction.operands().getLast() instanceof Imm;
    }

    /** Whether a comparison predicate goes into the mnemonic (CMPEQPS). */
    private static boolean namesPredicate(Instruction instruction) {
        return ComparisonPredicates.count(instruction.form()) > 0 && ComparisonPredicates.number(instruction.form(),
                ((Imm) instruction.operands().getLast()).value()) >= 0;
    }

    /** An immediate as wide as the operation uses it. */
    private static long immediate(Instruction instruction, Imm imm) {
        InstructionForm form = instruction.form();
        int bits = form.unsignedImmediates() || imm.size() == 8 ? 64 : instruction.operandSize();
        return bits == 64 ? imm.value() : imm.value() & (1L << bits) - 1;
    }

    /** The target as objdump shows it: 16-bit code is taken to stay in its 64 KiB. */
    private static long branchTarget(Instruction instruction, long address, Rel rel) {
        long target = address + instruction.length() + rel.displacement();
        if (instruction.codeSize().is64()) {
            return target;
        }
        if (rel.size() == 2) {
            return target & 0xFFFF | (instruction.codeSize() == CodeSize.BITS_16 ? address & 0xFFFF0000L : 0);
        }
        return target & 0xFFFFFFFFL;
    }

    private static String target(long address, LongFunction<String> symbols) {
        String name = symbols.apply(address);
        return name == null ? hex(address) : Long.toHexString(address) + " <" + name + ">";
    }

    private static void appendMemory(StringBuilder text, Instruction instruction, OperandSpec spec, Mem mem) {
        text.append(spec.role() == OperandSpec.Role.MOFFS ? "" : pointer(instruction, mem));
        if (showsSegment(instruction, mem)) {
            text.append(mem.segment()).append(':');
        }
        switch (spec.role()) {
            case MOFFS -> text.append(mem.segmentOverridden() ? "" : "ds:").append(hex(mem.displacement()));
            case STRING_DI, STRING_SI, XLAT -> text.append(mem.segmentOverridden() ? "" : mem.segment() + ":").append(
                    '[')
                    .append(mem.base()).append(']');
            default -> appendAddress(text, instruction, mem);
        }
    }

    private static void appendAddress(StringBuilder text, Instruction instruction, Mem mem) {
        if (mem.addressSize() == 16) {
            appendAddress16(text, instruction, mem);
            return;
        }
        int modRm = instruction.byteAt(instruction.modRmOffset());
        boolean sib = (modRm & 7) == 4;
        boolean narrow = mem.addressSize() == 32;
        boolean bare = mem.base() == null && mem.index() == null;
        // A SIB without an index is worth showing where a plain ModRM would have said the same, or a scale says nothing
        boolean showNoIndex = sib && mem.index() == null
                && (mem.scale() > 1 || narrow && mem.base() == null || mem.base() != null && (mem.base().number()
                        & 7) != 4);
        boolean is64 = instruction.codeSize().is64();
        if (bare && !showNoIndex) {
            text.append(showsSegment(instruction, mem) ? "" : "ds:").append(hex(is64 ? mem.displacement()
                    : mem.displacement() & 0xFFFFFFFFL));
            return;
        }
        text.append('[');
        if (mem.base() != null) {
            text.append(mem.base() == Register.RIP && narrow ? "eip" : mem.base().toString());
        }
        if (mem.index() != null || showNoIndex) {
            text.append(mem.base() == null ? "" : "+").append(mem.index() != null ? mem.index().toString() : narrow
                    ? "eiz" : "riz")
                    .append('*').append(mem.scale());
        }
        if (modRm >= 0x40 || mem.base() == null || mem.base() == Register.RIP) {
            // GNU prints a RIP-relative displacement as the 64-bit number that is added
            boolean unsigned = bare && narrow && is64;
            boolean minus = mem.displacement() < 0 && mem.base() != Register.RIP && !unsigned;
            long displacement = unsigned ? mem.displacement() & 0xFFFFFFFFL : mem.displacement();
            text.append(minus ? '-' : '+').append(hex(minus ? -displacement : displacement));
        }
        text.append(']');
    }

    private static boolean showsSegment(Instruction instruction, Mem mem) {
        return mem.segmentOverridden() && !PrefixText.hidesSegment(instruction, mem);
    }

    private static void appendAddress16(StringBuilder text, Instruction instruction, Mem mem) {
        if (mem.base() == null) {
            text.append(showsSegment(instruction, mem) ? "" : "ds:").append(hex(mem.displacement() & 0xFFFF));
            return;
        }
        text.append('[').append(mem.base()).append(mem.index() == null ? "" : "+" + mem.index());
        if (instruction.byteAt(instruction.modRmOffset()) >= 0x40) {
            boolean minus = mem.displacement() < 0;
            text.append(minus ? '-' : '+').append(hex(minus ? -mem.displacement() : mem.displacement()));
        }
        text.append(']');
    }

    private static String pointer(Instruction instruction, Mem mem) {
        String stated = instruction.form().attributes().value("ptr", "");
        if (!stated.isEmpty()) {
            return stated.equals("none") ? "" : stated + " PTR ";
        }
        return switch (mem.size()) {
            case 1 -> "BYTE PTR ";
            case 2 -> "WORD PTR ";
            case 4 -> "DWORD PTR ";
            case 6 -> "FWORD PTR ";
            case 8 -> "QWORD PTR ";
            case 10 -> "TBYTE PTR ";
            case 16 -> "XMMWORD PTR ";
            case 32 -> "YMMWORD PTR ";
            default -> "";
        };
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
