package ringspec.cpu;

/**
 * Linear memory as instructions see it: canonical check, translation, access rights, then bytes.
 */
public final class LinearMemory {

    private final Cpu cpu;

    LinearMemory(Cpu cpu) {
        this.cpu = cpu;
    }

    /** CPL, RFLAGS.AC, CR0.WP, CR4.SMEP/SMAP, EFER.NXE or CR0.PG changed: access rights are judged anew. */
    public void contextChanged() {
    }
}
