package ringspec.cpu.exec;

import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/** Memory at DS:register that is no explicit operand, so that a segment override is seen only in the prefixes. */
final class ImpliedAddress {

    private ImpliedAddress() {
    }

    /**
     * The address that a general register holds, with the instruction's address size.
     *
     * @param register {@link ringspec.cpu.Cpu#RDI} for MASKMOVDQU, {@link ringspec.cpu.Cpu#RAX} for MONITOR
     */
    static EffectiveAddress of(Instruction instruction, int offset, int register) {
        Register segment = override(instruction);
        int bits = instruction.addressSize();
        Operand.Mem memory = new Operand.Mem(segment != null ? segment : Register.DS, segment != null,
                Register.general(bits, register), null, 1, 0, 0, bits);
        return new EffectiveAddress(instruction, memory, offset);
    }

    private static Register override(Instruction instruction) {
        Register segment = null;
        for (int i = 0; isPrefix(instruction.byteAt(i)); i++) {
            Register override = switch (instruction.byteAt(i)) {
                case 0x26 -> Register.ES;
                case 0x2E -> Register.CS;
                case 0x36 -> Register.SS;
                case 0x3E -> Register.DS;
                case 0x64 -> Register.FS;
                case 0x65 -> Register.GS;
                default -> null;
            };
            // In 64-bit mode the first four do nothing, and don't cancel the last two.
            boolean counts = override == Register.FS || override == Register.GS
                    || override != null && !instruction.codeSize().is64();
            if (counts || override != null && segment != Register.FS && segment != Register.GS) {
                segment = override;
            }
        }
        return segment;
    }

    private static boolean isPrefix(int b) {
        return switch (b) {
            case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF2, 0xF3 -> true;
            default -> b >= 0x40 && b <= 0x4F;
        };
    }
}
