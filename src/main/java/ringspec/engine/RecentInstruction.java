package ringspec.engine;

/**
 * An instruction that an engine executed, for the story before a failure.
 *
 * @param rip its linear address
 * @param cr3 the address space it ran in
 * @param text its disassembly, from what memory holds there by now
 */
public record RecentInstruction(long rip, long cr3, String text) {
}
