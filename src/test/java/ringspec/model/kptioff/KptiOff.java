package ringspec.model.kptioff;

import io.cucumber.java.Before;
import ringspec.steps.World;

/** Makes every scenario of a run use a kernel without page-table isolation. */
public final class KptiOff {

    private final World world;

    public KptiOff(World world) {
        this.world = world;
    }

    @Before(order = 0)
    public void choose() {
        world.useKpti(false);
    }
}
