package ringspec.elf;

/**
 * One section header, for people and debuggers; loading does not depend on it.
 *
 * @param name from the section name table, empty if there is none
 * @param address sh_addr, 0 for a section that is not in memory
 * @param size sh_size as the file says it
 */
public record Section(String name, long address, long size) {
}
