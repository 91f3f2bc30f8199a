package ringspec.model.amd;

import io.cucumber.java.Before;
import ringspec.cpu.ProcessorModels;
import ringspec.steps.World;

/** Makes every scenario of a run use the AMD processor model. */
public final class AmdModel {

    private final World world;

    public AmdModel(World world) {
        this.world = world;
    }

    @Before(order = 0)
    public void choose() {
        world.useModel(ProcessorModels.AMD);
    }
}
