package ringspec.report;

import java.util.ArrayList;
import java.util.List;
import ringspec.spec.Clause;
import ringspec.spec.Specification;

/** Made-up results with every kind of outcome, for tests of the reports. */
final class SyntheticRuns {

    private SyntheticRuns() {
    }

    /** Both models: MSR-01 passes, MSR-02 fails on AMD, MSR-03 does not apply to AMD, MSR-04 is in error; hostile texts. */
    static List<SuiteRun> everyKind() {
        return List.of(
                new SuiteRun("INTEL", "reference", "", List.of(passed("10-msr/star: one", "MSR-01"), passed(
                        "10-msr/star: two",
                        "MSR-02"),
                        passed("10-msr/star: three", "MSR-03"), error("10-msr/star: four", "MSR-04"))),
                new SuiteRun("AMD", "reference", "", List.of(passed("10-msr/star: one", "MSR-01"), failed(
                        "10-msr/star: two",
                        "MSR-02"),
                        skipped("10-msr/star: three", "MSR-03"), error("10-msr/star: four", "MSR-04"))));
    }

    /** All clauses but every seventh pass on both models, by as many scenarios as their number says; for looking at. */
    static List<SuiteRun> nearlyAll(boolean withFailures) {
        List<SuiteRun> runs = new ArrayList<>();
        for (String model : Conformance.MODELS) {
            List<ScenarioResult> results = new ArrayList<>();
            List<Clause> clauses = Specification.get().clauses();
            for (int i = 0; i < clauses.size(); i++) {
                String id = clauses.get(i).id();
                for (int k = 0; i % 7 != 6 && k <= i % 5; k++) {
                    results.add(passed("10-msr/system_call_msrs: a scenario of %s, number %d [bit=0x400]".formatted(id,
                            k), id));
                }
            }
            if (withFailures) {
                results.add(model.equals("AMD") ? failed("20-entry/gs_base: One SWAPGS in, one <SWAPGS> out",
                        "ENTRY-09", "ENTRY-01")
                        : passed("20-entry/gs_base: One SWAPGS in, one <SWAPGS> out", "ENTRY-09", "ENTRY-01"));
                results.add(error("20-entry/gs_base: without a tag"));
                results.add(skipped("80-security/supervisor_mode: SMAP", "SEC-07"));
            }
            runs.add(new SuiteRun(model, "reference", withFailures ? "groups=!slow" : "", results));
        }
        return runs;
    }

    static ScenarioResult passed(String id, String... clauses) {
        return result(id, Outcome.PASSED, "", "", clauses);
    }

    static ScenarioResult failed(String id, String... clauses) {
        return result(id, Outcome.FAILED, "Then SS is 0x1B", """
                SS: expected 0x1B, was 0x18
                  <script>alert("&amp; that's it")</script>
                RAX 0x0000000000000000  RCX 0x0000000000400123  RIP 0x0000000000400123\u001B[0m""", clauses);
    }

    static ScenarioResult skipped(String id, String... clauses) {
        return result(id, Outcome.SKIPPED, "Given SMAP", "CPUID of this model has no SMAP", clauses);
    }

    static ScenarioResult error(String id, String... clauses) {
        return result(id, Outcome.ERROR, "When it flies", "no step definition matches this step", clauses);
    }

    private static ScenarioResult result(String id, Outcome outcome, String step, String message, String... clauses) {
        String feature = "features/" + id.substring(0, id.indexOf(':')) + ".feature";
        return new ScenarioResult(id, feature, 12, List.of(clauses), outcome, step, message, 3, "5eed");
    }
}
