package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentRegister;

/**
 * Short pieces of 32-bit code, each from 300 random states, against what a real processor made of them in compatibility mode: the
 * hash goes over all registers, the defined flags and a buffer. The generator and the order of its values are those of the program
 * that ran on the processor.
 */
final class CompatibilitySiliconTest {

    private static final long CODE = 0x50_0200;
    private static final long BUFFER = 0x5A_0000;
    private static final int BUFFER_SIZE = 0x200;
    private static final int STATES = 300;
    /** The selector of flat data of ring 3 on the system that gave the results. */
    private static final int DATA = 0x2B;
    private static final int FLAGS = 0x8D5;

    private final ModeBed bed = new ModeBed("AMD").inLongMode().inUserMode();
    private final Cpu cpu = bed.cpu;
    private int generator = 12345;
    private long hash = 0xCBF2_9CE4_8422_2325L;

    static List<String> pieces() throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                CompatibilitySiliconTest.class.getResourceAsStream("compatibility-silicon.txt")),
                StandardCharsets.UTF_8)); Stream<String> lines = reader.lines()) {
            return lines.filter(line -> !line.startsWith("#")).toList();
        }
    }

    private int random() {
        generator = generator * 1664525 + 1013904223;
        return generator >>> 4 ^ generator << 28;
    }

    private void mix(long value) {
        hash = (hash ^ value) * 0x100_0000_01B3L;
    }

    @ParameterizedTest
    @MethodSource("pieces")
    void isWhatSiliconDid(String piece) {
        String[] parts = piece.split("\\|", 4);
        byte[] code = HexFormat.of().parseHex(parts[1]);
        bed.descriptor(DATA, ModeBed.FLAT_DATA | ModeBed.DPL3);
        bed.ram.write(CODE, code, 0, code.length);
        Breakpoints end = new Breakpoints();
        end.add(CODE + code.length);
        for (int i = 0; i < STATES; i++) {
            prepare();
            bed.engine.run(cpu, cpu.instructions + 1000, end);
            assertThat(cpu.rip).as("%s, state %d, %s", parts[3], i, bed.fault()).isEqualTo(CODE + code.length);
            for (int register = 0; register < 8; register++) {
                mix(bed.register(register));
            }
            mix(cpu.flags.value() & Integer.parseInt(parts[0], 16));
            for (int at = 0; at < BUFFER_SIZE; at += 4) {
                mix(bed.read32(BUFFER + at));
            }
        }
        assertThat("0x%016x".formatted(hash)).as(parts[3]).isEqualTo(parts[2]);
    }

    private void prepare() {
        for (int at = 0; at < BUFFER_SIZE; at += 4) {
            bed.write32(BUFFER + at, random());
        }
        for (int at = 0x80; at < 0xC0; at += 8) {
            bed.ram.write64(BUFFER + at, (long) DATA << 32 | BUFFER + 0x100);
        }
        cpu.gpr[Cpu.RAX] = random() & 0xFFFF_FFFFL;
        cpu.gpr[Cpu.RCX] = random() & 7;
        cpu.gpr[Cpu.RDX] = random() & 0xFFFF_FFFFL;
        cpu.gpr[Cpu.RBX] = BUFFER + (random() & 0x3C);
        cpu.gpr[Cpu.RSP] = BUFFER + 0x180;
        cpu.gpr[Cpu.RBP] = BUFFER + 0x140;
        cpu.gpr[Cpu.RSI] = BUFFER + 0x40;
        cpu.gpr[Cpu.RDI] = BUFFER + 0x20 + (random() & 0xC);
        bed.ram.write64(BUFFER + 0x80, 7L << 32);
        for (int segment : new int[]{SegmentRegister.SS, SegmentRegister.DS, SegmentRegister.ES}) {
            cpu.segments[segment].load(DATA, 0, 0xFFFF_FFFFL, 0xC0F3);
        }
        cpu.setRflags(0x202 | random() & FLAGS);
        cpu.rip = CODE;
    }
}
