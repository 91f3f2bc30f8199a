package ringspec.isa.assembler;

import org.jspecify.annotations.Nullable;
import ringspec.isa.Register;
import ringspec.isa.Repeat;

/**
 * The prefixes written before a mnemonic.
 *
 * @param segment for string instructions: {@code fs lodsb}
 * @param column  of the first prefix, for messages
 */
record Prefixes(boolean lock, Repeat repeat, @Nullable Register segment, int column) {
}
