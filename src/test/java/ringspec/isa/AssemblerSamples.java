package ringspec.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Texts of random instructions of every form, as the disassembler prints them. */
final class AssemblerSamples {

    static final long ADDRESS = 0x401000;

    /** What no assembler text needs to say: prefixes without effect, and encodings that only a decoder meets. */
    private static final Pattern SUPERFLUOUS = Pattern
            .compile(
                    "(^|.* )(rex(\\.\\w+)?|data16|addr32|[c-gs]s|es|bnd|notrack|xacquire|xrelease) .*|.*\\b(riz|eiz|eip)\\b.*");

    /**
     * One sample.
     *
     * @param form    the row it was made from
     * @param length  of its encoding
     * @param decoded what the decoder makes of the encoding
     * @param text    as printed, without the comment on RIP-relative targets
     */
    record Sample(InstructionForm form, int length, Instruction decoded, String text) {
    }

    private AssemblerSamples() {
    }

    /** Distinct texts of a form that an assembler can be expected to take; the same for the same seed. */
    static List<Sample> of(InstructionForm form, int tries, long seed) {
        EncodingSamples samples = new EncodingSamples(seed * 31 + form.id().hashCode());
        List<Sample> result = new ArrayList<>();
        for (int i = 0; i < tries; i++) {
            byte[] bytes = samples.sample(form);
            if (Decoder.decode(bytes, 0, bytes.length) instanceof Instruction instruction && instruction
                    .form() == form) {
                String text = Disassembler.format(instruction, ADDRESS).replaceAll("\\s*#.*", "").trim();
                boolean seen = result.stream().anyMatch(sample -> sample.text().equals(text));
                if (!seen && !SUPERFLUOUS.matcher(text).matches() && !text.contains("_")) {
                    result.add(new Sample(form, instruction.length(), instruction, text));
                }
            }
        }
        return result;
    }

    /** The rows that an assembler chooses from. */
    static List<InstructionForm> forms() {
        return InstructionTable.get().forms(CodeSize.BITS_64).stream().filter(form -> !form.attributes().has("variant"))
                .toList();
    }
}
