package ringspec.engine;

import ringspec.isa.Instruction;

/**
 * An instruction that an engine executed, for the story before a failure.
 *
 * @param rip its linear address
 * @param cr3 the address space it ran in
 * @param instruction what was decoded
 */
public record RecentInstruction(long rip, long cr3, Instruction instruction) {
}
