package ringspec.conform;

import java.time.LocalDate;
import ringspec.report.ScenarioResult;
import ringspec.report.SuiteRun;

/**
 * A failure that is known and excused for a time.
 *
 * @param clause id of the clause that fails, or empty if a scenario is named
 * @param scenario id of the scenario that fails, or empty if a clause is named
 * @param subject that it is about; empty for any
 * @param on label of the configuration; empty for any
 * @param reason why it fails
 * @param link where that is being dealt with
 * @param expires the last day on which it is excused
 */
public record ExpectedFailure(String clause, String scenario, String subject, String on, String reason, String link,
        LocalDate expires) {

    /** Whether a run is of the subject and on the configuration that this is about. */
    boolean isAbout(SuiteRun run) {
        return isAbout(run.subject(), run.model());
    }

    private boolean isAbout(String subjectName, String configuration) {
        return (subject.isEmpty() || subject.equals(subjectName)) && (on.isEmpty() || on.equals(configuration));
    }

    boolean covers(String subjectName, String configuration, ScenarioResult result) {
        return isAbout(subjectName, configuration) && (clause.isEmpty() ? scenario.equals(result.id())
                : result.clauses().contains(clause));
    }

    String name() {
        return clause.isEmpty() ? "scenario \"" + scenario + "\"" : clause;
    }
}
