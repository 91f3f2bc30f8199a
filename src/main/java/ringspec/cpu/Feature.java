package ringspec.cpu;

/**
 * A feature bit of CPUID (SDM vol. 2A, CPUID, tables 3-10 and 3-11; APM vol. 3, appendix E). Only what this machine implements is
 * listed: a bit that isn't here is 0 on every model.
 */
public enum Feature {
    /** The x87 floating-point unit. */
    FPU(1, Feature.EDX, 0, true),
    /** Debugging extensions: CR4.DE. */
    DE(1, Feature.EDX, 2, false),
    /** 2-MByte pages (CR4.PSE has no effect with PAE). */
    PSE(1, Feature.EDX, 3, true),
    /** RDTSC. */
    TSC(1, Feature.EDX, 4, true),
    /** RDMSR and WRMSR. */
    MSR(1, Feature.EDX, 5, true),
    /** Physical address extension. */
    PAE(1, Feature.EDX, 6, true),
    /** Machine-check exception: CR4.MCE. */
    MCE(1, Feature.EDX, 7, true),
    /** CMPXCHG8B. */
    CX8(1, Feature.EDX, 8, true),
    /** Local APIC. */
    APIC(1, Feature.EDX, 9, true),
    /** SYSENTER and SYSEXIT. */
    SEP(1, Feature.EDX, 11, false),
    /** Global pages. */
    PGE(1, Feature.EDX, 13, true),
    /** CMOVcc. */
    CMOV(1, Feature.EDX, 15, true),
    /** Page attribute table. */
    PAT(1, Feature.EDX, 16, true),
    /** CLFLUSH. */
    CLFSH(1, Feature.EDX, 19, false),
    /** FXSAVE and FXRSTOR. */
    FXSR(1, Feature.EDX, 24, true),
    /** SSE. */
    SSE(1, Feature.EDX, 25, false),
    /** SSE2. */
    SSE2(1, Feature.EDX, 26, false),
    /** MONITOR and MWAIT. */
    MONITOR(1, Feature.ECX, 3, false),
    /** CMPXCHG16B. */
    CX16(1, Feature.ECX, 13, false),
    /** POPCNT. */
    POPCNT(1, Feature.ECX, 23, false),
    /** RDFSBASE and its kin, CR4.FSGSBASE. */
    FSGSBASE(7, Feature.EBX, 0, false),
    /** TZCNT and the VEX-encoded instructions of BMI1: no model has it, since the latter are not implemented. */
    BMI1(7, Feature.EBX, 3, false),
    /** Supervisor-mode execution prevention. */
    SMEP(7, Feature.EBX, 7, false),
    /** The x87 data pointer (FDP) changes only with unmasked exceptions. */
    FDP_EXCPTN_ONLY(7, Feature.EBX, 6, false),
    /** The x87 segment selectors FCS and FDS are not kept: they are stored as 0. */
    FPU_CSDS(7, Feature.EBX, 13, false),
    /** Supervisor-mode access prevention. */
    SMAP(7, Feature.EBX, 20, false),
    /** User-mode instruction prevention. */
    UMIP(7, Feature.ECX, 2, false),
    /** LAHF and SAHF in 64-bit mode. */
    LAHF(0x8000_0001, Feature.ECX, 0, false),
    /** LZCNT. */
    LZCNT(0x8000_0001, Feature.ECX, 5, false),
    /** PREFETCHW. */
    PREFETCHW(0x8000_0001, Feature.ECX, 8, false),
    /** SYSCALL and SYSRET. */
    SYSCALL(0x8000_0001, Feature.EDX, 11, false),
    /** Execute disable: EFER.NXE. */
    NX(0x8000_0001, Feature.EDX, 20, false),
    /** 1-GByte pages. */
    PAGE1GB(0x8000_0001, Feature.EDX, 26, false),
    /** RDTSCP and IA32_TSC_AUX. */
    RDTSCP(0x8000_0001, Feature.EDX, 27, false),
    /** Long mode. */
    LM(0x8000_0001, Feature.EDX, 29, false),
    /** The time-stamp counter runs at a constant rate. */
    INVARIANT_TSC(0x8000_0007, Feature.EDX, 8, false),
    /** FXSAVE and XSAVE always write the x87 error pointers, as 0 if no exception is pending; AMD only. */
    XSAVEERPTR(0x8000_0008, Feature.EBX, 2, false);

    static final int EBX = 1;
    static final int ECX = 2;
    static final int EDX = 3;

    private final int leaf;
    private final int register;
    private final int bit;
    private final boolean mirrored;

    /** @param mirrored AMD repeats the bit in leaf 8000_0001H */
    Feature(int leaf, int register, int bit, boolean mirrored) {
        this.leaf = leaf;
        this.register = register;
        this.bit = bit;
        this.mirrored = mirrored;
    }

    /** The CPUID leaf. */
    public int leaf() {
        return leaf;
    }

    /** The register of the leaf: 1 EBX, 2 ECX, 3 EDX. */
    public int register() {
        return register;
    }

    /** The bit in the register, 0 to 31. */
    public int bit() {
        return bit;
    }

    /** True if AMD shows the bit of leaf 1 in leaf 8000_0001H, too. */
    boolean isMirrored() {
        return mirrored;
    }
}
