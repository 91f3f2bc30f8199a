package ringspec.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringspec.cpu.ProcessorModels;
import ringspec.report.Conformance;
import ringspec.report.Report;
import ringspec.report.SuiteRun;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;

/** The whole specification: however it is divided among machines and threads, the report is the same, trace hashes included. */
final class PartsIT {

    @TempDir
    private Path folder;

    @Test
    void threePartsMergedAreTheWholeByteForByte() throws IOException {
        Report.write(new Conformance(run(Shard.WHOLE, 2)), folder.resolve("whole"));
        List<Path> parts = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Shard part = new Shard(i, 3);
            parts.add(folder.resolve("part" + i));
            SuiteRun.replaceAll(run(part, i).stream().map(run -> run.asPart(part.toString())).toList(), parts
                    .getLast());
        }

        Report.write(new Conformance(Report.merge(parts)), folder.resolve("merged"));

        for (String file : List.of("conformance.json", "conformance.tap")) {
            assertThat(folder.resolve("merged").resolve(file)).hasSameBinaryContentAs(folder.resolve("whole").resolve(
                    file));
        }
    }

    private static List<SuiteRun> run(Shard part, int threads) {
        Selection selection = new Selection(List.of(), List.of(), List.of(), List.of(), part);
        return ConformanceRun.of(DesignedKernel.REFERENCE, List.of(new Configuration(ProcessorModels.AMD, true)),
                selection.of(Features.shipped()), selection.text(), threads, _ -> {
                });
    }
}
