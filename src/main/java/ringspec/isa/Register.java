package ringspec.isa;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An architectural register as an instruction names it. Interned: two equal registers are the same object, so {@code ==} works.
 *
 * @param kind   the register file and width
 * @param number the number within the kind as the encoding gives it (RAX 0, RCX 1, RDX 2, RBX 3, RSP 4 .. R15 15; for
 *               {@link Kind#GPR8_HIGH} the number of the underlying register: AH 0, CH 1, DH 2, BH 3; ES 0 .. GS 5)
 */
public record Register(Kind kind, int number) {

    /** The register files of 64-bit mode, with the width each name stands for. */
    public enum Kind {
        /** AL..R15B, with SPL, BPL, SIL and DIL at 4 to 7 (reachable with a REX prefix only). */
        GPR8(8, 16),
        /** AH, CH, DH and BH: bits 15:8 of RAX, RCX, RDX and RBX (only without a REX prefix). */
        GPR8_HIGH(8, 4),
        /** AX..R15W. */
        GPR16(16, 16),
        /** EAX..R15D. */
        GPR32(32, 16),
        /** RAX..R15. */
        GPR64(64, 16),
        /** ES, CS, SS, DS, FS, GS. */
        SEGMENT(16, 6),
        /** CR0..CR15. */
        CONTROL(64, 16),
        /** DR0..DR15. */
        DEBUG(64, 16),
        /** XMM0..XMM15. */
        XMM(128, 16),
        /** YMM0..YMM15. */
        YMM(256, 16),
        /** MM0..MM7. */
        MM(64, 8),
        /** ST(0)..ST(7), numbered from the top of the x87 stack. */
        ST(80, 8),
        /** The instruction pointer as the base of a memory operand. */
        RIP(64, 1);

        private final int bits;
        private final Register[] all;

        Kind(int bits, int count) {
            this.bits = bits;
            this.all = new Register[count];
        }

        /** The width in bits. */
        public int bits() {
            return bits;
        }

        /** How many registers there are of this kind. */
        public int count() {
            return all.length;
        }
    }

    private static final String[] LEGACY = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    private static final String[] LOW_BYTES = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};
    private static final String[] HIGH_BYTES = {"ah", "ch", "dh", "bh"};
    private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};
    private static final Map<String, Register> BY_NAME = new HashMap<>();

    static {
        for (Kind kind : Kind.values()) {
            for (int number = 0; number < kind.all.length; number++) {
                Register register = new Register(kind, number);
                kind.all[number] = register;
                BY_NAME.put(register.toString(), register);
            }
        }
    }

    /** The extra segment. */
    public static final Register ES = of(Kind.SEGMENT, 0);
    /** The code segment. */
    public static final Register CS = of(Kind.SEGMENT, 1);
    /** The stack segment. */
    public static final Register SS = of(Kind.SEGMENT, 2);
    /** The data segment. */
    public static final Register DS = of(Kind.SEGMENT, 3);
    /** The FS segment. */
    public static final Register FS = of(Kind.SEGMENT, 4);
    /** The GS segment. */
    public static final Register GS = of(Kind.SEGMENT, 5);
    /** The instruction pointer. */
    public static final Register RIP = of(Kind.RIP, 0);

    /**
     * The interned register.
     *
     * @throws IndexOutOfBoundsException if the kind has no register of that number
     */
    public static Register of(Kind kind, int number) {
        return kind.all[number];
    }

    /** The general-purpose register of a width in bits (8, 16, 32 or 64); 8 gives AL..R15B, never AH..BH. */
    public static Register general(int bits, int number) {
        return switch (bits) {
            case 8 -> of(Kind.GPR8, number);
            case 16 -> of(Kind.GPR16, number);
            case 32 -> of(Kind.GPR32, number);
            case 64 -> of(Kind.GPR64, number);
            default -> throw new IllegalArgumentException("no general-purpose register has " + bits
                    + " bits: 8, 16, 32 or 64");
        };
    }

    /**
     * The register of a name such as {@code rax} or {@code XMM3}.
     *
     * @throws IllegalArgumentException if no register is called so
     */
    public static Register named(String name) {
        Register register = find(name);
        if (register == null) {
            throw new IllegalArgumentException("no register is called \"" + name + "\"");
        }
        return register;
    }

    /** The register of a name, or null if no register is called so. */
    public static Register find(String name) {
        return BY_NAME.get(name.toLowerCase(Locale.ROOT));
    }

    /** The width in bits. */
    public int bits() {
        return kind.bits;
    }

    /** Whether this is a general-purpose register of any width. */
    public boolean isGeneral() {
        return kind.ordinal() <= Kind.GPR64.ordinal();
    }

    /** The lower-case name of Intel syntax. */
    @Override
    public String toString() {
        return switch (kind) {
            case GPR8 -> number < 8 ? LOW_BYTES[number] : "r" + number + "b";
            case GPR8_HIGH -> HIGH_BYTES[number];
            case GPR16 -> number < 8 ? LEGACY[number] : "r" + number + "w";
            case GPR32 -> number < 8 ? "e" + LEGACY[number] : "r" + number + "d";
            case GPR64 -> number < 8 ? "r" + LEGACY[number] : "r" + number;
            case SEGMENT -> SEGMENTS[number];
            case CONTROL -> "cr" + number;
            case DEBUG -> "dr" + number;
            case XMM -> "xmm" + number;
            case YMM -> "ymm" + number;
            case MM -> "mm" + number;
            case ST -> "st(" + number + ")";
            case RIP -> "rip";
        };
    }
}
