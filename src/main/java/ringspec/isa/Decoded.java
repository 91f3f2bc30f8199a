package ringspec.isa;

/** What the decoder found at an address: an instruction, or why there is none. */
public sealed interface Decoded permits Instruction, Decoded.Invalid, Decoded.Truncated, Decoded.TooLong {

    /**
     * The bytes are no instruction of 64-bit mode: #UD.
     *
     * @param length how many bytes were looked at before that was clear
     */
    record Invalid(int length) implements Decoded {
    }

    /**
     * The limit came before the end of the instruction. Fetch on: a page fault on the next byte belongs to this instruction.
     *
     * @param needed at least so many more bytes are needed, 1 or more
     */
    record Truncated(int needed) implements Decoded {
    }

    /** The instruction would be longer than 15 bytes: #GP(0) (SDM vol. 2, 2.3.11). */
    record TooLong() implements Decoded {
    }
}
