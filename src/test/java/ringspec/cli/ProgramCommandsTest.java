package ringspec.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import ringspec.isa.assembler.Assembler;
import ringspec.subject.AssemblyProgram;

/** The commands that take a program: what they print where, and their exit status. */
@ResourceLock(Resources.SYSTEM_OUT)
final class ProgramCommandsTest {

    private static final String HELLO = "fixtures/hello/hello.elf";

    /** What a command line did; {@code serial} is what went to the process's own standard output. */
    private record Result(int status, String serial, String out, String err) {
    }

    private static Result execute(String... arguments) {
        ByteArrayOutputStream serial = new ByteArrayOutputStream();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        PrintStream before = System.out;
        System.setOut(new PrintStream(serial, true, StandardCharsets.ISO_8859_1));
        try {
            CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
            int status = command.execute(arguments);
            return new Result(status, serial.toString(StandardCharsets.ISO_8859_1), out.toString(), err.toString());
        } finally {
            System.setOut(before);
        }
    }

    @ParameterizedTest
    @CsvSource({"INTEL, on", "amd, off", "airmont, ON"})
    void runsAProgramToItsEnd(String model, String kpti) {
        Result result = execute("run", "--model", model, "--kpti=" + kpti, HELLO);
        assertThat(result.serial()).isEqualTo("Hello from ring 3\n");
        assertThat(result.err()).startsWith("ended by itself after ").hasLineCount(1);
        assertThat(result.status()).isZero();
    }

    @Test
    void saysWhatKilledAProgramAndWhere() {
        Result result = execute("run", "fixtures/null-deref/null-deref.elf");
        assertThat(result.serial()).startsWith("reading\nkernel: process 1 (null-deref) killed by #PF(0x4)");
        assertThat(result.err()).contains("was killed by #PF(0x4) on 0x0 at 0x").contains("(probe)").hasLineCount(1);
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void saysWhyAFileIsRefused() {
        Result result = execute("run", "fixtures/hello/fixture.yaml");
        assertThat(result.err()).startsWith("fixture.yaml: refused: ").contains("LOAD-01");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void stopsAtTheBudget(@TempDir Path folder) throws IOException {
        byte[] loop = AssemblyProgram.assemble("loop", "_start: jmp _start", Map.of());
        Path file = Files.write(folder.resolve("loop.elf"), loop);
        Result result = execute("run", "--budget=10000", file.toString());
        assertThat(result.err()).contains("not ended").contains("--budget");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void tracesEveryEvent() {
        Result result = execute("run", "--trace", HELLO);
        assertThat(result.err()).contains("Sysret[").contains("target=0x400000").contains("Syscall[");
    }

    @ParameterizedTest
    @CsvSource({"no/such.elf, does not exist", "fixtures, is a directory"})
    void filesThatCantBeReadAreWrongUsage(String file, String reason) {
        for (String command : new String[]{"run", "elf", "disasm"}) {
            Result result = execute(command, file);
            assertThat(result.err()).startsWith(file).contains(reason);
            assertThat(result.status()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"--model=Z80, Z80", "--kpti=maybe, on or off", "--budget=0, at least 1", "--budget=many, many"})
    void optionsThatMakeNoSenseAreWrongUsage(String option, String reason) {
        Result result = execute("run", option, HELLO);
        assertThat(result.err()).contains(reason);
        assertThat(result.status()).isEqualTo(2);
    }

    @Test
    void disassemblesWithSymbols() {
        Result result = execute("disasm", HELLO);
        assertThat(result.out()).contains("<_start>:").contains("0f 05").contains("syscall").contains("<main>");
        assertThat(result.status()).isZero();
        assertThat(execute("disasm", "fixtures/hello/fixture.yaml").status()).isEqualTo(1);
    }

    @Test
    void describesAnElfFile() {
        Result result = execute("elf", HELLO);
        assertThat(result.out()).contains("loadable").contains("0x400000");
        assertThat(result.status()).isZero();
        Result refused = execute("elf", "fixtures/hello/fixture.yaml");
        assertThat(refused.out()).contains("refused");
        assertThat(refused.status()).isEqualTo(1);
    }

    private static final String KERNEL = "fixtures/multiboot/rings.elf";

    @ParameterizedTest
    @CsvSource({"INTEL, fixtures/multiboot/rings.elf", "amd, fixtures/multiboot/rings64.elf",
            "airmont, fixtures/multiboot/rings.bin"})
    void bootsAMultibootKernel(String model, String file) throws IOException {
        Result result = execute("run", "--model", model, "--multiboot", file, "--memory", "16");
        assertThat(result.serial()).isEqualTo(Files.readString(Path.of("fixtures/multiboot/console.txt")));
        assertThat(result.err()).matches("powered off after [0-9,]+ instructions on [A-Z]+\\R");
        assertThat(result.status()).isZero();
    }

    @Test
    void passesCommandLineAndModules() {
        Result result = execute("run", "--multiboot", KERNEL, "--cmdline", "exit", "--module", HELLO + "=init -v",
                "--module", HELLO);
        assertThat(result.err()).startsWith("exit code 0 after ");
        assertThat(result.serial()).endsWith("exit port\n");
        assertThat(result.status()).isZero();
    }

    @Test
    void saysThatAMultibootKernelDidNotEnd() {
        Result result = execute("run", "--multiboot", KERNEL, "--budget", "12000", "--trace");
        assertThat(result.err()).contains("ControlRegisterWrite[").contains(
                "not ended (give more with --budget) after 12,000");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void saysWhatAMultibootKernelDoesThatIsNotEmulated(@TempDir Path folder) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(0x200).order(ByteOrder.LITTLE_ENDIAN);
        int magic = 0x1BADB002;
        int flags = 0x10000;
        image.putInt(magic).putInt(flags).putInt(-magic - flags).putInt(0x10_0000).putInt(0x10_0000).putInt(0)
                .putInt(0).putInt(0x10_0100);
        image.put(0x100, Assembler.assembleAt(0x10_0100, ".code32\nmov esp, 0x90000\npush 0x4002\npopfd\niretd\n"));
        Path file = Files.write(folder.resolve("task.bin"), image.array());
        Result result = execute("run", "--multiboot", file.toString());
        assertThat(result.err()).startsWith(
                "not emulated: IRET with EFLAGS.NT = 1 is a hardware task switch at 0x10010b: ")
                .contains(" after 3 instructions on INTEL").hasLineCount(1);
        assertThat(result.status()).isEqualTo(3);
    }

    @Test
    void saysWhyAMultibootKernelIsRefused() {
        Result result = execute("run", "--multiboot", HELLO);
        assertThat(result.err()).startsWith(HELLO + ": refused: no Multiboot header").hasLineCount(1);
        assertThat(result.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
            "fixtures/hello/hello.elf, programs", "--kpti=on, reference kernel", "--aslr=1, reference kernel",
            "--memory=1, give 2 to 3072", "--memory=4096, give 2 to 3072",
            "--module=no/such=x, no/such does not exist"})
    void optionsThatDontGoWithMultiboot(String argument, String reason) {
        Result result = execute("run", "--multiboot", KERNEL, argument);
        assertThat(result.err()).contains(reason);
        assertThat(result.status()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"--memory=64", "--cmdline=x", "--module=x"})
    void optionsThatNeedMultiboot(String argument) {
        Result result = execute("run", argument, HELLO);
        assertThat(result.err()).contains("need --multiboot");
        assertThat(result.status()).isEqualTo(2);
        assertThat(execute("run").err()).contains("Missing required parameter");
    }
}
