package ringspec.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as users run it: features, fixtures and steps must be found in it, from several threads at once. */
final class JarIT {

    @TempDir
    private Path folder;

    @Test
    void theJarRunsTheSpecificationFromAnyFolder() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-jar", Path.of("target/ringspec.jar").toAbsolutePath().toString(),
                "conform",
                "--chapter", "MSR,LOAD", "--kpti", "on", "--threads", "2").directory(folder.toFile())
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(folder.resolve("reports/conformance.json")).isNotEmptyFile();
    }
}
