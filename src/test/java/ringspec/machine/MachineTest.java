package ringspec.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.Rflags;
import ringspec.debug.MachineView;
import ringspec.engine.Breakpoints;
import ringspec.engine.Engine;
import ringspec.engine.RecentInstruction;

/** The machine around the processor, driven by an engine that the test scripts: no instruction is needed for it. */
final class MachineTest {

    private static final long CR3 = 0x1000;
    private static final long CODE = 0x8000;

    /** Every "instruction" is one byte at RIP, executed by a switch. */
    private static final class ByteEngine implements Engine {
        @Override
        public List<RecentInstruction> recentInstructions(Cpu cpu, int limit) {
            return List.of();
        }

        static final int HALT = 0xF4;
        static final int EXIT = 0xE6;
        static final int PRINT = 0xEE;

        @Override
        public void run(Cpu cpu, long until, Breakpoints breakpoints) {
            while (cpu.instructions < until && !cpu.stopRequested && !cpu.shutdown && (!cpu.halted || wakes(cpu))) {
                step(cpu);
                if (!cpu.halted && breakpoints.contains(cpu.rip)) {
                    return;
                }
            }
        }

        private static boolean wakes(Cpu cpu) {
            return cpu.nmiPending || cpu.flags.has(Rflags.IF) && cpu.interrupts.isPending();
        }

        @Override
        public void step(Cpu cpu) {
            if (wakes(cpu)) {
                cpu.gpr[Cpu.RAX] = cpu.nmiPending ? 2 : cpu.interrupts.acknowledge();
                cpu.nmiPending = false;
                cpu.halted = false;
            } else if (!cpu.halted) {
                int code = cpu.memory.fetchFrame(cpu.rip).bytes[(int) cpu.rip & 4095] & 0xFF;
                cpu.rip++;
                cpu.instructions++;
                switch (code) {
                    case HALT -> cpu.halted = true;
                    case EXIT -> cpu.ports.write(0xF4, 1, 42);
                    case PRINT -> cpu.ports.write(0x3F8, 1, 'x');
                    default -> cpu.gpr[Cpu.RCX]++;
                }
            }
        }
    }

    private static Machine machine(int... code) {
        Machine machine = new Machine(new Machine.Config(ProcessorModels.INTEL, 2 << 20, ByteEngine::new));
        machine.ram().write64(CR3, 0x2003);
        machine.ram().write64(0x2000, 0x3003);
        machine.ram().write64(0x3000, 0x83);
        for (int i = 0; i < code.length; i++) {
            machine.ram().write8(CODE + i, code[i]);
        }
        ProcessorReset.longMode(machine.cpu(), CR3, CODE, 0x9000);
        return machine;
    }

    @Test
    void haltWithNothingToWakeIt() {
        Machine machine = machine(0, 0, ByteEngine.HALT);
        assertThat(machine.run(100)).isEqualTo(new Stop.Halted(CODE + 3));
        assertThat(machine.cpu().instructions).isEqualTo(3);
        assertThat(machine.run(100)).isEqualTo(new Stop.Halted(CODE + 3));
    }

    @Test
    void haltSkipsTheTimeToTheNextScheduledInterrupt() {
        Machine machine = machine(ByteEngine.HALT, 0, ByteEngine.HALT, ByteEngine.HALT);
        machine.cpu().setSystemFlags(Rflags.IF);
        machine.scheduleInterrupt(5000, 0x40);
        machine.scheduleInterrupt(2000, 0x30);
        assertThat(machine.run(10_000)).isEqualTo(new Stop.Halted(CODE + 4));
        assertThat(machine.cpu().gpr[Cpu.RAX]).isEqualTo(0x40);
        assertThat(machine.cpu().instructions).isEqualTo(5001);
    }

