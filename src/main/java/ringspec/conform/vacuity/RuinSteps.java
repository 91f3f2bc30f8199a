package ringspec.conform.vacuity;

import io.cucumber.java.en.When;
import java.util.Arrays;
import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentRegister;
import ringspec.debug.Registers;
import ringspec.machine.Machine;
import ringspec.memory.Frame;
import ringspec.steps.World;
import ringspec.trace.TraceEvent;

/** Ruins the machine. */
public final class RuinSteps {

    /** The step's words. */
    public static final String RUIN = "the machine is ruined";

    private static final long PATTERN = 0x5A5A_A5A5_5A5A_A5A5L;

    private final World world;

    public RuinSteps(World world) {
        this.world = world;
    }

    /** Every register gets another value, every byte of memory that was ever used is inverted, and the trace tells of faults. */
    @When(RUIN)
    public void ruin() {
        Machine machine = world.machine();
        Cpu cpu = machine.cpu();
        for (String name : Registers.GENERAL) {
            new Registers(cpu).set(name, new Registers(cpu).get(name) ^ PATTERN);
        }
        cpu.rip ^= 0x40;
        cpu.cr2 ^= PATTERN;
        cpu.msrs.lstar = PATTERN;
        cpu.msrs.kernelGsBase = 0;
        cpu.segments[SegmentRegister.GS].base = 0;
        cpu.segments[SegmentRegister.LDTR].load(8, 0, 0xFFFF, 0x82);
        cpu.setRflags(cpu.flags.value() ^ 0xED5);
        cpu.mxcsr ^= 0x7F;
        for (int i = 0; i < cpu.xmm.length; i++) {
            cpu.xmm[i] ^= PATTERN;
            cpu.ymmHigh[i] ^= PATTERN;
        }
        cpu.fpu.control ^= 0x3F;
        cpu.emit(new TraceEvent.FaultTaken(13, 0, cpu.rip, 0, cpu.cr2));
        cpu.emit(new TraceEvent.InterruptTaken(0x55, TraceEvent.InterruptTaken.Source.EXTERNAL, cpu.rip, 0));
        cpu.emit(new TraceEvent.Sysret(cpu.rip, PATTERN, 0, PATTERN, 64, PATTERN));
        cpu.emit(new TraceEvent.AccessCheckFlag(cpu.rip, true));
        cpu.emit(new TraceEvent.UserCopy(true, 0x1000, 8, false));
        cpu.emit(new TraceEvent.UserCopy(true, 0x1000, 8, false));
        cpu.emit(new TraceEvent.SwapGs(cpu.rip, 0, 0));
        cpu.emit(new TraceEvent.TlbStaleUse(0x1000, 0x2000, 0));
        cpu.emit(new TraceEvent.HandlerEntered(13, cpu.rip, PATTERN, 0));
        cpu.emit(new TraceEvent.Hypercall(cpu.rip, 0));
        cpu.emit(new TraceEvent.PageWalkWrite(0x1000, 0, 1));
        cpu.emit(new TraceEvent.MemoryRead(0x1000, 8, 0));
        cpu.emit(new TraceEvent.MemoryWrite(0x1000, 8, 0));
        cpu.emit(new TraceEvent.MemoryWrite(new Registers(cpu).get("RSP"), 8, 0));
        cpu.emit(new TraceEvent.EndOfInterrupt(0x55));
        invertMemory(machine);
        cpu.memory.flushAll();
    }

    private static void invertMemory(Machine machine) {
        byte[] zero = new byte[Frame.SIZE];
        for (int number = 0; number < machine.ram().frameCount(); number++) {
            byte[] bytes = machine.ram().frame(number).bytes;
            if (!Arrays.equals(bytes, zero)) {
                byte[] inverted = bytes.clone();
                for (int i = 0; i < inverted.length; i++) {
                    inverted[i] = (byte) ~inverted[i];
                }
                machine.ram().write((long) number << Frame.SHIFT, inverted, 0, inverted.length);
            }
        }
    }
}
