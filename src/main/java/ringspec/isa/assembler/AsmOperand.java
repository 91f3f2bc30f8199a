package ringspec.isa.assembler;

import org.jspecify.annotations.Nullable;
import ringspec.isa.CodeSize;
import ringspec.isa.Register;

/** An operand as the text says it, before a form of the table is chosen. */
sealed interface AsmOperand {

    int column();

    /** How a message about operands that no form takes calls it. */
    String describe();

    record Reg(Register register, int column) implements AsmOperand {
        @Override
        public String describe() {
            return switch (register.kind()) {
                case GPR8, GPR8_HIGH -> "r8";
                case GPR16 -> "r16";
                case GPR32 -> "r32";
                case GPR64 -> "r64";
                case SEGMENT -> "Sreg";
                case CONTROL -> "CRn";
                case DEBUG -> "DRn";
                case XMM -> "xmm";
                case YMM -> "ymm";
                case MM -> "mm";
                case ST -> "ST(i)";
                case RIP -> "rip";
            };
        }
    }

    /** How a memory operand's displacement is meant. */
    enum Addressing {
        /** Added to base and index, or an absolute address. */
        ABSOLUTE,
        /** The address itself, to be reached from RIP: {@code [rel x]}. */
        RELATIVE,
        /** {@code [rip + x]}: an address to be reached from RIP if x is one, else the bare displacement. */
        RIP
    }

    /**
     * A memory operand.
     *
     * @param segment      the segment named, or null
     * @param displacement or null
     * @param size         in bytes, 0 if not said
     * @param far          whether it holds a far pointer: {@code jmp far [x]}
     */
    record Mem(@Nullable Register segment, @Nullable Register base, @Nullable Register index, int scale,
            @Nullable Expression displacement, int size, boolean far, Addressing addressing, int column)
            implements
                AsmOperand {

        /** The address size in bits: that of its registers, else the code's. */
        int addressSize(CodeSize codeSize) {
            Register register = base != null ? base : index;
            if (register != null && register.isGeneral()) {
                return register.bits();
            }
            return register != null && codeSize == CodeSize.BITS_16 ? 32 : codeSize.addressSize();
        }

        /** Whether the index is a vector. */
        boolean hasVectorIndex() {
            return index != null && !index.isGeneral();
        }

        /** Whether it is no more than a displacement. */
        boolean isBareAddress() {
            return base == null && index == null && addressing == Addressing.ABSOLUTE;
        }

        @Override
        public String describe() {
            return size == 0 ? "m" : "m" + size * 8;
        }
    }

    /**
     * An immediate or a branch target.
     *
     * @param size in bytes, 0 if not said ({@code push byte 5})
     * @param jump {@code short} and {@code near} give the encoded size of a branch: 1, 4, or 0 if not said
     */
    record Imm(Expression expression, int size, int jump, int column) implements AsmOperand {
        @Override
        public String describe() {
            return "imm";
        }
    }

    /**
     * A far pointer.
     *
     * @param selector a constant
     * @param size     of operand, 2 or 4 bytes, or 0 if not said
     */
    record Far(long selector, Expression offset, int size, int column) implements AsmOperand {
        @Override
        public String describe() {
            return "ptr16:" + (size == 2 ? "16" : "32");
        }
    }
}
