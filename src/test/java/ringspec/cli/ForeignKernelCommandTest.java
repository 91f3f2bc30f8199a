package ringspec.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ringspec conform --kernel}: kernels that someone else wrote, through the real command line. */
final class ForeignKernelCommandTest {

    private static final String CONFORMING = "fixtures/foreign-kernel/conforming.elf";
    private static final String THREE_MISTAKES = "fixtures/foreign-kernel/three-mistakes.elf";
    private static final String OWN_PROGRAM = "fixtures/multiboot/rings.elf";

    @TempDir
    private Path reports;

    private record Result(int status, String out, String err) {

        /** Ids of the clauses that the terminal names. */
        List<String> failing() {
            return out.lines().filter(line -> line.matches("[A-Z0-9]+-\\d+ [A-Z]+: .*")).map(line -> line.substring(0,
                    line.indexOf(':'))).toList();
        }
    }

    private Result execute(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("conform", "--output", reports.toString(), "--threads", "2"));
        all.addAll(List.of(arguments));
        int status = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(all.toArray(
                String[]::new));
        return new Result(status, out.toString(), err.toString());
    }

    private JsonNode conformance() throws IOException {
        return JsonMapper.builder().build().readTree(reports.resolve("conformance.json").toFile());
    }

    @Test
    void aKernelThatConforms() throws IOException {
        Result result = execute("--kernel", CONFORMING);
        assertThat(result.failing()).isEmpty();
        assertThat(result.status()).as(result.out() + result.err()).isZero();
        assertThat(verdicts("PASS")).contains("MSR-01", "ENTRY-12", "SYS-07", "RET-04", "LOAD-04", "RING3-06", "SEC-09")
                .hasSizeGreaterThan(45);
        assertThat(verdicts("NOT_APPLICABLE")).contains("CAP-01", "IPC-01").hasSize(113 - verdicts("PASS").size());
        everyExceptionHasAReason();
    }

    /** Exactly these, on both vendors' processors, and told so that a stranger knows what to look for. */
    @Test
    void aKernelWithThreeMistakes() throws IOException {
        Result result = execute("--kernel", THREE_MISTAKES);
        assertThat(result.failing()).containsExactly("MSR-05 FAIL", "RET-04 FAIL", "SEC-01 FAIL");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).startsWith("three-mistakes.elf: ").contains(
                "DF of ring 3 is clear at the first instruction "
                        + "of the kernel", "[RFLAGS.DF, RFLAGS = 0x402] expected: 0 but was: 1",
                "#GP(0x0) at RIP 0xffffffff80100342, sysretq", "[CR4.SMEP, CR4 = 0x200e20] expected: 1 but was: 0");
        assertThat(verdicts("FAIL")).containsExactly("MSR-05", "RET-04", "SEC-01");
        assertThat(verdicts("ERROR")).isEmpty();
        everyExceptionHasAReason();
    }

    @Test
    void everyModelNamesTheMistakes() {
        for (String model : List.of("INTEL", "AMD", "AIRMONT")) {
            Result result = execute("--kernel", THREE_MISTAKES, "--model", model, "--tag", "any-kernel");
            assertThat(result.failing()).as(model).containsExactly("MSR-05 FAIL", "RET-04 FAIL", "SEC-01 FAIL");
        }
    }

    /** It takes no module: what can be seen without a program of ringspec's is judged, and the rest doesn't apply. */
    @Test
    void aKernelWithAProgramOfItsOwn() throws IOException {
        Result result = execute("--kernel", OWN_PROGRAM, "--own-program");
        assertThat(result.failing()).containsExactly("MSR-03 FAIL", "MSR-06 FAIL", "MSR-08 FAIL", "SEC-07 FAIL");
        assertThat(verdicts("PASS")).contains("MSR-01");
        assertThat(verdicts("NOT_APPLICABLE")).contains("RET-04", "SYS-07");
        everyExceptionHasAReason();
    }

    @Test
    void aKernelThatDoesNotRunTheProgramThatItGot() {
        Result result = execute("--kernel", OWN_PROGRAM, "--clause", "SYS-09");
        assertThat(result.failing()).containsExactly("SYS-09 FAIL");
        assertThat(result.out()).contains("ring 3 began at RIP 0x101000, not at e_entry = 0x400000", "--own-program");
        assertThat(result.status()).isEqualTo(1);
    }

    /** Its defect, not the harness's. */
    @ParameterizedTest
    @CsvSource({"F4, halted", "0F0B, triple fault", "EBFE, '50,000,000 instructions'"})
    void aKernelThatNeverReachesRing3(String code, String how) throws IOException {
        Path image = Files.write(reports.resolve("kernel.bin"), image(java.util.HexFormat.of().parseHex(code)));
        Result result = execute("--kernel", image.toString(), "--clause", "MSR-01", "--model", "INTEL");
        assertThat(result.failing()).containsExactly("MSR-01 FAIL");
        assertThat(result.out()).contains("the kernel kernel.bin never entered ring 3", how);
        assertThat(result.status()).isEqualTo(1);
    }

    /** A bare image with address fields: the header, and code behind it. */
    private static byte[] image(byte[] code) {
        int load = 0x10_0000;
        int magic = 0x1BAD_B002;
        int flags = 1 << 16;
        return ByteBuffer.allocate(32 + code.length).order(ByteOrder.LITTLE_ENDIAN).putInt(magic).putInt(flags).putInt(
                -(magic + flags)).putInt(load).putInt(load).putInt(0).putInt(0).putInt(load + 32).put(code).array();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "--kernel README.md;README.md: refused: no Multiboot header: 0x1badb002, flags and checksum",
            "--kernel fixtures/hello/hello.elf;refused: no Multiboot header", "--kernel no/such.elf;does not exist",
            "--kernel " + CONFORMING + " --subject reference;two subjects",
            "--kernel " + CONFORMING + " --kpti on;--kpti is an option of the reference kernel",
            "--kernel " + CONFORMING + " --own-program --module x;gets no module", "--module x;give --kernel FILE",
            "--own-program;give --kernel FILE"})
    void wrongUsage(String arguments, String message) {
        Result result = execute(arguments.split(" "));
        assertThat(result.err()).contains(message);
        assertThat(result.status()).isEqualTo(2);
        assertThat(reports.resolve("conformance.json")).doesNotExist();
    }

    @Test
    void unknownClause() {
        assertThat(execute("--kernel", CONFORMING, "--clause", "MSR-77").status()).isEqualTo(4);
    }

    @Test
    void helpExplainsTheConvention() {
        StringWriter out = new StringWriter();
        assertThat(Main.commandLine().setOut(new PrintWriter(out)).execute("conform", "--help")).isZero();
        assertThat(out.toString()).contains("--kernel=FILE", "ELF64", "0x7FFFFFFF", "--own-program");
    }

    private List<String> verdicts(String verdict) throws IOException {
        List<String> ids = new ArrayList<>();
        for (JsonNode clause : conformance().get("clauses")) {
            List<String> all = new ArrayList<>();
            clause.get("verdicts").forEach(node -> all.add(node.asText()));
            if (all.contains(verdict)) {
                ids.add(clause.get("id").asText());
            }
        }
        return ids;
    }

    private void everyExceptionHasAReason() throws IOException {
        for (JsonNode scenario : conformance().get("scenarios")) {
            for (JsonNode result : scenario.get("results")) {
                if (result.get("outcome").asText().equals("SKIPPED")) {
                    assertThat(result.path("message").asText()).as(scenario.get("id").asText()).isNotBlank();
                }
            }
        }
    }
}
