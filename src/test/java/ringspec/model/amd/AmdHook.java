package ringspec.model.amd;

import io.cucumber.java.Before;
import ringspec.cpu.ProcessorModels;
import ringspec.steps.World;

/** Before everything else in a scenario. */
public final class AmdHook {

    private final World world;

    public AmdHook(World world) {
        this.world = world;
    }

    @Before(order = 0)
    public void useModel() {
        world.useModel(ProcessorModels.AMD);
    }
}
