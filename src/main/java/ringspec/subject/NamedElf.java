package ringspec.subject;

/**
 * A program to start at boot.
 *
 * @param name what the kernel's messages call the process; the first 16 ASCII characters count
 * @param bytes the ELF file
 */
public record NamedElf(String name, byte[] bytes) {
}
