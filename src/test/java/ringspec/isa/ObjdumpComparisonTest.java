package ringspec.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Decoder and disassembler against GNU objdump: same length, same text, for every row of the table. */
class ObjdumpComparisonTest {

    private static final int SAMPLES_PER_FORM = 24;
    private static final int[] SUPERFLUOUS = {0x66, 0x67, 0xF2, 0xF3, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65};

    /**
     * Where objdump reads a superfluous prefix otherwise: as an instruction that this machine hasn't (WBNOINVD), as an error though the
     * processor ignores it (F2 before BSF), as an operand size though REX.W or F3 overrules it, or with a hint less or more.
     */
    private static final Set<String> OTHER_WITH_PREFIX = Set.of("WBINVD", "BSF", "BSR", "MOVSXD", "RDRAND", "RDSEED",
            "RDFSBASE",
            "RDGSBASE", "WRFSBASE", "WRGSBASE", "XCHG", "JMP", "CALL", "CMPXCHG16B", "LSS", "LFS", "LGS", "MOVBE",
            "MOVQ2DQ", "MOVDQ2Q", "FLDENV", "FNSTENV", "FRSTOR", "FNSAVE");

    /** objdump shows a VEX.L or VEX.W that the processor ignores, or that has no register here whose name could show it. */
    private static final Set<String> SHOWN_VEX_BITS = Set.of("VMOVSS", "VMOVSD", "VMOVMSKPS", "VMOVMSKPD", "VPMOVMSKB",
            "VPCMPESTRI", "VPCMPESTRM", "VPEXTRW");

    /** Unknown to objdump, or with a remark in its name: {@code fneni(8087 only)}. */
    private static final Set<String> NAMED_OTHERWISE = Set.of("SALC", "FNENI", "FNDISI", "FNSETPM");

    @TempDir
    private Path folder;

    @BeforeEach
    void objdumpIsThere() {
        assumeTrue(Objdump.available(),
                "GNU objdump with i386:x86-64 isn't on the path: install binutils to compare with it");
    }

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void everyRowReadsAsObjdumpReadsIt(CodeSize codeSize) throws IOException {
        EncodingSamples samples = new EncodingSamples(20_25);
        EncodingSamples plain = new EncodingSamples(20_26).withoutIgnoredVexBits();
        List<byte[]> encodings = new ArrayList<>();
        for (InstructionForm form : InstructionTable.get().forms(codeSize)) {
            for (int i = 0; i < SAMPLES_PER_FORM && !isUnknownToObjdump(form); i++) {
                encodings.add((SHOWN_VEX_BITS.contains(form.mnemonic()) ? plain : samples).sample(form, codeSize));
            }
        }
        List<Objdump.Line> lines = Objdump.disassemble(folder, codeSize, encodings);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < encodings.size(); i++) {
            Objdump.Line ours = ours(codeSize, encodings.get(i), (long) i * Objdump.SLOT);
            if (!ours.equals(lines.get(i)) && !isMisnamedProduct(encodings.get(i), ours)) {
                differences.add(HexFormat.of().formatHex(encodings.get(i)) + ": " + ours + ", objdump " + lines.get(i));
            }
        }
        assertThat(differences).isEmpty();
        assertThat(encodings).hasSizeGreaterThan(20_000);
    }

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void superfluousPrefixesReadAsObjdumpReadsThem(CodeSize codeSize) throws IOException {
        EncodingSamples samples = new EncodingSamples(64).withoutIgnoredVexBits();
        Random random = new Random(65);
        List<byte[]> encodings = new ArrayList<>();
        for (InstructionForm form : InstructionTable.get().forms(codeSize)) {
            for (int i = 0; i < SAMPLES_PER_FORM && !isUnknownToObjdump(form); i++) {
                byte[] encoding = withPrefixes(samples.sample(form, codeSize), random);
                if (Decoder.decode(codeSize, encoding, 0, encoding.length) instanceof Instruction instruction
                        && !OTHER_WITH_PREFIX.contains(instruction.mnemonic()) && !instruction.form().attributes().has(
                                "variant")) {
                    encodings.add(encoding);
                }
            }
        }
        List<Objdump.Line> lines = Objdump.disassemble(folder, codeSize, encodings);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < encodings.size(); i++) {
            Objdump.Line ours = ours(codeSize, encodings.get(i), (long) i * Objdump.SLOT);
            if (!ours.equals(lines.get(i)) && !isMisnamedProduct(encodings.get(i), ours)) {
                differences.add(HexFormat.of().formatHex(encodings.get(i)) + ": " + ours + ", objdump " + lines.get(i));
            }
        }
        assertThat(differences).isEmpty();
        assertThat(encodings).hasSizeGreaterThan(15_000);
    }

    private static Objdump.Line ours(CodeSize codeSize, byte[] encoding, long address) {
        return Decoder.decode(codeSize, encoding, 0, encoding.length) instanceof Instruction instruction
                ? new Objdump.Line(Disassembler.format(instruction, address), instruction.length())
                : new Objdump.Line(Decoder.decode(codeSize, encoding, 0, encoding.length).toString(), 0);
    }

    /**
     * What objdump knows otherwise or not at all: 0F 1A to 0F 1C are MPX and CLDEMOTE to it and 0F 18 /7 PREFETCHIT0, where a processor
     * without them has reserved NOPs; the second encodings of x87 instructions, prefetches of registers, and fences with a ModRM.rm other than 0.
     */
    private static boolean isUnknownToObjdump(InstructionForm form) {
        Encoding encoding = form.encoding();
        boolean secondMap = encoding.map() == 1 && !form.isVex();
        return secondMap && (encoding.opcode() >= 0x1A && encoding.opcode() <= 0x1C || form.attributes().has("variant")
                && (encoding.opcode() == 0x0D || encoding.opcode() == 0x18 || encoding.opcode() == 0xAE))
                || NAMED_OTHERWISE.contains(form.mnemonic()) || form.category().equals("x87") && form.attributes().has(
                        "variant");
    }

    /** objdump takes PCLMULQDQ's immediates 2 and 3 for 10h and 11h, which select other quadwords. */
    private static boolean isMisnamedProduct(byte[] encoding, Objdump.Line ours) {
        int immediate = encoding[encoding.length - 1];
        return ours.text().contains("pclmulqdq") && (immediate == 2 || immediate == 3);
    }

    private static byte[] withPrefixes(byte[] encoding, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = random.nextInt(3); i >= 0; i--) {
            out.write(SUPERFLUOUS[random.nextInt(SUPERFLUOUS.length)]);
        }
        out.writeBytes(encoding);
        return out.toByteArray();
    }
}
