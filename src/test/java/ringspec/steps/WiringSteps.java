package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.io.PrintWriter;
import java.io.StringWriter;
import ringspec.cli.Main;

/** The ringspec command, run inside the test's JVM. */
public final class WiringSteps {

    private int status;

    @When("the command runs with {string}")
    public void theCommandRunsWith(String argument) {
        status = Main.commandLine().setOut(new PrintWriter(new StringWriter())).execute(argument);
    }

    @Then("it exits with status {int}")
    public void itExitsWithStatus(int expected) {
        assertThat(status).isEqualTo(expected);
    }
}
