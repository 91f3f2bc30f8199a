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
                    "(^|.* )(rex(\\.\\w+)?|data16|data32|addr16|addr32|[c-gs]s|es|bnd|notrack|xacquire|xrelease) .*|.*\\b(riz|eiz|eip)\\b.*");

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

    /** A line that tells the assembler the size of the code. */
    static String directive(CodeSize codeSize) {
        return ".code" + codeSize.addressSize() + "\n";
    }

    /** Distinct texts of a form that an assembler can be expected to take; the same for the same seed. */
    static List<Sample> of(CodeSize codeSize, InstructionForm form, int tries, long seed) {
        return of(codeSize, form, tries, tries, seed);
    }

    /** The same, but no more than so many: some forms need many tries for one, others have one at each. */
    static List<Sample> of(CodeSize codeSize, InstructionForm form, int tries, int atMost, long seed) {
        EncodingSamples samples = new EncodingSamples(seed * 31 + form.id().hashCode());
        List<Sample> result = new ArrayList<>();
        for (int i = 0; i < tries && result.size() < atMost; i++) {
            byte[] bytes = samples.sample(form, codeSize);
            if (Decoder.decode(codeSize, bytes, 0, bytes.length) instanceof Instruction instruction && instruction
                    .form() == form) {
                String text = Disassembler.format(instruction, ADDRESS).replaceAll("\\s*#.*", "").trim();
                boolean seen = result.stream().anyMatch(sample -> sample.text().equals(text));
                if (!seen && showsAddressSize(instruction) && !SUPERFLUOUS.matcher(text).matches() && !text.contains(
                        "_")) {
                    result.add(new Sample(form, instruction.length(), instruction, text));
                }
            }
        }
        return result;
    }

    /** An address without general registers doesn't show whether 67 made it wider or narrower, except that 64-bit code has [eiz]. */
    private static boolean showsAddressSize(Instruction instruction) {
        return instruction.addressSize() == instruction.codeSize().addressSize() || instruction.operands().stream()
                .noneMatch(o -> o instanceof Operand.Mem mem && mem.base() == null && (mem.index() == null
                        ? !instruction.codeSize().is64() : !mem.index().isGeneral()));
    }

    /** The rows that an assembler chooses from. */
    static List<InstructionForm> forms(CodeSize codeSize) {
        return InstructionTable.get().forms(codeSize).stream().filter(form -> !form.attributes().has("variant"))
                .toList();
    }
}
