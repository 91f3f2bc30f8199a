package ringspec.cpu.exec;

import ringspec.cpu.LinearMemory;
import ringspec.cpu.x87.Extended;
import ringspec.isa.Instruction;

/** The formats that x87 instructions read from memory, widened without loss. */
enum X87Source {
    SINGLE(4) {
        @Override
        Extended read(X87Step step, long linear) {
            int bits = step.cpu.memory.read32(linear);
            step.context.setDenormalSource((bits & 0x7F80_0000) == 0 && bits << 1 != 0);
            return Extended.ofSingle(bits);
        }
    },
    DOUBLE(8) {
        @Override
        Extended read(X87Step step, long linear) {
            long bits = step.cpu.memory.read64(linear);
            step.context.setDenormalSource((bits & 0x7FF0_0000_0000_0000L) == 0 && bits << 1 != 0);
            return Extended.ofDouble(bits);
        }
    },
    EXTENDED(10) {
        @Override
        Extended read(X87Step step, long linear) {
            LinearMemory memory = step.cpu.memory;
            memory.prepareRead(linear, 10);
            return new Extended(memory.read16(linear + 8), memory.read64(linear));
        }
    },
    WORD(2) {
        @Override
        Extended read(X87Step step, long linear) {
            return Extended.of((short) step.cpu.memory.read16(linear));
        }
    },
    DWORD(4) {
        @Override
        Extended read(X87Step step, long linear) {
            return Extended.of(step.cpu.memory.read32(linear));
        }
    },
    QWORD(8) {
        @Override
        Extended read(X87Step step, long linear) {
            return Extended.of(step.cpu.memory.read64(linear));
        }
    };

    private final int size;

    X87Source(int size) {
        this.size = size;
    }

    /** Bytes in memory. */
    int size() {
        return size;
    }

    /** The format of an instruction's memory operand. */
    static X87Source of(Instruction instruction) {
        String text = instruction.form().operands().getFirst().text();
        return switch (text) {
            case "m32fp" -> SINGLE;
            case "m64fp" -> DOUBLE;
            case "m80fp" -> EXTENDED;
            case "m16int" -> WORD;
            case "m32int" -> DWORD;
            case "m64int" -> QWORD;
            default -> throw new IllegalArgumentException("x87 instructions read no operand " + text);
        };
    }

    /**
     * Reads the operand, and notes in the context whether it is a denormal of its format.
     *
     * @param linear where it lies
     */
    abstract Extended read(X87Step step, long linear);
}
