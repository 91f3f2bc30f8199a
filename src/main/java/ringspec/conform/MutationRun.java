package ringspec.conform;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import ringspec.cpu.ProcessorModels;
import ringspec.mutant.Mutant;
import ringspec.report.MutantResult;
import ringspec.report.MutantResult.Killer;
import ringspec.report.MutantResult.Verdict;
import ringspec.report.Outcome;
import ringspec.report.ScenarioResult;
import ringspec.steps.CurrentSubject;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;
import ringspec.subject.Subjects;

/**
 * Plants defects, one at a time, and looks who notices: the scenarios of the clauses concerned, and then all others, so that the
 * report can show what else a defect does.
 */
public final class MutationRun {

    /** After so many failures a kernel is as broken as it can be, and the rest would only cost time. */
    private static final int ENOUGH = 25;
    private static final int SCENARIOS_AT_ONCE = 60;
    /** So tagged scenarios take as long as all others together: they run for mutants of their own clauses only. */
    private static final String LONG = "@long";

    private final Features features;
    private final LongSupplier clock;

    private MutationRun(Features features, LongSupplier clock) {
        // Without a kernel there is nothing to plant a defect in.
        this.features = features.where(scenario -> !scenario.getTags().contains("@processor"));
        this.clock = clock;
    }

    /**
     * Runs mutants.
     *
     * @param clock tells milliseconds, for the report
     * @param progress is told each result, from any thread
     * @return the results, in the order of the mutants
     * @throws IllegalStateException if the specification doesn't hold for the reference kernel to begin with
     */
    public static List<MutantResult> of(List<Mutant> mutants, Features features, int threads, LongSupplier clock,
            Consumer<MutantResult> progress) {
        MutationRun run = new MutationRun(features, clock);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<MutantResult>> results = new ArrayList<>();
            Set<Configuration> baselines = new LinkedHashSet<>();
            mutants.forEach(mutant -> baselines.add(configuration(mutant)));
            List<Future<?>> checks = new ArrayList<>();
            baselines.forEach(configuration -> checks.add(pool.submit(() -> run.checkBaseline(configuration))));
            checks.forEach(MutationRun::get);
            for (Mutant mutant : mutants) {
                results.add(pool.submit(() -> {
                    MutantResult result = run.run(mutant);
                    progress.accept(result);
                    return result;
                }));
            }
            return results.stream().map(MutationRun::get).toList();
        }
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while mutants ran", e);
        }
    }

    /** Where the mutant is run: on INTEL with KPTI, unless it can only be noticed elsewhere. */
    static Configuration configuration(Mutant mutant) {
        return switch (mutant.where()) {
            case ANYWHERE, INTEL, KPTI_ON -> new Configuration(ProcessorModels.INTEL, true);
            case AMD -> new Configuration(ProcessorModels.AMD, true);
            case KPTI_OFF -> new Configuration(ProcessorModels.INTEL, false);
        };
    }

    /** A scenario that fails anyway proves nothing. */
    private void checkBaseline(Configuration configuration) {
        CurrentSubject subject = new CurrentSubject(DesignedKernel.REFERENCE, configuration, ScenarioRunner.PATIENCE);
        ScenarioRunner.run(subject, "", features).scenarios().stream().filter(MutationRun::isBad).findFirst()
                .ifPresent(result -> {
                    throw new IllegalStateException(
                            "\"%s\" fails on %s without any mutant: make the specification pass first; %s".formatted(
                                    result.id(), configuration.label(), result.message()));
                });
    }

    private MutantResult run(Mutant mutant) {
        long start = clock.getAsLong();
        Configuration configuration = configuration(mutant);
        CurrentSubject subject = new CurrentSubject(Subjects.of(mutant), configuration, ScenarioRunner.PATIENCE);
        Features concerned = features.where(scenario -> Features.clauses(scenario).stream().anyMatch(mutant
                .clauses()::contains));
        List<ScenarioResult> results = new ArrayList<>(ScenarioRunner.run(subject, "", concerned).scenarios());
        List<Killer> killers = results.stream().filter(result -> result.outcome() == Outcome.FAILED)
                .map(result -> new Killer(result.id(), result.step(), result.message().lines().map(String::strip)
                        .filter(line -> !line.isEmpty()).findFirst().orElse(""))).toList();
        boolean complete = runOthers(mutant, subject, results);
        Set<String> failing = new TreeSet<>();
        results.stream().filter(MutationRun::isBad).forEach(result -> failing.addAll(result.clauses()));
        Verdict verdict = !killers.isEmpty() ? Verdict.KILLED : failing.isEmpty() ? Verdict.SURVIVED
                : Verdict.UNRELATED;
        return new MutantResult(mutant.id(), mutant.breaks(), mutant.seam().toString(), mutant.clauses(), configuration
                .label(), verdict, killers, List.copyOf(failing), results.size(), !complete, clock.getAsLong()
                        - start);
    }

    /** Runs the scenarios of the other clauses; false if it stopped because enough had failed. */
    private boolean runOthers(Mutant mutant, CurrentSubject subject, List<ScenarioResult> results) {
        AtomicInteger number = new AtomicInteger();
        Features others = features.where(scenario -> Features.clauses(scenario).stream().noneMatch(mutant
                .clauses()::contains) && !scenario.getTags().contains(LONG));
        int bunches = Math.max(1, others.scenarios().size() / SCENARIOS_AT_ONCE);
        for (int i = 0; i < bunches; i++) {
            if (results.stream().filter(MutationRun::isBad).count() >= ENOUGH) {
                return false;
            }
            int bunch = i;
            number.set(0);
            results.addAll(ScenarioRunner.run(subject, "", others.where(_ -> number.getAndIncrement()
                    % bunches == bunch)).scenarios());
        }
        return true;
    }

    private static boolean isBad(ScenarioResult result) {
        return result.outcome().verdict().isBad();
    }
}
