package ringspec.silicon;

import java.util.HexFormat;
import java.util.List;
import ringspec.cpu.Vector;
import ringspec.isa.Disassembler;
import ringspec.isa.Instruction;

/** Cases and states as text. */
final class Dump {

    /** A case that can't be shrunk has noise in all of its memory. */
    private static final int MEMORY_LINES = 24;

    private Dump() {
    }

    static String exception(State state) {
        return Vector.name(state.vector) + (Vector.hasErrorCode(state.vector) ? "(0x%x)".formatted(state.errorCode)
                : "") + (state.vector == Vector.PF ? " at 0x%x".formatted(state.faultAddress) : "");
    }

    /** RFLAGS in hexadecimal and the names of its bits. */
    static String flags(long value) {
        String[] names = {"CF", null, "PF", null, "AF", null, "ZF", "SF", "TF", "IF", "DF", "OF", null, null, "NT",
                null, "RF", "VM", "AC", "VIF", "VIP", "ID"};
        StringBuilder text = new StringBuilder(Long.toHexString(value));
        for (int i = 0; i < names.length; i++) {
            if (names[i] != null && i != 9 && (value >>> i & 1) != 0) {
                text.append(' ').append(names[i]);
            }
        }
        return text.toString();
    }

    static String vector(State state, int i) {
        return "%016x_%016x_%016x_%016x".formatted(state.ymmHigh[2 * i + 1], state.ymmHigh[2 * i], state.xmm[2 * i + 1],
                state.xmm[2 * i]);
    }

    static String extended(State state, int i) {
        return "%04x_%016x".formatted(state.fpu[2 * i + 1], state.fpu[2 * i]);
    }

    /** Sixteen bytes at an offset into the data pages. */
    static String memory(State state, int offset) {
        int end = Math.min(offset + 16, state.memory.length);
        return HexFormat.ofDelimiter(" ").formatHex(state.memory, offset, end);
    }

    static String instruction(TestCase test) {
        Instruction instruction = test.instruction();
        int length = instruction == null ? test.bytes.length : instruction.length();
        String text = instruction == null ? "(" + test.decode() + ")" : Disassembler.format(instruction,
                test.before.rip);
        return HexFormat.ofDelimiter(" ").formatHex(test.bytes, 0, Math.min(length, test.bytes.length)) + "   " + text;
    }

    /** The case in a few lines: what is not zero before it, and what differs. */
    static String brief(TestCase test, List<Comparison.Difference> differences) {
        StringBuilder text = new StringBuilder("DIFFERENCE --case " + test.id());
        text.append(test.form == null ? "" : "   [" + test.form.id() + "]").append('\n');
        text.append("  ").append(instruction(test)).append('\n');
        text.append("  before: ").append(nonZero(test)).append('\n');
        differences.forEach(difference -> text.append("  ").append(difference).append('\n'));
        return text.toString();
    }

    private static String nonZero(TestCase test) {
        State state = test.before;
        StringBuilder text = new StringBuilder("RIP=%x RFLAGS=%s".formatted(state.rip, flags(state.rflags)));
        for (int i = 0; i < 16; i++) {
            if (state.gpr[i] != 0) {
                text.append(" %s=%x".formatted(Comparison.GENERAL[i], state.gpr[i]));
            }
        }
        if (state.fsBase != 0 || state.gsBase != 0) {
            text.append(" FSBASE=%x GSBASE=%x".formatted(state.fsBase, state.gsBase));
        }
        if (state.mxcsr != 0x1F80) {
            text.append(" MXCSR=%x".formatted(state.mxcsr));
        }
        for (int i = 0; i < 16; i++) {
            if ((state.xmm[2 * i] | state.xmm[2 * i + 1] | state.ymmHigh[2 * i] | state.ymmHigh[2 * i + 1]) != 0) {
                text.append("\n    YMM%d=%s".formatted(i, vector(state, i)));
            }
        }
        if (state.fpuControl != 0x37F || state.fpuStatus != 0 || state.fpuTag != 0) {
            text.append("\n    FCW=%x FSW=%x FTW=%x".formatted(state.fpuControl, state.fpuStatus, state.fpuTag));
        }
        for (int i = 0; i < 8; i++) {
            if (state.fpu[2 * i] != 0 || state.fpu[2 * i + 1] != 0) {
                text.append("\n    ST(%d)=%s".formatted(i, extended(state, i)));
            }
        }
        int lines = 0;
        for (int at = 0; at < state.memory.length && lines < MEMORY_LINES; at += 16) {
            String line = memory(state, at);
            if (!line.matches("[0 ]+")) {
                lines++;
                text.append("\n    %x: %s".formatted(Layout.DATA + at, line));
            }
        }
        return text.toString();
    }

