package ringspec.elf;

/** The answer to {@link ElfImage#parse(byte[])}: an image or a refusal. */
public sealed interface ElfResult {
    /**
     * The file passed every rule.
     *
     * @param image what the loader acts on
     */
    record Accepted(ElfImage image) implements ElfResult {
    }

    /**
     * The file broke a rule.
     *
     * @param error the first rule that it broke
     */
    record Refused(ElfError error) implements ElfResult {
    }

    /**
     * The image, for files that are known to be good.
     *
     * @return the image
     * @throws IllegalArgumentException if the file was refused, with the refusal as its message
     */
    default ElfImage orThrow() {
        return switch (this) {
            case Accepted(ElfImage image) -> image;
            case Refused(ElfError error) -> throw new IllegalArgumentException("Not a loadable ELF: " + error);
        };
    }
}
