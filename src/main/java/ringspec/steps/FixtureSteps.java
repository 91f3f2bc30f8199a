package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.List;
import ringspec.cpu.ProcessorModels;
import ringspec.fixture.Fixture;
import ringspec.subject.FixtureRun;

/** Programs under fixtures/ against what their fixture.yaml says. */
public final class FixtureSteps {

    private static final long BUDGET = 500_000_000;

    private final World world;
    private final List<String> failures = new ArrayList<>();
    private int ran;

    public FixtureSteps(World world) {
        this.world = world;
    }

    @Then("the fixture's expectations hold")
    public void expectationsHold() {
        assertThat(FixtureRun.differences(world.programs().fixture(), world.started().booted(), world.kpti()))
                .as("differences from what %s/fixture.yaml says", world.programs().fixture().id()).isEmpty();
    }

    @When("every fixture runs to its end on a machine of its own")
    public void everyFixture() {
        for (Fixture fixture : Programs.fixtures().byId().values()) {
            if (isFor(fixture)) {
                SubjectUnderTest.Started started = world.subject().start(FixtureRun.modules(fixture));
                FixtureRun.scheduleInput(started.machine(), fixture);
                started.machine().run(CurrentSubject.patience(BUDGET));
                world.alsoRan(started.machine());
                ran++;
                FixtureRun.differences(fixture, started.booted(), world.kpti())
                        .forEach(difference -> failures.add(fixture.id() + ": " + difference));
            }
        }
    }

    /** The processor has what the fixture needs, and a heavy one has enough with the first model and needs patience. */
    private boolean isFor(Fixture fixture) {
        return fixture.needs().stream().allMatch(feature -> Features.has(world.model(), feature))
                && !fixture.setup().positionIndependent()
                && !(fixture.setup().heavy() && (world.model() != ProcessorModels.INTEL || CurrentSubject.isHurried()));
    }

    @Then("at least {int} fixtures ran")
    public void atLeast(int count) {
        assertThat(ran).as("fixtures that ran").isGreaterThanOrEqualTo(count);
    }

    @Then("the expectations of each hold")
    public void eachHolds() {
        assertThat(failures).as("differences from what the fixture.yaml files say").isEmpty();
    }
}
