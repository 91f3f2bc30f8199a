package ringspec.cpu;

/** What a vector leads to, checked on construction, and the way through it. */
interface Gate {

    /**
     * The gate of a vector as the current mode has it: of the long-mode IDT, of the protected-mode IDT, or of the interrupt vector
     * table.
     *
     * @param checkDpl true for INT n, INT3 and INTO: the gate's DPL must not be below CPL
     * @param ext 1 if the event is external to the program, for error codes
     * @throws Fault #GP or #NP
     */
    static Gate of(Cpu cpu, int vector, boolean checkDpl, int ext) {
        if (cpu.isLongMode()) {
            return new LongModeGate(cpu, vector, checkDpl, ext);
        }
        return cpu.isProtected() ? new ProtectedModeGate(cpu, vector, checkDpl, ext) : new RealModeVector(cpu, vector,
                ext);
    }

    /**
     * Pushes the frame and continues at the handler.
     *
     * @param errorCode -1 for none
     * @param rflags what the frame shall hold
     * @param rip what the frame shall hold
     * @param committed run when nothing can fail any more and nothing has changed yet
     * @throws Fault #TS, #SS, #GP or #PF; nothing has changed
     */
    void enter(long errorCode, long rflags, long rip, Runnable committed);

    /** The same with nothing to run. */
    default void enter(long errorCode, long rflags, long rip) {
        enter(errorCode, rflags, rip, () -> {
        });
    }
}
