package ringspec.kernel.process;

import static ringspec.kernel.ObjectLayout.GLOBALS_DYING_PROCESS;
import static ringspec.kernel.ObjectLayout.GLOBALS_PROCESSES;
import static ringspec.kernel.ObjectLayout.PROCESS_NEXT;
import static ringspec.kernel.ObjectLayout.PROCESS_NEXT_DYING;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;

/**
 * Who there is: the processes that have not ended, in the order of creation, and those that have but whose memory is still in use.
 *
 * @param memory where the lists lie
 */
public record ProcessList(KernelMemory memory) {

    private static final long GLOBALS = KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL);

    boolean isEmpty() {
        return memory.load(GLOBALS + GLOBALS_PROCESSES) == 0;
    }

    /** The processes that have not ended, in the order of creation. */
    public List<ProcessObject> alive() {
        List<ProcessObject> all = new ArrayList<>();
        for (long at = memory.load(GLOBALS + GLOBALS_PROCESSES); at != 0; at = memory.load(at + PROCESS_NEXT)) {
            all.add(new ProcessObject(memory, at));
        }
        return all;
    }

    void add(ProcessObject process) {
        // At the end: people list them in the order of creation.
        long link = GLOBALS + GLOBALS_PROCESSES;
        while (memory.load(link) != 0) {
            link = memory.load(link) + PROCESS_NEXT;
        }
        memory.store(link, process.address());
    }

    void remove(ProcessObject process) {
        long link = GLOBALS + GLOBALS_PROCESSES;
        while (memory.load(link) != process.address()) {
            link = memory.load(link) + PROCESS_NEXT;
        }
        memory.store(link, memory.load(process.address() + PROCESS_NEXT));
    }

    void addDying(ProcessObject process) {
        memory.store(process.address() + PROCESS_NEXT_DYING, memory.load(GLOBALS + GLOBALS_DYING_PROCESS));
        memory.store(GLOBALS + GLOBALS_DYING_PROCESS, process.address());
    }

    /**
     * Takes one of the dying, or returns null.
     *
     * @param inUse address of a process whose memory is still in use
     */
    ProcessObject takeDying(long inUse) {
        for (long link = GLOBALS + GLOBALS_DYING_PROCESS; memory.load(link) != 0; link = memory.load(link)
                + PROCESS_NEXT_DYING) {
            long address = memory.load(link);
            if (address != inUse) {
                memory.store(link, memory.load(address + PROCESS_NEXT_DYING));
                return new ProcessObject(memory, address);
            }
        }
        return null;
    }

    /** Shows every process that has page tables. */
    void forEachWithMemory(Consumer<ProcessObject> visitor) {
        visit(GLOBALS_PROCESSES, PROCESS_NEXT, visitor);
        visit(GLOBALS_DYING_PROCESS, PROCESS_NEXT_DYING, visitor);
    }

    private void visit(int head, int next, Consumer<ProcessObject> visitor) {
        for (long at = memory.load(GLOBALS + head); at != 0; at = memory.load(at + next)) {
            ProcessObject process = new ProcessObject(memory, at);
            if (process.kernelCr3() != 0) {
                visitor.accept(process);
            }
        }
    }
}