    @Test
    void haltedWithInterruptsOffOnlyAnNmiWakes() {
        Machine machine = machine(ByteEngine.HALT, 0, ByteEngine.EXIT);
        machine.injectInterrupt(0x40);
        assertThat(machine.run(100)).isEqualTo(new Stop.Halted(CODE + 1));
        machine.injectNmi();
        assertThat(machine.run(100)).isEqualTo(new Stop.Exited(42));
        assertThat(machine.cpu().gpr[Cpu.RAX]).isEqualTo(2);
        assertThat(machine.exitCode()).hasValue(42);
    }

    @Test
    void theBudget() {
        Machine machine = machine();
        assertThat(machine.run(10)).isEqualTo(new Stop.BudgetExhausted(10));
        assertThat(machine.run(5)).isEqualTo(new Stop.BudgetExhausted(15));
        assertThat(machine.run(0)).isEqualTo(new Stop.BudgetExhausted(15));
    }

    @Test
    void aScheduledInterruptArrivesAtItsTime() {
        Machine machine = machine();
        machine.cpu().setSystemFlags(Rflags.IF);
        machine.scheduleInterrupt(7, 0x55);
        machine.run(7);
        assertThat(machine.cpu().gpr[Cpu.RAX]).isZero();
        machine.run(1);
        assertThat(machine.cpu().gpr[Cpu.RAX]).isEqualTo(0x55);
    }

    @Test
    void breakpointsStopBeforeTheInstructionAndAreLeftAgain() {
        Machine machine = machine();
        machine.addBreakpoint(CODE + 3);
        machine.addBreakpoint(CODE + 4);
        assertThat(machine.run(100)).isEqualTo(new Stop.Breakpoint(CODE + 3));
        assertThat(machine.cpu().gpr[Cpu.RCX]).isEqualTo(3);
        assertThat(machine.run(100)).isEqualTo(new Stop.Breakpoint(CODE + 4));
        machine.removeBreakpoint(CODE + 4);
        assertThat(machine.run(100)).isEqualTo(new Stop.BudgetExhausted(104));
    }

    @Test
    void shutdownAndRequestedStop() {
        Machine machine = machine();
        machine.requestStop();
        assertThat(machine.run(100)).isEqualTo(new Stop.Requested(CODE));
        machine.cpu().shutdown = true;
        assertThat(machine.run(100)).isEqualTo(new Stop.TripleFault(CODE));
    }

    @Test
    void aForkGoesItsOwnWay() {
        Machine machine = machine(ByteEngine.PRINT, ByteEngine.PRINT, ByteEngine.HALT);
        machine.run(1);
        Machine fork = machine.fork();
        fork.run(100);
        assertThat(fork.serialOutput()).containsExactly('x', 'x');
        assertThat(machine.serialOutput()).containsExactly('x');
        assertThat(machine.cpu().rip).isEqualTo(CODE + 1);
        fork.cpu().memory.write64(0x9000, 1);
        machine.cpu().memory.write64(0x9000, 2);
        assertThat(new MachineView(fork).read64(CR3, 0x9000)).isEqualTo(1);
        assertThat(new MachineView(machine).read64(CR3, 0x9000)).isEqualTo(2);
    }

    @Test
    void restoreGoesBackAsOftenAsWanted() {
        Machine machine = machine(ByteEngine.PRINT, ByteEngine.EXIT);
        machine.cpu().memory.write64(0x9000, 1);
        Machine snapshot = machine.fork();
        for (int i = 0; i < 3; i++) {
            assertThat(machine.run(100)).isEqualTo(new Stop.Exited(42));
            machine.cpu().memory.write64(0x9000, 100 + i);
            assertThat(machine.cpu().memory.read64(0x9000)).isEqualTo(100 + i);
            machine.restore(snapshot);
            assertThat(machine.cpu().memory.read64(0x9000)).isEqualTo(1);
            assertThat(machine.serialOutput()).isEmpty();
            assertThat(machine.exitCode()).isEmpty();
            assertThat(machine.cpu().instructions).isZero();
        }
    }
}
