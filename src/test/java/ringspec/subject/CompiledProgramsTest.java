package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.kernel.KernelLayout;
import ringspec.trace.TraceEvent;

/**
 * Programs of gcc and clang, which are the same files on Linux and under the kernel, print in both what was recorded when
 * {@code fixtures/programs/build} ran them on a real processor.
 */
final class CompiledProgramsTest {

    private static final Path FOLDER = Path.of("fixtures/programs");
    private static final DesignedKernel KERNEL = DesignedKernel.REFERENCE;
    /** Several times what the longest one takes. */
    private static final long BUDGET = 30_000_000;
    private static final List<String> VARIANTS = List.of("gcc-O0", "clang-O0", "gcc-O2", "clang-O2", "gcc-v3",
            "clang-v3");
    private static final Set<Feature> V3 = Set.of(Feature.AVX2, Feature.FMA, Feature.F16C, Feature.BMI1, Feature.BMI2,
            Feature.LZCNT, Feature.MOVBE, Feature.XSAVE);

    /** One file: what it was made of and how. */
    private record Program(String name, String variant, byte[] elf) {

        boolean fits(ProcessorModel model) {
            return !isV3() || V3.stream().allMatch(model::has);
        }

        boolean isV3() {
            return variant.endsWith("-v3");
        }

        /** What it has to print: its variant's own text, where rounding depends on the variant. */
        String expected() {
            Path own = FOLDER.resolve("expected/%s-%s.txt".formatted(name, variant));
            Path usual = FOLDER.resolve("expected/%s.txt".formatted(name));
            try {
                return Files.readString(Files.exists(own) ? own : usual);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String file() {
            return name + "-" + variant + ".elf";
        }
    }

    private static final Map<String, List<Program>> PROGRAMS = read();

    @Test
    void everySourceIsThereInEveryVariant() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> sources = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".c"))
                    .map(name -> name.replace(".c", "")).collect(Collectors.toSet());
            assertThat(PROGRAMS.keySet()).hasSizeGreaterThanOrEqualTo(30).isEqualTo(sources);
        }
        assertThat(PROGRAMS.values()).allSatisfy(files -> assertThat(files).extracting(Program::variant)
                .containsExactlyInAnyOrderElementsOf(VARIANTS));
    }

    @TestFactory
    Stream<DynamicTest> underTheKernel() {
        Map<String, BootedMachine> booted = new TreeMap<>();
        return ProcessorModels.all().stream().flatMap(model -> PROGRAMS.keySet().stream().map(name -> DynamicTest
                .dynamicTest(name + ", " + model.name(), () -> {
                    BootedMachine machine = booted.computeIfAbsent(model.name(), key -> KERNEL.boot(new Configuration(
                            model,
                            false)));
                    SoftAssertions softly = new SoftAssertions();
                    PROGRAMS.get(name).stream().filter(program -> program.fits(model)).forEach(program -> softly
                            .assertThat(
                                    run(program, machine.fork())).as(program.file()).isEqualTo(program.expected()));
                    softly.assertAll();
                })));
    }

    /** What the program sends and, if it doesn't end by itself, what the kernel says of it. */
    private static String run(Program program, BootedMachine booted) {
        booted.loadModules(List.of(new NamedElf(program.name(), program.elf())));
        booted.run(BUDGET);
        String output = new String(booted.machine().serialOutput(), StandardCharsets.UTF_8);
        if (booted.machine().exitCode().isEmpty()) {
            return output + "\nhas not ended after %d instructions".formatted(BUDGET);
        }
        assertThat(booted.machine().exitCode()).as("exit code of %s; it printed %s", program.file(), output)
                .hasValue(KernelLayout.EXIT_ALL_ENDED);
        assertThat(booted.machine().trace().all(TraceEvent.TlbStaleUse.class)).as(program.file()).isEmpty();
        return output;
    }

    /** That the recorded texts are what this host's processor prints, too: they come from silicon, and not from ringspec. */
    @Test
    void natively() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64"),
                "the files run on Linux on x86-64 only");
        Set<String> flags = Set.of(Files.readString(Path.of("/proc/cpuinfo")).lines().filter(line -> line.startsWith(
                "flags"))
                .findFirst().orElse("").split("\\s+"));
        boolean v3 = flags.containsAll(Set.of("avx2", "fma", "f16c", "bmi1", "bmi2", "abm", "movbe"));
        // Not in /tmp, from which some hosts execute nothing.
        Path folder = Files.createDirectories(Path.of("target/compiled-programs"));
        SoftAssertions softly = new SoftAssertions();
        for (Program program : PROGRAMS.values().stream().flatMap(List::stream).filter(p -> v3 || !p.isV3()).toList()) {
            Path file = Files.write(folder.resolve(program.file()), program.elf());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
            Path output = folder.resolve(program.file() + ".txt");
            Process process = new ProcessBuilder(file.toString()).redirectErrorStream(true).redirectOutput(output
                    .toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s has ended", file).isTrue();
            softly.assertThat(Files.readString(output)).as(program.file()).isEqualTo(program.expected());
        }
        softly.assertAll();
    }

    private static Map<String, List<Program>> read() {
        Map<String, List<Program>> programs = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(FOLDER.resolve("programs.zip")))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String file = entry.getName();
                String variant = VARIANTS.stream().filter(v -> file.endsWith("-" + v + ".elf")).findFirst().orElseThrow(
                        () -> new IllegalStateException("%s is none of %s".formatted(file, VARIANTS)));
                String name = file.substring(0, file.length() - variant.length() - "-.elf".length());
                programs.computeIfAbsent(name, key -> new ArrayList<>()).add(new Program(name, variant, zip
                        .readAllBytes()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return programs;
    }
}
