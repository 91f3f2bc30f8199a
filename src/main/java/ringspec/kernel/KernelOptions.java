package ringspec.kernel;

/**
 * What a kernel is built with. Each combination is another image.
 *
 * @param kpti two PML4s for each process (D14)
 * @param smap the processor has SMAP, so STAC and CLAC are instructions
 */
public record KernelOptions(boolean kpti, boolean smap) {
}
