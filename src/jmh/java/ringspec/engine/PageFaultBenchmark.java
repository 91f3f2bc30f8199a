package ringspec.engine;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Vector;
import ringspec.isa.assembler.Assembler;

/** A page fault from ring 3 into a handler that skips the instruction and returns, without a kernel: five instructions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PageFaultBenchmark {

    private static final int TRIPS = 1000;
    private static final long HANDLER = SystemBed.CODE;
    /** The load's fault and its delivery, three of the handler, the jump back. */
    private static final int INSTRUCTIONS = 5;

    private SystemBed bed;

    /** Called by JMH once. */
    @Setup
    public void load() {
        bed = new SystemBed(ProcessorModels.INTEL);
        write(HANDLER, "add rsp, 8\nadd qword ptr [rsp], 3\niretq");
        write(SystemBed.USER, "again: mov rax, [rbx]\njmp again");
        bed.gate(Vector.PF, HANDLER, 0x8E, 0, SystemBed.KERNEL_CODE);
        bed.enterUser();
        bed.cpu.gpr[Cpu.RBX] = SystemBed.UNMAPPED;
        bed.cpu.rip = SystemBed.USER;
    }

    private void write(long address, String program) {
        byte[] code = Assembler.assembleAt(address, program);
        bed.ram.write(address, code, 0, code.length);
    }

    /** As many instructions as the round trips take. */
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public long roundTrips() {
        bed.engine.run(bed.cpu, bed.cpu.instructions + (long) TRIPS * INSTRUCTIONS);
        bed.cpu.trace.clear();
        if (bed.cpu.rip != SystemBed.USER) {
            throw new IllegalStateException("a round trip takes other than %d instructions: RIP is 0x%x".formatted(
                    INSTRUCTIONS, bed.cpu.rip));
        }
        return bed.cpu.instructions;
    }
}
