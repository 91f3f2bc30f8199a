package ringspec.subject;

/**
 * A program to start at boot.
 *
 * @param name what the kernel's messages call the process; the first 16 ASCII characters count
 * @param bytes the ELF file
 * @param serialDriver whether it is the serial driver: it gets COM1's ports and interrupt, and serves the serial endpoint in
 *     the kernel's place
 */
public record NamedElf(String name, byte[] bytes, boolean serialDriver) {

    /** An ordinary program. */
    public NamedElf(String name, byte[] bytes) {
        this(name, bytes, false);
    }
}
