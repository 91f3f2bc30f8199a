package ringspec.elf;

import java.util.List;

/** Every reason for which a file is refused, with the clauses and decisions of the specification that it rests on. */
public enum ElfRule {
    /** The file header is 64 bytes. */
    HEADER_TRUNCATED("the file holds a whole file header", "LOAD-02"),
    /** e_ident begins 7F 45 4C 46. */
    MAGIC("the file begins with the ELF magic", "LOAD-01", "D21"),
    /** ELFCLASS64. */
    CLASS("the file is of the 64-bit class", "LOAD-01", "D21"),
    /** ELFDATA2LSB. */
    BYTE_ORDER("the file is little-endian", "LOAD-01", "D21"),
    /** EV_CURRENT, in e_ident and in e_version. */
    VERSION("the ELF version is 1", "LOAD-01", "D21"),
    /** ET_EXEC, and with the ASLR option ET_DYN. */
    TYPE("the type is executable", "LOAD-01", "D21"),
    /** EM_X86_64. */
    MACHINE("the machine is x86-64", "LOAD-01", "D21"),
    /** e_ehsize is 64. */
    HEADER_SIZE("the file header says its own size", "LOAD-02"),
    /** e_phentsize is 56. */
    ENTRY_SIZE("a program header is 56 bytes", "LOAD-02", "D21"),
    /** e_phnum is not PN_XNUM. */
    ENTRY_COUNT("the number of program headers is in e_phnum", "LOAD-02", "D21"),
    /** e_phoff is at least 64. */
    TABLE_OVERLAPS_HEADER("the program headers do not overlap the file header", "LOAD-02"),
    /** e_phoff + e_phnum * 56 is within 64 bits and within the file. */
    TABLE_TRUNCATED("the file holds every program header", "LOAD-02", "D21"),
    /** No PT_INTERP. */
    INTERPRETER("the program needs no interpreter", "D21"),
    /** No PT_DYNAMIC with work for a dynamic linker; ET_DYN only. */
    RELOCATIONS("a position-independent program needs no relocation", "D21", "D42"),
    /** At most one PT_GNU_STACK. */
    STACK_TWICE("the program asks for one stack", "LOAD-11"),
    /** PT_GNU_STACK without PF_X. */
    STACK_EXECUTABLE("the stack is not executable", "LOAD-11", "D19"),
    /** The stack that PT_GNU_STACK asks for, and its guards, lie in the user half. */
    STACK_SIZE("the stack fits in the user half", "LOAD-11"),
    /** p_flags has at least one of R, W, X. */
    NO_ACCESS("a segment can be accessed", "LOAD-04"),
    /** p_flags never has W and X. */
    WRITE_EXECUTE("no segment is writable and executable", "LOAD-09", "D19"),
    /** p_offset + p_filesz does not wrap. */
    FILE_RANGE_WRAPS("a segment's range in the file does not wrap", "LOAD-08", "D21"),
    /** p_offset + p_filesz is within the file. */
    FILE_RANGE("a segment's bytes are in the file", "LOAD-08", "D21"),
    /** p_filesz is at most p_memsz. */
    FILE_EXCEEDS_MEMORY("a segment is no longer in the file than in memory", "LOAD-08", "D21"),
    /** p_vaddr and p_offset are congruent. */
    CONGRUENCE("p_vaddr and p_offset agree modulo the page size", "LOAD-05", "D21"),
    /** p_vaddr + p_memsz does not wrap. */
    MEMORY_RANGE_WRAPS("a segment's range in memory does not wrap", "LOAD-08", "D21"),
    /** p_vaddr + p_memsz is at most USER_MAX. */
    USER_MAX("a segment ends at or below USER_MAX", "LOAD-08", "D03"),
    /** Nothing is mapped in the null range. */
    NULL_RANGE("the null range stays unmapped", "LOAD-10"),
    /** The image does not touch the stack or its lower guard. */
    STACK_OVERLAP("the image stays clear of the stack and its guard page", "LOAD-11", "D01"),
    /** At least one PT_LOAD. */
    NOTHING_TO_LOAD("there is at least one PT_LOAD", "LOAD-03", "D21"),
    /** No byte of memory belongs to two segments. */
    SEGMENTS_OVERLAP("segments do not overlap", "LOAD-05", "D21"),
    /** Segments that share a page have the same rights. */
    SHARED_PAGE("segments with different rights share no page", "LOAD-09", "D20"),
    /** e_entry is in an executable segment. */
    ENTRY("the entry point is in an executable segment", "LOAD-12", "D21");

    private final String sentence;
    private final List<String> clauses;

    ElfRule(String sentence, String... clauses) {
        this.sentence = sentence;
        this.clauses = List.of(clauses);
    }

    /** What a loadable file satisfies, as a sentence without its full stop. */
    public String sentence() {
        return sentence;
    }

    /** Ids of the clauses and decisions behind the rule, the most specific first, such as LOAD-08 and D03. */
    public List<String> clauses() {
        return clauses;
    }
}
