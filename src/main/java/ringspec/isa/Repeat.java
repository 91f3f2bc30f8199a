package ringspec.isa;

/** The repeat prefix in effect on a string instruction (SDM vol. 2, REP/REPE/REPZ/REPNE/REPNZ). */
public enum Repeat {
    /** Runs once. */
    NONE,
    /** F3: REP, and REPE on CMPS and SCAS. */
    REP,
    /** F2: REPNE; on a string instruction that compares nothing the processor repeats as with REP. */
    REPNE
}
