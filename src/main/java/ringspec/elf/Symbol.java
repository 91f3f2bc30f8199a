package ringspec.elf;

/**
 * A defined symbol.
 *
 * @param name its name, never empty
 * @param address st_value
 * @param size st_size in bytes, 0 if unknown, as for labels in assembly
 * @param function whether its type is STT_FUNC
 */
public record Symbol(String name, long address, long size, boolean function) {
}
