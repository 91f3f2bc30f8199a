package ringspec.model.intel;

import io.cucumber.java.Before;
import ringspec.cpu.ProcessorModels;
import ringspec.steps.World;

/** Before everything else in a scenario. */
public final class IntelHook {

    private final World world;

    public IntelHook(World world) {
        this.world = world;
    }

    @Before(order = 0)
    public void useModel() {
        world.useModel(ProcessorModels.INTEL);
    }
}
