package ringspec.mutant;

/** Where a defect comes in. None of these places knows that it can. */
public enum Seam {

    /** Another text or constant of the kernel's machine code. */
    ASSEMBLY("assembly text"),
    /** What the boot loader leaves in memory. */
    BOOT("boot memory"),
    /** What an instruction of the processor does. */
    PROCESSOR("processor"),
    /** How kernel code reaches its own memory, user memory or privileged instructions. */
    ACCESS("memory access"),
    /** What a system call does. */
    SYSTEM_CALL("system call"),
    /** A part of the kernel: frames, capabilities, threads, messages, interrupts. */
    COMPONENT("kernel component"),
    /** The ELF loader. */
    LOADER("loader");

    private final String words;

    Seam(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
