package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;

/** CPUID promises what is implemented, and nothing else. */
final class FeatureTest {

    private static final Set<String> FEATURES = Arrays.stream(Feature.values()).map(Enum::name).collect(Collectors
            .toSet());

    @Test
    void instructionsWithoutSemanticsBelongToFeaturesThatNoModelHas() {
        Set<String> missing = InstructionTable.get().forms().stream()
                .filter(form -> !Operations.isImplemented(form.mnemonic())).map(InstructionForm::cpuid)
                .collect(Collectors.toSet());
        assertThat(missing).containsExactlyInAnyOrder("RDRAND", "RDSEED").doesNotContainAnyElementsOf(FEATURES);
    }

    @Test
    void everyFeatureBitIsWhereTheManualHasIt() {
        for (ProcessorModel model : ProcessorModels.all()) {
            for (Feature feature : Feature.values()) {
                int register = model.cpuid(feature.leaf(), 0)[feature.register()];
                assertThat((register >>> feature.bit() & 1) != 0).as(model + " " + feature).isEqualTo(model.has(
                        feature));
            }
        }
        assertThat(ProcessorModels.INTEL.cpuid(7, 0)[1]).as("FSGSBASE SMEP SMAP").isEqualTo(1 | 1 << 7 | 1 << 20);
        assertThat(ProcessorModels.AIRMONT.cpuid(7, 0)).as("SMEP alone").containsExactly(0, 1 << 7, 0, 0);
        assertThat(ProcessorModels.INTEL.cpuid(0x8000_0001, 0)[3]).as("SYSCALL NX 1GB RDTSCP LM")
                .isEqualTo(1 << 11 | 1 << 20 | 1 << 26 | 1 << 27 | 1 << 29);
        assertThat(ProcessorModels.AMD.cpuid(0x8000_0001, 0)[3] & 1 << 24).as("AMD repeats FXSR").isNotZero();
    }

    @Test
    void leavesBeyondTheLastOneDifferByVendor() {
        assertThat(ProcessorModels.INTEL.cpuid(0x1234, 0)).isEqualTo(ProcessorModels.INTEL.cpuid(7, 0));
        assertThat(ProcessorModels.AMD.cpuid(0x1234, 0)).containsOnly(0);
        assertThat(ProcessorModels.AMD.cpuid(0x8000_0008, 0)[0]).as("48 linear, 48 physical bits").isEqualTo(0x3030);
    }
}
