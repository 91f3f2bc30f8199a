package ringspec.model.intel;

import io.cucumber.java.Before;
import ringspec.cpu.ProcessorModels;
import ringspec.steps.World;

/** Makes every scenario of a run use the INTEL processor model. */
public final class IntelModel {

    private final World world;

    public IntelModel(World world) {
        this.world = world;
    }

    @Before(order = 0)
    public void choose() {
        world.useModel(ProcessorModels.INTEL);
    }
}
