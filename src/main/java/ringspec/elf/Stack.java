package ringspec.elf;

/**
 * The user stack that a file asks for with PT_GNU_STACK.
 *
 * @param declared whether the file has a PT_GNU_STACK entry
 * @param requested its p_memsz in bytes, 0 without one
 * @param size bytes to map: whole pages, at least the default of the policy
 */
public record Stack(boolean declared, long requested, long size) {
}
