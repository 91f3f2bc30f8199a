package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ringspec.cpu.ProcessorModels;
import ringspec.isa.CodeSize;
import ringspec.isa.Decoder;
import ringspec.isa.EncodingSamples;
import ringspec.isa.Instruction;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;

/** Every row of the instruction table has semantics, or a reason why it has none. */
class TableCoverageTest {

    /** What raises #UD on purpose, and why. */
    private static final Map<String, String> UNDEFINED = Map.of("UD0", "that is what it is for", "UD1",
            "that is what it is for", "UD2",
            "that is what it is for",
            "RSM", "there is no system-management mode");

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void everyFormIsBoundToSemantics(CodeSize size) {
        EncodingSamples samples = new EncodingSamples(1);
        Set<String> without = new TreeSet<>();
        for (InstructionForm form : InstructionTable.get().forms(size)) {
            for (int i = 0; i < 20; i++) {
                byte[] bytes = samples.sample(form, size);
                if (Decoder.decode(size, bytes, 0, bytes.length) instanceof Instruction instruction
                        && Operations.bind(instruction, 0, ProcessorModels.INTEL) instanceof UndefinedOperation) {
                    without.add(instruction.mnemonic());
                }
            }
        }
        assertThat(without).as("code of %s", size).isEqualTo(new TreeSet<>(UNDEFINED.keySet()));
    }

    @Test
    void semanticsWithoutARowAreDead() {
        Set<String> mnemonics = new TreeSet<>();
        InstructionTable.get().forms().forEach(form -> mnemonics.add(form.mnemonic()));
        assertThat(mnemonics).containsAll(Operations.mnemonics());
    }
}
