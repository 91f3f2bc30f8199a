package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.Vector;
import ringspec.isa.CodeSize;
import ringspec.isa.Decoder;
import ringspec.isa.EncodingSamples;
import ringspec.isa.Instruction;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;
import ringspec.isa.Repeat;

/**
 * A fault leaves everything as it was, and the instruction, once restarted, does what it would have done without the fault (SDM vol.
 * 3A, 6.6). Every row of the table that user programs execute, with random operands, against pages that are missing at first.
 */
class RestartTest {

    private static final long CODE = 0x40_0000;
    private static final int SAMPLES = 12;
    private static final int MOST_FAULTS = 2000;
    private static final long X87_SSE_AVX = 7;
    /** They go through descriptor tables and have tests of their own. */
    private static final Set<String> THROUGH_TABLES = Set.of("INT", "INT1", "INT3", "IRET", "IRETD", "IRETQ", "RETF",
            "RETFQ", "INS",
            "OUTS");

    static Stream<String> mnemonics() {
        return InstructionTable.get().forms(CodeSize.BITS_64).stream().filter(form -> !Set.of("system", "io").contains(
                form.category()))
                .map(InstructionForm::mnemonic).filter(mnemonic -> !THROUGH_TABLES.contains(mnemonic)).distinct();
    }

    @ParameterizedTest
    @MethodSource("mnemonics")
    void faultsChangeNothing(String mnemonic) {
        EncodingSamples samples = new EncodingSamples(mnemonic.hashCode());
        Random random = new Random(mnemonic.hashCode());
        for (InstructionForm form : InstructionTable.get().formsOf(mnemonic)) {
            for (int i = 0; i < SAMPLES; i++) {
                byte[] bytes = samples.sample(form);
                if (Decoder.decode(bytes, 0, bytes.length) instanceof Instruction instruction
                        && instruction.form().mnemonic().equals(mnemonic)) {
                    check(instruction, random.nextLong());
                }
            }
        }
    }

    private static void check(Instruction instruction, long seed) {
        Operation operation = Operations.bind(instruction, 0x100, ProcessorModels.INTEL);
        DemandMappedCpu faulting = prepared(seed, operation);
        boolean completed = runToCompletion(operation, faulting);
        DemandMappedCpu smooth = prepared(seed, operation);
        smooth.mapLike(faulting);
        if (completed) {
            for (int part = 0; part < MOST_FAULTS && runOnce(operation, smooth.cpu); part++) {
                start(operation, smooth.cpu);
            }
            assertThat(smooth.state()).as("%s, seed %d", instruction, seed).isEqualTo(faulting.state());
        }
    }

    private static DemandMappedCpu prepared(long seed, Operation operation) {
        DemandMappedCpu machine = new DemandMappedCpu(seed);
        Random random = new Random(seed);
        Cpu cpu = machine.cpu;
        for (int i = 0; i < 16; i++) {
            // Canonical whatever is added; often at the end of a page, so that accesses cross.
            cpu.gpr[i] = (random.nextLong() & 0xFFF_FFFF_F000L) + (random.nextBoolean() ? 0xFF9 + random.nextInt(7)
                    : 0x800);
        }
        if (operation.instruction.repeat() != Repeat.NONE || operation.instruction.mnemonic().startsWith("LOOP")) {
            cpu.gpr[Cpu.RCX] = random.nextInt(600);
        }
        for (int i = 0; i < cpu.xmm.length; i++) {
            cpu.xmm[i] = random.nextLong();
            cpu.ymmHigh[i] = random.nextLong();
        }
        cpu.cr4 |= ControlRegisters.CR4_OSXSAVE;
        cpu.xcr0 = X87_SSE_AVX;
        cpu.segments[SegmentRegister.FS].base = 0x10_0000;
        cpu.segments[SegmentRegister.GS].base = 0x20_0000;
        cpu.setRflags(random.nextLong() & 0xCD5);
        start(operation, cpu);
        return machine;
    }

    private static void start(Operation operation, Cpu cpu) {
        cpu.codePage = CODE;
        cpu.rip = operation.next(cpu);
        cpu.stopBlock = false;
    }

    /** Resolves page faults until the instruction is through; false if it ends in another fault. */
    private static boolean runToCompletion(Operation operation, DemandMappedCpu machine) {
        // What they have done before the fault stays done.
        boolean inParts = operation.instruction.repeat() != Repeat.NONE
                || operation.instruction.mnemonic().contains("GATHER");
        for (int attempt = 0; attempt < MOST_FAULTS; attempt++) {
            start(operation, machine.cpu);
            DemandMappedCpu.State before = machine.state();
            try {
                if (!runOnce(operation, machine.cpu)) {
                    return true;
                }
            } catch (Fault fault) {
                machine.cpu.rip = operation.next(machine.cpu);
                if (operation.instruction.mnemonic().equals("ENTER")) {
                    // It pushes first and probes the end of the new frame last; the restart pushes the same again.
                    assertThat(machine.state().withoutData()).isEqualTo(before.withoutData());
                } else if (!inParts) {
                    assertThat(machine.state()).as("%s after %s", operation.instruction, fault).isEqualTo(before);
                }
                if (fault.vector() != Vector.PF) {
                    return false;
                }
                machine.resolve(fault);
            }
        }
        throw new AssertionError(operation.instruction + " faults for ever: " + Arrays.toString(machine.cpu.gpr));
    }

    /** Runs the instruction, or a part of a repeated one; true if it must go on. */
    private static boolean runOnce(Operation operation, Cpu cpu) {
        operation.execute(cpu);
        return operation.instruction.repeat() != Repeat.NONE && cpu.rip == operation.address(cpu);
    }
}
