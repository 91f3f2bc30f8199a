package ringspec.isa.assembler;

import java.util.Objects;

/**
 * Assembly text and what messages and line tables call it.
 *
 * @param name such as {@code boot.asm}
 * @param text the lines
 */
public record Source(String name, String text) {
    /** Neither may be null. */
    public Source {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
    }
}
