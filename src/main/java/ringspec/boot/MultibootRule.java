package ringspec.boot;

/** Every reason for which an image, or what is to be loaded with it, is refused. */
public enum MultibootRule {
    /** Magic, flags and checksum within the first 8192 bytes, 4-byte aligned. */
    HEADER("the first 8192 bytes hold a Multiboot header, 4-byte aligned"),
    /** Magic, flags and checksum add up to 0. */
    CHECKSUM("magic, flags and checksum of the header add up to 0"),
    /** Flags 3 to 15 are demands that a boot loader must understand. */
    UNKNOWN_DEMAND("the header demands only what version 0.6.96 of the specification knows"),
    /** Flag 2. */
    VIDEO("the image demands no video mode"),
    /** With flag 16 the header has 32 bytes. */
    HEADER_TRUNCATED("the whole header lies in the file and in its first 8192 bytes"),
    /** load_addr is at most header_addr, by no more than what stands before the header. */
    LOAD_ADDRESS("load_addr names a place in the file"),
    /** load_end_addr. */
    LOAD_END("load_end_addr is 0 or between load_addr and the end of the file"),
    /** bss_end_addr. */
    BSS_END("bss_end_addr is 0 or not below the end of what is loaded"),
    /** Without flag 16 the file is an ELF file. */
    ELF("an image without address fields is a whole little-endian ELF file"),
    /** Class and machine. */
    ELF_MACHINE("the ELF file is for the 80386 with 32 bits or for x86-64 with 64"),
    /** ET_EXEC. */
    ELF_TYPE("the ELF file is executable at fixed addresses"),
    /** The program header table. */
    PROGRAM_HEADERS("the ELF file holds all its program headers"),
    /** p_offset and p_filesz. */
    SEGMENT_CONTENT("a segment's bytes are in the file"),
    /** p_filesz and p_memsz. */
    SEGMENT_SIZE("a segment is no longer in the file than in memory"),
    /** p_paddr and p_memsz. */
    SEGMENT_ADDRESS("a segment lies in the first 4 GBytes of physical memory"),
    /** Physical ranges. */
    SEGMENTS_OVERLAP("segments don't overlap in physical memory"),
    /** At least one byte to load. */
    NOTHING_TO_LOAD("there is something to load"),
    /** The entry point. */
    ENTRY("the entry point is in what is loaded"),
    /** The memory map. */
    NO_RAM_THERE("the image is loaded where there is RAM for it"),
    /** Modules, command line and tables. */
    NO_ROOM("modules and boot information fit in RAM beside the image");

    private final String sentence;

    MultibootRule(String sentence) {
        this.sentence = sentence;
    }

    /** What an image satisfies, as a sentence without its full stop. */
    public String sentence() {
        return sentence;
    }
}
