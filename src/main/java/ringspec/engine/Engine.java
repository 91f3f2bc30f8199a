package ringspec.engine;

import java.util.List;
import ringspec.cpu.Cpu;

/**
 * Advances a processor: fetches, executes, and delivers faults and interrupts. All engines do exactly the same to the
 * architectural state and to the trace.
 */
public interface Engine {

    /**
     * Runs until {@link Cpu#instructions} reaches a count, or the processor is halted and nothing that would wake it is
     * pending, or it is shut down, or {@link Cpu#stopRequested} is set.
     *
     * @param untilInstructions absolute count; nothing happens if it is reached already
     * @param breakpoints where it stops, too, before the instruction or whatever comes between: not at once, so that it can be
     *                        left again, and not while the processor is halted
     * @throws ringspec.cpu.NotEmulatedException with RIP at the instruction, which has not been executed
     */
    void run(Cpu cpu, long untilInstructions, Breakpoints breakpoints);

    /** The same without breakpoints. */
    default void run(Cpu cpu, long untilInstructions) {
        run(cpu, untilInstructions, Breakpoints.NONE);
    }

    /**
     * Completes one instruction, or delivers one fault or pending interrupt instead of it. Does nothing when halted with
     * nothing pending, or shut down.
     *
     * @throws ringspec.cpu.NotEmulatedException as {@link #run(Cpu, long, Breakpoints)}
     */
    void step(Cpu cpu);

    /**
     * Instructions that were executed last, the oldest first; the last one may have faulted.
     *
     * @param cpu the processor they ran on
     * @param limit how many at most; engines keep a few hundred
     */
    List<RecentInstruction> recentInstructions(Cpu cpu, int limit);
}
