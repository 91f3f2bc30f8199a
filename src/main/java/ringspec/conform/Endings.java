package ringspec.conform;

import io.cucumber.plugin.ConcurrentEventListener;
import io.cucumber.plugin.event.EventPublisher;
import io.cucumber.plugin.event.PickleStepTestStep;
import io.cucumber.plugin.event.Result;
import io.cucumber.plugin.event.Status;
import io.cucumber.plugin.event.TestCaseFinished;
import io.cucumber.plugin.event.TestCaseStarted;
import io.cucumber.plugin.event.TestStepFinished;
import java.util.ArrayList;
import java.util.List;

/** Notes how scenarios end, in the order in which they run, on one thread. */
final class Endings implements ConcurrentEventListener {

    private final List<Ending> endings = new ArrayList<>();
    private String culprit = "";

    @Override
    public void setEventPublisher(EventPublisher publisher) {
        publisher.registerHandlerFor(TestCaseStarted.class, _ -> culprit = "");
        publisher.registerHandlerFor(TestStepFinished.class, this::stepFinished);
        publisher.registerHandlerFor(TestCaseFinished.class, event -> add(event.getResult()));
    }

    private void stepFinished(TestStepFinished event) {
        if (culprit.isEmpty() && event.getResult().getStatus() != Status.PASSED) {
            culprit = event.getTestStep() instanceof PickleStepTestStep step ? step.getStep().getText() : "a hook";
        }
    }

    private void add(Result result) {
        endings.add(new Ending(result.getStatus() == Status.PASSED, result.getStatus() == Status.SKIPPED,
                result.getStatus() == Status.FAILED && result.getError() instanceof AssertionError, culprit));
    }

    List<Ending> inOrder() {
        return List.copyOf(endings);
    }
}
