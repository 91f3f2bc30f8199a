package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.machine.Machine;
import ringspec.machine.Stop;

/** MONITOR and MWAIT (SDM vol. 2, MONITOR and MWAIT). */
final class MonitorWaitTest {

    private static final String MONITOR = "mov eax, 0x40010\nxor ecx, ecx\nxor edx, edx\nmonitor\n";

    private final SystemBed bed = new SystemBed(ProcessorModels.INTEL);

    @Test
    void aWriteToTheLineEndsTheWait() {
        bed.kernel(MONITOR + "mwait\nmov ebx, 1\nhlt");
        assertThat(bed.cpu.gpr[Cpu.RBX]).as("still waiting").isZero();
        assertThat(bed.cpu.halted).isTrue();
        bed.ram.write8(0x4_0040, 1);
        assertThat(bed.cpu.halted).as("another line").isTrue();
        bed.ram.write8(0x4_003F, 1);
        assertThat(bed.cpu.halted).isFalse();
        bed.go();
        assertThat(bed.cpu.gpr[Cpu.RBX]).isEqualTo(1);
    }

    @Test
    void withoutAnArmedMonitorItReturnsAtOnce() {
        assertThat(bed.kernel("xor ecx, ecx\nmwait\nmov ebx, 1\nhlt").cpu.gpr[Cpu.RBX]).isEqualTo(1);
        assertThat(bed.kernel(MONITOR + "mov byte ptr [0x40000], 1\nmwait\nmov ebx, 2\nhlt").cpu.gpr[Cpu.RBX])
                .as("written since").isEqualTo(2);
    }

    @Test
    void extensionsThatDontExistAreRefused() {
        assertThat(bed.kernel("mov eax, 0x40000\nmov ecx, 1\nmonitor").fault()).isEqualTo("#13(0x0)");
        assertThat(bed.kernel("mov ecx, 2\nmwait").fault()).isEqualTo("#13(0x0)");
        assertThat(bed.kernel("mov eax, 0x800000\nxor ecx, ecx\nmonitor").fault()).as("a load").isEqualTo("#14(0x0)");
    }

    @Test
    void aMaskedInterruptEndsTheWaitOnlyIfEcxAsksForIt() {
        for (int extension = 0; extension < 2; extension++) {
            Machine machine = new Machine(Machine.Config.of(ProcessorModels.INTEL));
            Cpu cpu = machine.cpu();
            byte[] code = ringspec.isa.assembler.Assembler.assembleAt(0x2_0000, MONITOR + "mov ecx, " + extension
                    + "\nmwait\nmov ebx, 1\nhlt");
            machine.ram().write64(0x1000, 0x2003);
            machine.ram().write64(0x2000, 0x83);
            machine.ram().write(0x2_0000, code, 0, code.length);
            ringspec.cpu.ProcessorReset.longMode(cpu, 0x1000, 0x2_0000, 0x3_0000);
            machine.scheduleInterrupt(500, 0x40);
            Stop stop = machine.run(1000);
            assertThat(cpu.gpr[Cpu.RBX]).as("ECX[0] = " + extension + ", " + stop).isEqualTo(extension);
        }
    }
}
