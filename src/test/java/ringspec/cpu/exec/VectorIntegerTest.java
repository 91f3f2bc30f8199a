package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.isa.Decoder;
import ringspec.isa.Instruction;
import ringspec.memory.PhysicalMemory;
import ringspec.trace.Trace;

/** Vector integer instructions against published results: FIPS 197, FIPS 180-4, the manual's string comparisons. */
class VectorIntegerTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final long X87_SSE_AVX = 7;
    private final Cpu cpu = new Cpu(ProcessorModels.INTEL, new PhysicalMemory(4096), null, new Trace());

    @BeforeEach
    void enableVectors() {
        cpu.cr4 = ControlRegisters.CR4_OSFXSR | ControlRegisters.CR4_OSXMMEXCPT | ControlRegisters.CR4_OSXSAVE;
        cpu.xcr0 = X87_SSE_AVX;
    }

    private void run(String hex) {
        byte[] code = HEX.parseHex(hex.replace(" ", ""));
        Instruction instruction = (Instruction) Decoder.decode(Arrays.copyOf(code, 15), 0, code.length);
        Operations.bind(instruction, 0, cpu.model).execute(cpu);
    }

    private void load(int register, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(Arrays.copyOf(bytes, 16)).order(ByteOrder.LITTLE_ENDIAN);
        cpu.xmm[2 * register] = buffer.getLong();
        cpu.xmm[2 * register + 1] = buffer.getLong();
    }

    private void load(int register, String hex) {
        load(register, HEX.parseHex(hex));
    }

    private byte[] value(int register) {
        return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(cpu.xmm[2 * register])
                .putLong(cpu.xmm[2 * register + 1]).array();
    }

    private String hex(int register) {
        return HEX.formatHex(value(register));
    }

    /** FIPS 197, 5.2, with the part that AESKEYGENASSIST doesn't do. */
    private byte[][] expandedKey(String key) {
        byte[][] keys = new byte[11][];
        keys[0] = HEX.parseHex(key);
        int constant = 1;
        for (int round = 1; round <= 10; round++) {
            load(1, keys[round - 1]);
            run("66 0f 3a df d1 %02x".formatted(constant));
            byte[] assist = value(2);
            byte[] next = keys[round - 1].clone();
            for (int i = 0; i < 16; i++) {
                next[i] ^= i < 4 ? assist[12 + i] : next[i - 4];
            }
            keys[round] = next;
            constant = constant << 1 ^ (constant > 0x7F ? 0x11B : 0);
        }
        return keys;
    }

    /** FIPS 197, appendix B. */
    @Test
    void aesEncryptsAndDecryptsTheStandardsExample() {
        byte[][] keys = expandedKey("2b7e151628aed2a6abf7158809cf4f3c");
        assertThat(HEX.formatHex(keys[10])).isEqualTo("d014f9a8c9ee2589e13f0cc8b6630ca6");
        load(0, "3243f6a8885a308d313198a2e0370734");
        load(1, keys[0]);
        run("66 0f ef c1");
        for (int round = 1; round <= 10; round++) {
            load(1, keys[round]);
            run(round < 10 ? "66 0f 38 dc c1" : "66 0f 38 dd c1");
        }
        assertThat(hex(0)).isEqualTo("3925841d02dc09fbdc118597196a0b32");
        load(1, keys[10]);
        run("66 0f ef c1");
        for (int round = 9; round >= 0; round--) {
            load(1, keys[round]);
            if (round > 0) {
                run("66 0f 38 db c9");
            }
            run(round > 0 ? "66 0f 38 de c1" : "66 0f 38 df c1");
        }
        assertThat(hex(0)).isEqualTo("3243f6a8885a308d313198a2e0370734");
    }

    /** Words in memory order, the message's block of "abc" (FIPS 180-4, 5.1.1). */
    private static int[] abc() {
        int[] words = new int[16];
        words[0] = 0x6162_6380;
        words[15] = 24;
        return words;
    }

    private void words(int register, int low, int second, int third, int high) {
        cpu.xmm[2 * register] = low & 0xFFFF_FFFFL | (long) second << 32;
        cpu.xmm[2 * register + 1] = third & 0xFFFF_FFFFL | (long) high << 32;
    }

    private int word(int register, int number) {
        return (int) (cpu.xmm[2 * register + number / 2] >>> 32 * (number & 1));
    }

    @Test
    void sha256OfAbc() {
        int[] constants = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
                0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
                0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc,
                0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351,
                0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
                0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585,
                0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
                0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
                0xc67178f2};
        int[] w = Arrays.copyOf(abc(), 64);
        for (int i = 16; i < 64; i += 4) {
            words(1, w[i - 16], w[i - 15], w[i - 14], w[i - 13]);
            words(2, w[i - 12], w[i - 11], w[i - 10], w[i - 9]);
            run("0f 38 cc ca");
            words(2, w[i - 7], w[i - 6], w[i - 5], w[i - 4]);
            run("66 0f fe ca");
            words(2, w[i - 4], w[i - 3], w[i - 2], w[i - 1]);
            run("0f 38 cd ca");
            for (int j = 0; j < 4; j++) {
                w[i + j] = word(1, j);
            }
        }
        words(1, 0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667);
        words(2, 0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372);
        for (int i = 0; i < 64; i += 4) {
            words(0, w[i] + constants[i], w[i + 1] + constants[i + 1], 0, 0);
            run("0f 38 cb d1");
            words(0, w[i + 2] + constants[i + 2], w[i + 3] + constants[i + 3], 0, 0);
            run("0f 38 cb ca");
        }
        assertThat(word(1, 3) + 0x6a09e667).isEqualTo(0xba7816bf);
        assertThat(word(1, 2) + 0xbb67ae85).isEqualTo(0x8f01cfea);
        assertThat(word(2, 3) + 0x3c6ef372).isEqualTo(0x414140de);
        assertThat(word(2, 0) + 0x5be0cd19).isEqualTo(0xf20015ad);
    }

    @Test
    void sha1OfAbc() {
        int[] w = Arrays.copyOf(abc(), 80);
        for (int i = 16; i < 80; i += 4) {
            words(1, w[i - 13], w[i - 14], w[i - 15], w[i - 16]);
            words(2, w[i - 9], w[i - 10], w[i - 11], w[i - 12]);
            run("0f 38 c9 ca");
            words(2, w[i - 5], w[i - 6], w[i - 7], w[i - 8]);
            run("66 0f ef ca");
            words(2, w[i - 1], w[i - 2], w[i - 3], w[i - 4]);
            run("0f 38 ca ca");
            for (int j = 0; j < 4; j++) {
                w[i + j] = word(1, 3 - j);
            }
        }
        words(1, 0x10325476, 0x98badcfe, 0xefcdab89, 0x67452301);
        int e = 0xc3d2e1f0;
        for (int i = 0; i < 80; i += 4) {
            int a = word(1, 3);
            words(2, w[i + 3], w[i + 2], w[i + 1], w[i] + e);
            run("0f 3a cc ca %02x".formatted(i / 20));
            e = Integer.rotateLeft(a, 30);
        }
        assertThat(word(1, 3) + 0x67452301).isEqualTo(0xa9993e36);
        assertThat(word(1, 2) + 0xefcdab89).isEqualTo(0x4706816a);
        assertThat(word(1, 1) + 0x98badcfe).isEqualTo(0xba3e2571);
        assertThat(word(1, 0) + 0x10325476).isEqualTo(0x7850c26c);
        assertThat(e + 0xc3d2e1f0).isEqualTo(0x9cd0d89d);
    }

    /** SHA1NEXTE adds what was A, rotated, to the first word. */
    @Test
    void sha1nexteAddsRotatedA() {
        words(1, 1, 2, 3, 0x8000_0001);
        words(2, 4, 5, 6, 7);
        run("0f 38 c8 ca");
        assertThat(new int[]{word(1, 0), word(1, 1), word(1, 2), word(1, 3)}).containsExactly(4, 5, 6,
                7 + 0x6000_0000);
    }

    @ParameterizedTest
    @CsvSource({
            // Equal any: the first vowel
            "aeiou, strength and form, 00, 3, CZS", "aeiou, rhythm, 00, 16, ZS",
            // The last one
            "aeiou, strength and form, 40, 14, CS",
            // Ranges: the first capital letter or digit
            "AZ09, nothing to9see, 04, 10, CZS",
            // Ranges, negated: the first that is no small letter; the text's end counts only without the mask
            "az, abcdef, 14, 6, CZS", "az, abcdef, 34, 16, ZS",
            // Equal each, negated: where two strings differ
            "identical, identical, 18, 16, ZS", "identical, identity, 18, 6, CZS",
            // Equal ordered: where one stands in the other; a beginning at the very end counts
            "word, a sword, 0c, 3, CZS", "word, no such thing, 0c, 16, ZS", "word, endofregister_wo, 0c, 14, CS",
            // Nothing is sought: it is everywhere
            "'', text, 0c, 0, CZSO"
    })
    void pcmpistri(String sought, String text, String control, int index, String flags) {
        load(1, sought.getBytes(StandardCharsets.US_ASCII));
        load(2, text.getBytes(StandardCharsets.US_ASCII));
        cpu.flags.setArithmetic(Rflags.AF | Rflags.PF);
        cpu.gpr[Cpu.RCX] = -1;
        run("66 0f 3a 63 ca " + control);
        long expected = (flags.contains("C") ? Rflags.CF : 0) | (text.length() < 16 ? Rflags.ZF : 0) | (flags.contains(
                "S") ? Rflags.SF : 0) | (flags.contains("O") ? Rflags.OF : 0);
        assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(index);
        assertThat(cpu.flags.arithmetic()).isEqualTo(expected);
    }

    @Test
    void pcmpestrmTakesMagnitudesOfLengths() {
        load(1, "61620000000000000000000000000000");
        load(2, "00616263000000000000000000000000");
        cpu.gpr[Cpu.RAX] = -2L & 0xFFFF_FFFFL;
        cpu.gpr[Cpu.RDX] = 100;
        run("66 0f 3a 60 ca 40");
        assertThat(hex(0)).isEqualTo("00ffff00000000000000000000000000");
        assertThat(cpu.flags.arithmetic()).isEqualTo(Rflags.CF | Rflags.SF);
        cpu.gpr[Cpu.RAX] = 3;
        run("66 0f 3a 60 ca 00");
        assertThat(hex(0)).isEqualTo("f7ff0000000000000000000000000000");
    }

    @Test
    void legacyLeavesTheUpperLaneVexClearsIt() {
        cpu.ymmHigh[2] = 0x1234;
        cpu.ymmHigh[4] = 0x5678;
        run("66 0f fc ca");
        assertThat(cpu.ymmHigh[2]).isEqualTo(0x1234);
        run("c5 ed fc ca");
        assertThat(cpu.ymmHigh[2]).isEqualTo(0x56 + 0x56 << 8 | 0x78 + 0x78);
        run("c5 e9 fc ca");
        assertThat(cpu.ymmHigh[2]).isZero();
    }

    @Test
    void vexNeedsItsStateEnabled() {
        cpu.xcr0 = 3;
        assertThatThrownBy(() -> run("c5 e9 fc ca")).isInstanceOfSatisfying(Fault.class,
                fault -> assertThat(fault.vector()).isEqualTo(Vector.UD));
        cpu.xcr0 = X87_SSE_AVX;
        cpu.cr0 |= ControlRegisters.CR0_TS;
        assertThatThrownBy(() -> run("c5 e9 fc ca")).isInstanceOfSatisfying(Fault.class,
                fault -> assertThat(fault.vector()).isEqualTo(Vector.NM));
    }

    @Test
    void mmxWritesMakeTheX87StackValid() {
        cpu.fpu.setTop(5);
        cpu.fpu.significand[1] = 0x0102_0304_0506_0708L;
        cpu.fpu.significand[2] = 0x00FF_00FF_00FF_00FFL;
        run("0f fc ca");
        assertThat(cpu.fpu.significand[1]).isEqualTo(0x0101_0303_0505_0707L);
        assertThat(cpu.fpu.signExponent[1]).isEqualTo(0xFFFF);
        assertThat(cpu.fpu.top()).isZero();
        assertThat(cpu.fpu.tag).isEqualTo(0xFF);
        run("0f 77");
        assertThat(cpu.fpu.tag).isZero();
    }

    @Test
    void gatherKeepsWhatItHasAndGoesOn() {
        DemandMappedCpu machine = new DemandMappedCpu(1);
        Cpu paged = machine.cpu;
        paged.cr4 |= ControlRegisters.CR4_OSXSAVE;
        paged.xcr0 = X87_SSE_AVX;
        paged.gpr[Cpu.RAX] = 0x10_0000;
        paged.xmm[4] = 0x1000;
        paged.xmm[5] = 0;
        Arrays.fill(paged.xmm, 6, 8, -1);
        paged.xmm[2] = 0x1111;
        byte[] code = HEX.parseHex("c4e2e1910c10");
        Operation gather = Operations.bind((Instruction) Decoder.decode(Arrays.copyOf(code, 15), 0, code.length), 0,
                paged.model);
        Fault first = catchFault(gather, paged);
        assertThat(first.address()).isEqualTo(0x10_1000);
        assertThat(paged.xmm[2]).isEqualTo(0x1111);
        machine.resolve(first);
        Fault second = catchFault(gather, paged);
        assertThat(second.address()).isEqualTo(0x10_0000);
        long gathered = paged.xmm[2];
        assertThat(gathered).isEqualTo(paged.memory.read64(0x10_1000));
        assertThat(paged.xmm[6]).isZero();
        assertThat(paged.xmm[7]).isEqualTo(-1);
        machine.resolve(second);
        paged.xmm[4] = 0x7000;
        gather.execute(paged);
        assertThat(paged.xmm[2]).isEqualTo(gathered);
        assertThat(paged.xmm[3]).isEqualTo(paged.memory.read64(0x10_0000));
        assertThat(paged.xmm[7]).isZero();
    }

    private static Fault catchFault(Operation operation, Cpu cpu) {
        try {
            operation.execute(cpu);
        } catch (Fault fault) {
            return fault;
        }
        throw new AssertionError(operation.instruction + " did not fault");
    }
}
