package ringspec.conform;

import io.cucumber.core.gherkin.Pickle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import ringspec.report.ScenarioResult;
import ringspec.report.SuiteRun;
import ringspec.steps.CurrentSubject;
import ringspec.subject.Configuration;
import ringspec.subject.Subject;
import ringspec.subject.Subjects;

/** Runs a selection of the specification on a subject, in several configurations and on several threads. */
public final class ConformanceRun {

    /** So small that the threads end at about the same time, so large that starting one costs nothing beside it. */
    private static final int SCENARIOS_AT_ONCE = 60;

    private ConformanceRun() {
    }

    /**
     * Runs it all. The results don't depend on the number of threads.
     *
     * @param features what runs
     * @param selection how that was chosen, for the report
     * @param progress is told the number of scenarios after each bunch that has ended, from any thread
     * @return one for each configuration, in their order
     */
    public static List<SuiteRun> of(Subject subject, List<Configuration> configurations, Features features,
            String selection, int threads, IntConsumer progress) {
        Map<Configuration, List<Future<SuiteRun>>> parts = new LinkedHashMap<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Configuration configuration : configurations) {
                CurrentSubject current = current(subject, configuration);
                for (Features bunch : bunches(features)) {
                    parts.computeIfAbsent(configuration, _ -> new ArrayList<>()).add(pool.submit(() -> {
                        SuiteRun run = ScenarioRunner.run(current, selection, bunch);
                        progress.accept(run.scenarios().size());
                        return run;
                    }));
                }
            }
            return parts.entrySet().stream().map(entry -> together(entry.getKey(), subject, selection,
                    entry.getValue())).toList();
        }
    }

    private static CurrentSubject current(Subject subject, Configuration configuration) {
        return Subjects.isBroken(subject) ? new CurrentSubject(subject, configuration, ScenarioRunner.PATIENCE)
                : new CurrentSubject(subject, configuration);
    }

    private static List<Features> bunches(Features features) {
        int count = Math.max(1, features.scenarios().size() / SCENARIOS_AT_ONCE);
        List<Features> bunches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int bunch = i;
            AtomicInteger number = new AtomicInteger();
            bunches.add(features.where((Pickle _) -> number.getAndIncrement() % count == bunch));
        }
        return bunches;
    }

    private static SuiteRun together(Configuration configuration, Subject subject, String selection,
            List<Future<SuiteRun>> parts) {
        List<ScenarioResult> results = new ArrayList<>();
        for (Future<SuiteRun> part : parts) {
            try {
                results.addAll(part.get().scenarios());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a run of scenarios broke off: " + e.getCause(), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while scenarios ran", e);
            }
        }
        return new SuiteRun(configuration.label(), subject.name(), selection, results);
    }
}
