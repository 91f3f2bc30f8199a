package ringspec.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ringspec.isa.AssemblerSamples.Sample;
import ringspec.isa.assembler.Assembler;

/** Text from the disassembler, through the assembler and back. */
class AssemblerRoundTripTest {

    private static final int TRIES = 60;
    private static final int SAMPLES = 16;

    /** GNU prints them with a REX.W or a 67 prefix before the mnemonic; here TBYTE PTR says the first. */
    private static final Set<String> PRINTED_WITH_PREFIX = Set.of("CALL m16:64", "JMP m16:64");

    /** A store of a selector is assembled with a 32-bit destination, as GNU does: zero-extension makes it the same. */
    private static final Set<String> NARROWED = Set.of("MOV r64/m16, Sreg", "SLDT r64/m16", "STR r64/m16",
            "MOV Sreg, r16/m16", "MOV Sreg, r32/m16",
            "MOV Sreg, r64/m16");

    /** GNU prints them as it prints the far transfer by m16:16. */
    private static final Set<String> SAME_TEXT_IN_16 = Set.of("CALL r/m32", "JMP r/m32");

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void everyFormComesBackAsTheSameInstruction(CodeSize codeSize) {
        List<String> wrong = new ArrayList<>();
        for (InstructionForm form : AssemblerSamples.forms(codeSize)) {
            if (isCut(codeSize, form) || codeSize == CodeSize.BITS_16 && SAME_TEXT_IN_16.contains(form.signature())) {
                continue;
            }
            for (Sample sample : AssemblerSamples.of(codeSize, form, TRIES, SAMPLES, 1)) {
                String difference = NARROWED.contains(form.signature()) ? "" : difference(codeSize, sample);
                if (!difference.isEmpty()) {
                    wrong.add(form.id() + ": " + sample.text() + " -> " + difference);
                }
            }
        }
        assertThat(wrong).as("text that changes its meaning on its way through the assembler").isEmpty();
    }

    private static String difference(CodeSize codeSize, Sample sample) {
        byte[] bytes;
        try {
            bytes = Assembler.assembleAt(AssemblerSamples.ADDRESS, AssemblerSamples.directive(codeSize) + sample
                    .text());
        } catch (RuntimeException e) {
            return e.getMessage();
        }
        if (bytes.length > sample.length()) {
            return bytes.length + " bytes instead of " + sample.length();
        }
        Decoded decoded = Decoder.decode(codeSize, bytes, 0, bytes.length);
        if (!(decoded instanceof Instruction instruction) || instruction.length() != bytes.length) {
            return decoded.toString();
        }
        return meaning(instruction).equals(meaning(sample.decoded())) ? "" : meaning(instruction) + ", not " + meaning(
                sample.decoded());
    }

    /** Everything that is not a matter of encoding. */
    private static List<Object> meaning(Instruction instruction) {
        List<Object> meaning = new ArrayList<>(List.of(instruction.mnemonic(), instruction.form().printedMnemonic(
                instruction
                        .codeSize()),
                instruction.lock(),
                instruction.repeat(), instruction.addressSize()));
        List<Operand> operands = new ArrayList<>(instruction.operands());
        if (instruction.mnemonic().equals("XCHG")) {
            operands.sort(Comparator.comparing(Operand::toString)); // the order says nothing
        }
        int size = instruction.form().operandSize();
        long mask = size == 64 || size == 0 ? -1 : (1L << size) - 1;
        for (Operand operand : operands) {
            meaning.add(switch (operand) {
                case Operand.Imm imm -> imm.value();
                case Operand.Rel rel -> instruction.length() + rel.displacement() & mask;
                case Operand.Mem mem -> mem.base() == null && mem.index() == null ? mem.displacement() + "" + mem.size()
                        : withoutOverride(mem);
                case Operand.Reg reg -> reg;
                case Operand.Far far -> far;
            });
        }
        return meaning;
    }

    /** Whether the row is a branch with an operand-size prefix, which the text of it doesn't tell or ask for. */
    private static boolean isCut(CodeSize codeSize, InstructionForm form) {
        return !codeSize.is64() && form.operandSize() != codeSize.operandSize() && form.operands().stream().anyMatch(
                operand -> operand.role() == OperandSpec.Role.REL || operand.role() == OperandSpec.Role.FAR);
    }

    /** An override that names the default segment changes nothing. */
    private static Operand.Mem withoutOverride(Operand.Mem mem) {
        return new Operand.Mem(mem.segment(), false, mem.base(), mem.index(), mem.scale(), mem.displacement(), mem
                .size(), mem.addressSize());
    }

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void everyFormHasSamples(CodeSize codeSize) {
        List<String> without = new ArrayList<>();
        for (InstructionForm form : AssemblerSamples.forms(codeSize)) {
            boolean printable = !form.printedMnemonic().contains("_") && !PRINTED_WITH_PREFIX.contains(form
                    .signature());
            if (printable && !isCut(codeSize, form) && AssemblerSamples.of(codeSize, form, TRIES, 1, 1).isEmpty()) {
                without.add(form.id());
            }
        }
        assertThat(without).as("forms that the round trip doesn't reach").isEmpty();
    }
}
