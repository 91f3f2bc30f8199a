package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import ringspec.cpu.Cpu;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.isa.CodeSize;
import ringspec.isa.Decoder;
import ringspec.isa.EncodingSamples;
import ringspec.isa.Instruction;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;

/** CPUID promises what is implemented, and nothing else. */
final class FeatureTest {

    /** Their F3 prefix is ignored by processors that lack them. */
    private static final Set<String> OLDER = Set.of("TZCNT", "LZCNT");

    @Test
    void everyRowOfAnotherProcessorIsUndefined() {
        EncodingSamples samples = new EncodingSamples(1);
        for (InstructionForm form : InstructionTable.get().forms(CodeSize.BITS_64)) {
            byte[] bytes = samples.sample(form);
            if (!(Decoder.decode(bytes, 0, bytes.length) instanceof Instruction instruction)) {
                continue;
            }
            for (ProcessorModel model : ProcessorModels.all()) {
                boolean missing = !FeatureGate.needed(instruction.form()).stream().allMatch(model::has);
                if (missing && !OLDER.contains(instruction.mnemonic())) {
                    assertThat(Operations.bind(instruction, 0, model)).as("%s on %s", instruction.form(), model)
                            .isInstanceOf(UndefinedOperation.class);
                }
            }
        }
    }

    /** They have no instruction of their own, or one that every processor has in some form. */
    private static final Set<Feature> WITHOUT_ROWS = EnumSet.of(Feature.DE, Feature.PSE, Feature.PAE, Feature.MCE,
            Feature.APIC, Feature.PGE, Feature.PAT, Feature.PCID, Feature.SMEP, Feature.FDP_EXCPTN_ONLY,
            Feature.FPU_CSDS,
            Feature.UMIP, Feature.XGETBV1, Feature.LAHF, Feature.PREFETCHW, Feature.NX, Feature.MMXEXT, Feature.PAGE1GB,
            Feature.LM, Feature.INVARIANT_TSC, Feature.XSAVEERPTR);

    @Test
    void everyFeatureThatAModelClaimsHasItsRows() {
        Set<Feature> withRows = EnumSet.noneOf(Feature.class);
        InstructionTable.get().forms().forEach(form -> withRows.addAll(FeatureGate.needed(form)));
        assertThat(EnumSet.complementOf(EnumSet.copyOf(withRows))).isEqualTo(WITHOUT_ROWS);
    }

    @Test
    void everyRowOfAModelHasSemantics() {
        EncodingSamples samples = new EncodingSamples(2);
        Set<String> without = new TreeSet<>();
        for (InstructionForm form : InstructionTable.get().forms()) {
            byte[] bytes = samples.sample(form);
            if (Decoder.decode(bytes, 0, bytes.length) instanceof Instruction instruction) {
                ProcessorModels.all().stream().filter(model -> FeatureGate.mnemonicOn(instruction.form(),
                        model) != null)
                        .filter(model -> Operations.bind(instruction, 0, model) instanceof UndefinedOperation)
                        .forEach(model -> without.add(instruction.mnemonic()));
            }
        }
        assertThat(without).containsExactly("RSM", "UD0", "UD1", "UD2");
    }

    @Test
    void countsAreScansOnProcessorsWithoutThem() {
        byte[] tzcnt = {(byte) 0xF3, 0x0F, (byte) 0xBC, (byte) 0xC1};
        byte[] lzcnt = {(byte) 0xF3, 0x0F, (byte) 0xBD, (byte) 0xC1};
        assertThat(run(tzcnt, ProcessorModels.INTEL, 0)).isEqualTo(32);
        assertThat(run(tzcnt, ProcessorModels.AIRMONT, 0)).as("BSF leaves its destination").isEqualTo(77);
        assertThat(run(lzcnt, ProcessorModels.INTEL, 0x10)).isEqualTo(27);
        assertThat(run(lzcnt, ProcessorModels.AIRMONT, 0x10)).as("BSR").isEqualTo(4);
    }

    private static long run(byte[] code, ProcessorModel model, long rcx) {
        DemandMappedCpu machine = new DemandMappedCpu(1);
        machine.cpu.gpr[Cpu.RAX] = 77;
        machine.cpu.gpr[Cpu.RCX] = rcx;
        Operations.bind((Instruction) Decoder.decode(code, 0, code.length), 0, model).execute(machine.cpu);
        return machine.cpu.gpr[Cpu.RAX];
    }

    @Test
    void everyFeatureBitIsWhereTheManualHasIt() {
        for (ProcessorModel model : ProcessorModels.all()) {
            for (Feature feature : Feature.values()) {
                int register = model.cpuid(feature.leaf(), feature.subleaf())[feature.register()];
                assertThat((register >>> feature.bit() & 1) != 0).as(model + " " + feature).isEqualTo(model.has(
                        feature));
            }
        }
        assertThat(ProcessorModels.INTEL.cpuid(7, 0)[1])
                .as("FSGSBASE BMI1 AVX2 FDP SMEP BMI2 INVPCID FCS/FDS RDSEED ADX SMAP CLFLUSHOPT CLWB SHA").isEqualTo(
                        0x219C_25E9);
        assertThat(ProcessorModels.AIRMONT.cpuid(7, 0)).as("SMEP and FCS/FDS").containsExactly(0, 0x2080, 0, 0);
        assertThat(ProcessorModels.AIRMONT.cpuid(1, 0)[2]).as("what the chip shows, of what is implemented")
                .isEqualTo(0x43D8_E3BF & ProcessorModels.INTEL.cpuid(1, 0)[2]);
        assertThat(ProcessorModels.INTEL.cpuid(0x8000_0001, 0)[3]).as("SYSCALL NX 1GB RDTSCP LM")
                .isEqualTo(1 << 11 | 1 << 20 | 1 << 26 | 1 << 27 | 1 << 29);
        assertThat(ProcessorModels.AMD.cpuid(0x8000_0001, 0)[3] & 1 << 24).as("AMD repeats FXSR").isNotZero();
    }

    @Test
    void leavesBeyondTheLastOneDifferByVendor() {
        assertThat(ProcessorModels.INTEL.cpuid(0x1234, 0)).isEqualTo(ProcessorModels.INTEL.cpuid(0xD, 0));
        assertThat(ProcessorModels.AMD.cpuid(0x1234, 0)).containsOnly(0);
        assertThat(ProcessorModels.AMD.cpuid(0x8000_0008, 0)[0]).as("48 linear, 48 physical bits").isEqualTo(0x3030);
    }
}
