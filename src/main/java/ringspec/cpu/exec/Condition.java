package ringspec.cpu.exec;

import ringspec.cpu.Flags;

/** The sixteen conditions of Jcc, SETcc and CMOVcc, in the order of their encoding (SDM vol. 1, appendix B). */
enum Condition {
    O, NO, B, AE, E, NE, BE, A, S, NS, P, NP, L, GE, LE, G;

    private static final Condition[] ALL = values();

    static Condition of(int code) {
        return ALL[code & 15];
    }

    /** True if the flags fulfil the condition. */
    boolean test(Flags flags) {
        return switch (this) {
            case O -> flags.of();
            case NO -> !flags.of();
            case B -> flags.cf();
            case AE -> !flags.cf();
            case E -> flags.zf();
            case NE -> !flags.zf();
            case BE -> flags.cf() || flags.zf();
            case A -> !flags.cf() && !flags.zf();
            case S -> flags.sf();
            case NS -> !flags.sf();
            case P -> flags.pf();
            case NP -> !flags.pf();
            case L -> flags.sf() != flags.of();
            case GE -> flags.sf() == flags.of();
            case LE -> flags.zf() || flags.sf() != flags.of();
            case G -> !flags.zf() && flags.sf() == flags.of();
        };
    }
}