    /** Everything: both outcomes side by side with the state before. */
    static String full(TestCase test, State real, State emulated, List<Comparison.Difference> differences) {
        StringBuilder text = new StringBuilder("case %s%n%s%n%s%n%n".formatted(test.id(), test.form == null
                ? "random bytes" : test.form.id(), instruction(test)));
        State before = test.before;
        text.append("%-10s %-36s %-36s %s%n".formatted("", "before", "silicon", "ringspec"));
        row(text, "ended by", "", exception(real), exception(emulated));
        row(text, "RIP", before.rip, real.rip, emulated.rip);
        row(text, "RFLAGS", flags(before.rflags), flags(real.rflags), flags(emulated.rflags));
        for (int i = 0; i < 16; i++) {
            row(text, Comparison.GENERAL[i], before.gpr[i], real.gpr[i], emulated.gpr[i]);
        }
        for (int i = 0; i < 6; i++) {
            row(text, Comparison.SEGMENTS[i], before.selectors[i], real.selectors[i], emulated.selectors[i]);
        }
        row(text, "FS base", before.fsBase, real.fsBase, emulated.fsBase);
        row(text, "GS base", before.gsBase, real.gsBase, emulated.gsBase);
        row(text, "MXCSR", before.mxcsr, real.mxcsr, emulated.mxcsr);
        row(text, "FCW", before.fpuControl, real.fpuControl, emulated.fpuControl);
        row(text, "FSW", before.fpuStatus, real.fpuStatus, emulated.fpuStatus);
        row(text, "FTW", before.fpuTag, real.fpuTag, emulated.fpuTag);
        row(text, "FOP", before.fpuOpcode, real.fpuOpcode, emulated.fpuOpcode);
        row(text, "FIP", before.fpuInstruction, real.fpuInstruction, emulated.fpuInstruction);
        row(text, "FDP", before.fpuOperand, real.fpuOperand, emulated.fpuOperand);
        for (int i = 0; i < 8; i++) {
            row(text, "ST(" + i + ")", extended(before, i), extended(real, i), extended(emulated, i));
        }
        for (int i = 0; i < 16; i++) {
            text.append("YMM%d%n  before   %s%n  silicon  %s%n  ringspec %s%n".formatted(i, vector(before, i), vector(
                    real, i), vector(emulated, i)));
        }
        memoryChanges(text, before, real, emulated);
        text.append(differences.isEmpty() ? "no difference\n" : "differences:\n");
        differences.forEach(difference -> text.append("  ").append(difference).append('\n'));
        return text.toString();
    }

    private static void row(StringBuilder text, String name, Object before, Object real, Object emulated) {
        text.append("%-10s %-36s %-36s %s%n".formatted(name, show(before), show(real), show(emulated)));
    }

    private static String show(Object value) {
        return value instanceof Number number ? "%x".formatted(number) : value.toString();
    }

    private static void memoryChanges(StringBuilder text, State before, State real, State emulated) {
        for (int at = 0; at < before.memory.length; at += 16) {
            String old = memory(before, at);
            if (!old.equals(memory(real, at)) || !old.equals(memory(emulated, at))) {
                text.append("%x%n  before   %s%n  silicon  %s%n  ringspec %s%n".formatted(Layout.DATA + at, old,
                        memory(real, at), memory(emulated, at)));
            }
        }
    }
}
