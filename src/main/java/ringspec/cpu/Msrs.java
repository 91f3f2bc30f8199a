package ringspec.cpu;

/**
 * Storage of the model-specific registers; which may be read and written, and with what values, is decided by the instruction
 * semantics (RDMSR, WRMSR). FS_BASE and GS_BASE live in the segment registers, EFER in {@link Cpu#efer}.
 */
public final class Msrs {

    public long star;
    public long lstar;
    public long cstar;
    public long sfmask;
    public long kernelGsBase;
    public long tscAux;
    public long tscOffset;
    public long apicBase = 0xFEE0_0900L;
    public long pat = 0x0007_0406_0007_0406L;
    public long sysenterCs;
    public long sysenterEsp;
    public long sysenterEip;
    public long miscEnable = 1;

    /** Takes over another object's values. */
    void copyFrom(Msrs other) {
        star = other.star;
        lstar = other.lstar;
        cstar = other.cstar;
        sfmask = other.sfmask;
        kernelGsBase = other.kernelGsBase;
        tscAux = other.tscAux;
        tscOffset = other.tscOffset;
        apicBase = other.apicBase;
        pat = other.pat;
        sysenterCs = other.sysenterCs;
        sysenterEsp = other.sysenterEsp;
        sysenterEip = other.sysenterEip;
        miscEnable = other.miscEnable;
    }
}
