package ringspec.silicon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * A fixed budget of the differential test. {@code -Dsilicon.cases=N} changes it; {@code -Dsilicon.results=FILE} says where the result of
 * each row goes.
 */
class SiliconIT {

    private static final String CASES = System.getProperty("silicon.cases", "200000");
    private static final Path RESULTS = Path.of(System.getProperty("silicon.results", "target/silicon/results.json"));

    @Test
    void theEmulatorDoesWhatThisProcessorDoes() throws Exception {
        assumeTrue(Host.reasonAgainst() == null, Host::reasonAgainst);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Summary summary = new Silicon(new PrintStream(log, true, StandardCharsets.UTF_8), "--cases", CASES, "--seed",
                "1", "--results", RESULTS.toString()).run();
        String text = log.toString(StandardCharsets.UTF_8);
        assertThat(summary.cases()).as(text).isGreaterThan(Long.parseLong(CASES) * 9 / 10);
        assertThat(summary.differences()).as(text).isZero();
    }
}
