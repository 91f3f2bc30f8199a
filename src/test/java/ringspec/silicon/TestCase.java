package ringspec.silicon;

import java.util.zip.CRC32;
import ringspec.isa.Decoded;
import ringspec.isa.Decoder;
import ringspec.isa.Instruction;
import ringspec.isa.InstructionForm;

/** One instruction with the state that it starts from. */
final class TestCase {

    /** What the case is about: the row that it was made from, or null for random bytes. */
    final InstructionForm form;
    final long seed;
    final long number;
    final State before = new State();
    byte[] bytes;

    TestCase(InstructionForm form, long seed, long number) {
        this.form = form;
        this.seed = seed;
        this.number = number;
    }

    /** What {@code --case} takes; it outlives changes of the table in other rows. */
    String id() {
        return "%08x-%d-%d".formatted(hash(form), seed, number);
    }

    /** A number for the row that doesn't depend on the rows around it; 0 for random bytes. */
    static int hash(InstructionForm form) {
        if (form == null) {
            return 0;
        }
        CRC32 crc = new CRC32();
        crc.update(form.id().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    Decoded decode() {
        byte[] padded = java.util.Arrays.copyOf(bytes, Math.max(bytes.length, Decoder.MAX_LENGTH));
        java.util.Arrays.fill(padded, bytes.length, padded.length, (byte) 0xCC);
        return Decoder.decode(padded, 0, padded.length);
    }

    /** The instruction, or null if there is none. */
    Instruction instruction() {
        return decode() instanceof Instruction instruction ? instruction : null;
    }
}
