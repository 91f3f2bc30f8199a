package ringspec.cpu;

/** Where VMCALL in ring 0 hands control to; without one VMCALL raises #UD. */
@FunctionalInterface
public interface HypercallHandler {

    /**
     * Called as VMCALL executes: {@link Cpu#rip} is already the next instruction, the stack is the kernel's own.
     *
     * @param cpu the processor; the handler sees and changes its registers as instructions would
     */
    void vmcall(Cpu cpu);
}
