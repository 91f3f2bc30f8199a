package ringspec.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.Rflags;
import ringspec.isa.assembler.Assembler;

/** RDRAND and RDSEED: the same seed gives the same numbers, a fork goes on where its original is. */
final class RandomNumberTest {

    private static Machine machine(Machine.Config config) {
        Machine machine = new Machine(config);
        byte[] code = Assembler.assembleAt(0x2_0000, "mov rbx, -1\nagain: rdrand rax\nrdseed bx\njmp again");
        machine.ram().write64(0x1000, 0x2003);
        machine.ram().write64(0x2000, 0x83);
        machine.ram().write(0x2_0000, code, 0, code.length);
        ProcessorReset.longMode(machine.cpu(), 0x1000, 0x2_0000, 0x3_0000);
        machine.run(3);
        return machine;
    }

    @Test
    void theSeedDecides() {
        Machine.Config config = Machine.Config.of(ProcessorModels.INTEL);
        long first = machine(config).cpu().gpr[Cpu.RAX];
        assertThat(machine(config).cpu().gpr[Cpu.RAX]).isEqualTo(first);
        assertThat(machine(config.withSeed(1)).cpu().gpr[Cpu.RAX]).isNotEqualTo(first);
    }

    @Test
    void aForkGoesOnWithTheSameNumbers() {
        Machine machine = machine(Machine.Config.of(ProcessorModels.AMD));
        long before = machine.cpu().gpr[Cpu.RAX];
        Machine fork = machine.fork();
        machine.run(2);
        fork.run(2);
        assertThat(fork.cpu().gpr[Cpu.RAX]).isEqualTo(machine.cpu().gpr[Cpu.RAX]).isNotEqualTo(before);
    }

    @Test
    void carryTellsOfSuccessAndSixteenBitsLeaveTheRest() {
        Cpu cpu = machine(Machine.Config.of(ProcessorModels.INTEL)).cpu();
        assertThat(cpu.gpr[Cpu.RBX] | 0xFFFF).isEqualTo(-1);
        assertThat(cpu.flags.arithmetic()).isEqualTo(Rflags.CF);
    }
}
