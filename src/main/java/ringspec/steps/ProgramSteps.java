package ringspec.steps;

import io.cucumber.java.en.Given;
import ringspec.fixture.Fixture;
import ringspec.subject.Offer;

/** What runs on the machine. */
public final class ProgramSteps {

    private final World world;

    public ProgramSteps(World world) {
        this.world = world;
    }

    /** Assembly text as init; it replaces what an earlier step gave. */
    @Given("a processor with {word}")
    public void processorWith(String feature) {
        world.requireFeature(feature);
    }

    @Given("the program")
    public void program(String assembly) {
        world.require(Offer.PROGRAM);
        world.programs().init(assembly);
    }

    /** It matters only that ring 3 runs; a kernel with a program of its own runs that. */
    @Given("any program")
    public void anyProgram() {
        if (world.offers(Offer.PROGRAM)) {
            world.programs().init("_start: jmp _start");
        }
    }

    @Given("the program as a second process")
    public void secondProgram(String assembly) {
        world.programs().second(assembly);
    }

    /** A file that the programs carry along under this name, to make processes of. */
    @Given("the child program {word}")
    public void child(String name, String assembly) {
        world.programs().child(name, assembly);
    }

    @Given("the constant {word} is {value}")
    public void constant(String name, Value value) {
        world.programs().constant(name, value.get());
    }

    @Given("the fixture {string}")
    public void fixture(String id) {
        world.programs().init(fixtureNamed(id));
    }

    /** A page in memory; nobody needs it. */
    @Given("its file also has a program header of type {word} = {value} at {value}")
    public void extraHeader(String name, Value type, Value address) {
        world.programs().addHeader((int) type.get(), address.get());
    }

    @Given("the fixture {string} as a second process")
    public void secondFixture(String id) {
        world.programs().second(fixtureNamed(id));
    }

    @Given("all free memory is filled with {value}")
    public void freeMemoryFilled(Value value) {
        world.poisonFreeMemory((int) value.get());
    }

    private Fixture fixtureNamed(String id) {
        return Programs.fixtures().get(id);
    }
}
