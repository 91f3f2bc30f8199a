package ringspec.elf;

/**
 * The numbers that the rules compare with: the user half of the address space as the kernel's contract lays it out.
 *
 * @param positionIndependent whether ET_DYN is accepted, which it is only with the ASLR option (D42)
 * @param lowest first address that may be mapped; below it is the never-mapped null range
 * @param userMax address after the last one that ring 3 may map (D03); the default stack ends here
 * @param stackSize bytes of the default stack, a multiple of 4096
 */
public record LoadPolicy(boolean positionIndependent, long lowest, long userMax, long stackSize) {
    /** The contract's layout, ET_EXEC only. */
    public static final LoadPolicy DEFAULT = new LoadPolicy(false, 0x1_0000L, 0x7FFF_FFFF_F000L, 0x4000L);

    /** The same layout with ET_DYN accepted besides, for the ASLR option. */
    public static final LoadPolicy WITH_ASLR = new LoadPolicy(true, DEFAULT.lowest, DEFAULT.userMax, DEFAULT.stackSize);

    /** Checks that the numbers are page-aligned and in order. */
    public LoadPolicy {
        if (((lowest | userMax | stackSize) & Pages.SIZE - 1) != 0 || lowest < 0 || stackSize <= 0
                || userMax - lowest <= stackSize + Pages.SIZE || userMax > 0x8000_0000_0000L) {
            throw new IllegalArgumentException(
                    "A load policy needs page-aligned 0 <= lowest < userMax <= 2^47 with room for the stack, not "
                            + "lowest %#x, userMax %#x, stackSize %#x".formatted(lowest, userMax, stackSize));
        }
    }
}
