package ringspec.kernel.process;

import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;
import static ringspec.kernel.ObjectLayout.OBJECT_STATE;
import static ringspec.kernel.ObjectLayout.PROCESS_CAPABILITIES;
import static ringspec.kernel.ObjectLayout.PROCESS_ENTRY;
import static ringspec.kernel.ObjectLayout.PROCESS_ID;
import static ringspec.kernel.ObjectLayout.PROCESS_KERNEL_CR3;
import static ringspec.kernel.ObjectLayout.PROCESS_NAME;
import static ringspec.kernel.ObjectLayout.PROCESS_STACK_BASE;
import static ringspec.kernel.ObjectLayout.PROCESS_STACK_TOP;
import static ringspec.kernel.ObjectLayout.PROCESS_STATE_ALIVE;
import static ringspec.kernel.ObjectLayout.PROCESS_THREADS;
import static ringspec.kernel.ObjectLayout.PROCESS_USER_CR3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.loader.ElfLoader;
import ringspec.kernel.mm.AddressSpace;

/**
 * A view of a process structure.
 *
 * @param memory where it lies
 * @param address of its first byte
 */
public record ProcessObject(KernelMemory memory, long address) {

    /** The id of the first process. */
    static final long INIT = 1;

    /** Number in messages and in the frame table, from 1. */
    public long id() {
        return memory.load(address + PROCESS_ID);
    }

    /** Name of the module that it was made from. */
    public String name() {
        byte[] bytes = memory.read(address + PROCESS_NAME, KernelLayout.NAME_LENGTH);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    /** One of the PROCESS_STATE_ values. */
    public long state() {
        return memory.load(address + OBJECT_STATE);
    }

    /** Whether it has not ended. */
    public boolean isAlive() {
        return state() == PROCESS_STATE_ALIVE;
    }

    /** Changes the state. */
    void setState(long state) {
        memory.store(address + OBJECT_STATE, state);
    }

    /** Address of its capability table, 0 if it has none. */
    public long capabilities() {
        return memory.load(address + PROCESS_CAPABILITIES);
    }

    /** Whether it is the first process, whose own capability is the authority over the machine (D27). */
    public boolean isInit() {
        return id() == INIT;
    }

    /** Keeps what a thread without an entry or stack of its own starts with. */
    public void setProgram(ElfLoader.Loaded program) {
        memory.store(address + PROCESS_ENTRY, program.entry());
        memory.store(address + PROCESS_STACK_BASE, program.stackBase());
        memory.store(address + PROCESS_STACK_TOP, program.stackTop());
    }

    /** Lowest address of the user stack, 0 without one. */
    public long stackBase() {
        return memory.load(address + PROCESS_STACK_BASE);
    }

    /** Address after the user stack, 0 without one. */
    public long stackTop() {
        return memory.load(address + PROCESS_STACK_TOP);
    }

    /** Address of its first thread, 0 if it has none. */
    public long firstThread() {
        return memory.load(address + PROCESS_THREADS);
    }

    /** Its threads, the youngest first. */
    public List<ThreadObject> threads() {
        List<ThreadObject> all = new ArrayList<>();
        for (long at = firstThread(); at != 0;) {
            ThreadObject thread = new ThreadObject(memory, at);
            all.add(thread);
            at = thread.nextInProcess();
        }
        return all;
    }

    /** How many capabilities refer to it. */
    public long references() {
        return memory.load(address + OBJECT_REFERENCES);
    }

    /** Physical address of the kernel's PML4, 0 while there is none. */
    public long kernelCr3() {
        return memory.load(address + PROCESS_KERNEL_CR3);
    }

    /** Physical address of the user's PML4; the same without KPTI. */
    public long userCr3() {
        return memory.load(address + PROCESS_USER_CR3);
    }

    /** Its page tables. */
    public AddressSpace space(AddressSpace.Context context) {
        return new AddressSpace(context, kernelCr3(), userCr3(), id());
    }
}
