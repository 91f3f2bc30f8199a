package ringspec.kernel;

import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;

/**
 * What a kernel is built with. Each combination is another image.
 *
 * @param kpti two PML4s for each process (D14)
 * @param smap the processor has SMAP, so STAC and CLAC are instructions
 * @param xsave the processor has XSAVE: a switch of threads saves the AVX state, too, and ring 3 may use AVX; else FXSAVE serves
 */
public record KernelOptions(boolean kpti, boolean smap, boolean xsave) {

    /** What suits a processor. */
    public static KernelOptions of(boolean kpti, ProcessorModel model) {
        return new KernelOptions(kpti, model.has(Feature.SMAP), model.has(Feature.XSAVE));
    }
}
