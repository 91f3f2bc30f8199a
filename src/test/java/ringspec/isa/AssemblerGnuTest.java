package ringspec.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ringspec.isa.OperandSpec.Role;
import ringspec.isa.assembler.Assembler;

/** The bytes of our assembler and of the GNU assembler for the same text. */
class AssemblerGnuTest {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final Pattern LISTED = Pattern.compile("\\s*(\\d+) [0-9a-f?]{4} ([0-9A-F ]+?)\\s*\t.*");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsGnuAssembler() {
        boolean present = false;
        try {
            Process process = new ProcessBuilder("as", "--version").redirectErrorStream(true).start();
            String version = new String(process.getInputStream().readAllBytes());
            present = process.waitFor(10, TimeUnit.SECONDS) && version.contains("GNU assembler");
        } catch (IOException | InterruptedException e) {
            // no usable assembler: the assumption says so
        }
        assumeTrue(present, "the GNU assembler (binutils, command \"as\") is not installed: nothing to compare with");
    }

    /** The listing's bytes by line of the text; a line that GNU refuses has none. */
    private Map<Integer, String> gnu(CodeSize codeSize, List<String> lines) throws Exception {
        Path source = folder.resolve("text.s");
        Path listing = folder.resolve("text.lst");
        Files.writeString(source, ".intel_syntax noprefix\n" + AssemblerSamples.directive(codeSize) + String.join("\n",
                lines) + "\n");
        Process process = new ProcessBuilder("as", codeSize.is64() ? "--64" : "--32", "-msyntax=intel", "-mnaked-reg",
                "--listing-lhs-width=4",
                "-aln=" + listing,
                "-o", folder.resolve("text.o").toString(), source.toString()).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Map<Integer, String> bytes = new HashMap<>();
        for (String line : Files.readAllLines(listing)) {
            Matcher matcher = LISTED.matcher(line);
            if (matcher.matches()) {
                bytes.put(Integer.parseInt(matcher.group(1)) - 3, matcher.group(2).replace(" ", ""));
            }
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void sameBytesForSamplesOfEveryForm(CodeSize codeSize) throws Exception {
        Map<String, String> texts = new LinkedHashMap<>();
        for (InstructionForm form : AssemblerSamples.forms(codeSize)) {
            boolean branch = form.operands().stream().anyMatch(operand -> operand.role() == Role.REL); // a relocation for GNU
            // In 16-bit code GNU needs a base beside a vector of indices, and cuts off a far pointer's FFFFFFFF
            boolean refused = codeSize == CodeSize.BITS_16 && form.operands().stream().anyMatch(operand -> operand
                    .vectorIndex() || operand.text().equals("ptr16:32"));
            if (!branch && !refused) {
                AssemblerSamples.of(codeSize, form, 25, 2).forEach(sample -> texts.put(sample.text(), form
                        .signature()));
            }
        }
        List<String> lines = List.copyOf(texts.keySet());
        Map<Integer, String> expected = gnu(codeSize, lines);
        List<String> wrong = new ArrayList<>();
        Set<String> refused = new LinkedHashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String ours = HEX.formatHex(Assembler.assembleAt(0, AssemblerSamples.directive(codeSize) + lines.get(i)));
            if (!expected.containsKey(i)) {
                refused.add(texts.get(lines.get(i)));
            } else if (!ours.equals(expected.get(i))) {
                wrong.add(lines.get(i) + ": GNU " + expected.get(i) + ", ours " + ours);
            }
        }
        assertThat(wrong).as("of " + lines.size() + " texts").isEmpty();
        assertThat(refused).as("forms that GNU prints but doesn't take")
                .isSubsetOf("MOVSXD r16, r/m16", "MOVSXD r32, r/m32", "BSWAP r16", "LSS r64, m16:64",
                        "LFS r64, m16:64", "LGS r64, m16:64", "SALC");
    }

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void sameBytesForBranchesThatAreRelaxed(CodeSize codeSize) throws Exception {
        List<String> lines = new ArrayList<>();
        Random random = new Random(3);
        String[] branches = {"jmp", "je", "jnz", "call", "ja", "jl"};
        for (int i = 0; i < 400; i++) {
            lines.add("l" + i + ":");
            lines.add(branches[random.nextInt(branches.length)] + " l" + Math.clamp(i + random.nextInt(-60, 61), 0,
                    399));
            lines.add(random.nextBoolean() ? "nop" : "mov eax, 0x11223344");
        }
        StringBuilder expected = new StringBuilder();
        Map<Integer, String> gnu = gnu(codeSize, lines);
        for (int i = 0; i < lines.size(); i++) {
            expected.append(gnu.getOrDefault(i, ""));
        }
        assertThat(HEX.formatHex(Assembler.assembleAt(0, AssemblerSamples.directive(codeSize) + String.join("\n",
                lines)))).isEqualTo(expected.toString());
    }
}
