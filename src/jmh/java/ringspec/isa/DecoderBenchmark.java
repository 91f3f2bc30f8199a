package ringspec.isa;

import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The time to decode one instruction, from the shortest to one with every part. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecoderBenchmark {

    /** NOP; SYSCALL; MOV RAX, RBX; ADD QWORD PTR [RAX+RCX*8+0x12345678], 0x11223344; VADDPS YMM8, YMM1, [R9+0x10]. */
    @Param({"90", "0F05", "4889D8", "488184C87856341244332211", "C44174584110"})
    private String instruction;

    private byte[] bytes;

    /** Called by JMH for each parameter. */
    @Setup
    public void parse() {
        bytes = HexFormat.of().parseHex(instruction);
    }

    /** One call of the decoder. */
    @Benchmark
    public Decoded decode() {
        return Decoder.decode(bytes, 0, bytes.length);
    }
}
