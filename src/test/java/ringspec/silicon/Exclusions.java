package ringspec.silicon;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ringspec.isa.InstructionForm;

/** What can't be tested on the host's processor from ring 3, and why: the one list of it. */
final class Exclusions {

    private static final String KERNEL = "enters the host's kernel";
    private static final String TIME = "its result is the host's time";
    private static final String HOST = "its result describes the host's processor";
    private static final String CHANCE = "its result is random";
    private static final String OPMASK = "AVX-512's opmask registers, which no model has";
    private static final String UMIP = "Linux emulates it in ring 3 under CR4.UMIP";

    private static final Map<String, String> BY_MNEMONIC = reasons("SYSCALL SYSENTER", KERNEL, "VMCALL VMMCALL",
            "enters the host's hypervisor", "CPUID XGETBV RDPID", HOST, "RDTSC RDTSCP RDPMC", TIME, "RDRAND RDSEED",
            CHANCE, "INT1", "a hypervisor intercepts its #DB and may deliver it as a fault");

    private Exclusions() {
    }

    private static Map<String, String> reasons(String... namesAndReasons) {
        return Stream.iterate(0, i -> i < namesAndReasons.length, i -> i + 2)
                .flatMap(i -> Stream.of(namesAndReasons[i].split(" ")).map(name -> Map.entry(name, namesAndReasons[i
                        + 1])))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Why the row isn't tested, or null if it is. */
    static String of(InstructionForm form) {
        if (form.attributes().has("umip")) {
            return UMIP;
        }
        return BY_MNEMONIC.get(form.mnemonic());
    }

    /** True if only the refusal of the instruction in ring 3 can be tested. */
    static boolean onlyRefusal(InstructionForm form) {
        return form.attributes().privileged() || form.attributes().has("iopl");
    }

    private static boolean isPrefix(int b) {
        return switch (b) {
            case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF0, 0xF2, 0xF3 -> true;
            default -> b >= 0x40 && b <= 0x4F;
        };
    }

    /**
     * Why a byte string isn't tested, whatever it decodes to, or null if it is. What is dangerous is recognized here by its bytes, since
     * the decoder is under test.
     */
    static String ofBytes(byte[] bytes) {
        int at = 0;
        boolean repeated = false;
        for (; at < bytes.length && isPrefix(bytes[at] & 0xFF); at++) {
            repeated |= (bytes[at] & 0xFE) == 0xF2;
        }
        Function<Integer, Integer> byteAt = i -> i < bytes.length ? bytes[i] & 0xFF : 0xCC;
        int opcode = byteAt.apply(at);
        int second = byteAt.apply(at + 1);
        int modRm = byteAt.apply(at + 2);
        return switch (opcode) {
            case 0xCD -> second == 0x80 ? KERNEL : null;
            case 0xF1 -> "INT1";
            case 0xC4 -> ofVex(second, modRm, byteAt.apply(at + 3));
            case 0xC5 -> isOpmask(modRm) ? OPMASK : null;
            case 0x62 -> "EVEX: AVX-512, which no model has";
            case 0x0F -> second == 0x38 && (modRm & 0xFE) == 0xF8 ? "MOVDIRI or MOVDIR64B, which no model has"
                    : second == 0x38 && modRm == 0xCF || second == 0x3A && (modRm & 0xFE) == 0xCE
                            ? "GFNI, which no model has" : ofTwoByteOpcode(second, modRm, repeated);
            default -> null;
        };
    }

    /**
     * True for a near branch with 66: AMD makes its operand size 16 bits (APM vol. 3, 1.2.4), the decoder ignores 66 for all models as
     * Intel does (SDM vol. 2, JMP).
     */
    static boolean isShortened(byte[] bytes) {
        boolean narrow = false;
        boolean wide = false;
        int at = 0;
        for (; at < bytes.length && isPrefix(bytes[at] & 0xFF); at++) {
            narrow |= bytes[at] == 0x66;
            wide = (bytes[at] & 0xF8) == 0x48;
        }
        int opcode = at < bytes.length ? bytes[at] & 0xFF : 0;
        int second = at + 1 < bytes.length ? bytes[at + 1] & 0xFF : 0;
        boolean near = opcode >= 0x70 && opcode <= 0x7F || opcode >= 0xE0 && opcode <= 0xE3 || opcode == 0xE8
                || opcode == 0xE9 || opcode == 0xEB || opcode == 0xC2 || opcode == 0xC3 || opcode == 0x0F
                        && (second & 0xF0) == 0x80 || opcode == 0xFF && ((second >> 3 & 7) == 2 || (second >> 3
                                & 7) == 4);
        return narrow && !wide && near;
    }

    /** True for LOOPE and LOOPNE with REP prefixes, which are reserved there (SDM vol. 2, 2.1.1) and change the condition on AMD. */
    static boolean isRepeatedLoop(byte[] bytes) {
        boolean repeated = false;
        int at = 0;
        for (; at < bytes.length && isPrefix(bytes[at] & 0xFF); at++) {
            repeated |= (bytes[at] & 0xFE) == 0xF2;
        }
        return repeated && at < bytes.length && (bytes[at] & 0xFE) == 0xE0;
    }

    /**
     * True for LOCK with VERR and VERW, whose operand AMD reads before it refuses the prefix, and with moves from and to CR0, which are
     * moves from and to CR8 there (APM vol. 3, MOV CRn).
     */
    private static boolean isLockedSystem(byte[] bytes) {
        boolean lock = false;
        int at = 0;
        for (; at < bytes.length && isPrefix(bytes[at] & 0xFF); at++) {
            lock |= (bytes[at] & 0xFF) == 0xF0;
        }
        return lock && at + 1 < bytes.length && bytes[at] == 0x0F && (bytes[at + 1] == 0
                || (bytes[at + 1] & 0xFD) == 0x20);
    }

    /** True if a case must not be made of the bytes, whether or not they are known as an instruction. */
    static boolean refuses(byte[] bytes) {
        return ofBytes(bytes) != null || isShortened(bytes) || isRepeatedLoop(bytes) || isLockedSystem(
                bytes);
    }

    /** True if the bytes would do something to the process or beyond it: such a case must not be made, whatever row it is for. */
    static boolean isDangerous(byte[] bytes) {
        return KERNEL.equals(ofBytes(bytes));
    }

    /** Extensions of VEX opcodes that hosts may have. */
    private static String ofVex(int maps, int fields, int opcode) {
        int map = maps & 31;
        if (map == 1 && isOpmask(opcode) || map == 3 && (opcode & 0xFC) == 0x30) {
            return OPMASK;
        }
        boolean wide = (fields & 4) != 0;
        if (map == 2 && (opcode == 0xCF || opcode >= 0x50 && opcode <= 0x53 || wide && opcode >= 0xDC && opcode <= 0xDF)
                || map == 3 && (opcode == 0xCE || opcode == 0xCF || wide && opcode == 0x44)) {
            return "GFNI, AVX-VNNI, VAES or VPCLMULQDQ, which no model has";
        }
        return null;
    }

    private static boolean isOpmask(int opcode) {
        return opcode >= 0x41 && opcode <= 0x4B || opcode >= 0x90 && opcode <= 0x93 || opcode == 0x98 || opcode == 0x99;
    }

    private static String ofTwoByteOpcode(int opcode, int modRm, boolean repeated) {
        int reg = modRm >> 3 & 7;
        boolean register = modRm >= 0xC0;
        return switch (opcode) {
            case 0x05, 0x34 -> KERNEL;
            case 0x31, 0x33 -> TIME;
            case 0xA2 -> HOST;
            case 0x00 -> reg <= 1 ? UMIP : null;
            case 0x01 -> register ? reg == 4 ? UMIP : reg == 6 ? null : "a system instruction of its own byte"
                    : reg <= 1 || reg == 4 ? UMIP : null;
            case 0xC7 -> register && reg >= 6 ? CHANCE : null;
            case 0x78, 0x79 -> "SSE4A, which no model has";
            case 0x2B -> repeated ? "SSE4A, which no model has" : null;
            default -> null;
        };
    }
}
