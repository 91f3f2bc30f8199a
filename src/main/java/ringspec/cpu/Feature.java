package ringspec.cpu;

/**
 * A feature bit of CPUID (SDM vol. 2A, CPUID, tables 3-8 to 3-11; APM vol. 3, appendix E). Only what this machine implements is
 * listed: a bit that isn't here is 0 on every model. The constants' names are those of the instruction table's CPUID column.
 */
public enum Feature {
    /** The x87 floating-point unit. */
    FPU(1, Feature.EDX, 0, true),
    /** Debugging extensions: CR4.DE. */
    DE(1, Feature.EDX, 2, true),
    /** 4-MByte pages; CR4.PSE has no effect with PAE. */
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
    SEP(1, Feature.EDX, 11),
    /** Global pages. */
    PGE(1, Feature.EDX, 13, true),
    /** CMOVcc. */
    CMOV(1, Feature.EDX, 15, true),
    /** Page attribute table. */
    PAT(1, Feature.EDX, 16, true),
    /** CLFLUSH. */
    CLFSH(1, Feature.EDX, 19),
    /** MMX. */
    MMX(1, Feature.EDX, 23, true),
    /** FXSAVE and FXRSTOR. */
    FXSR(1, Feature.EDX, 24, true),
    /** SSE. */
    SSE(1, Feature.EDX, 25),
    /** SSE2. */
    SSE2(1, Feature.EDX, 26),
    /** SSE3. */
    SSE3(1, Feature.ECX, 0),
    /** PCLMULQDQ. */
    PCLMULQDQ(1, Feature.ECX, 1),
    /** MONITOR and MWAIT. */
    MONITOR(1, Feature.ECX, 3),
    /** SSSE3. */
    SSSE3(1, Feature.ECX, 9),
    /** Fused multiply-add with three operands. */
    FMA(1, Feature.ECX, 12),
    /** CMPXCHG16B. */
    CX16(1, Feature.ECX, 13),
    /** Process-context identifiers: CR4.PCIDE. */
    PCID(1, Feature.ECX, 17),
    /** SSE4.1. */
    SSE4_1(1, Feature.ECX, 19),
    /** SSE4.2, CRC32 included. */
    SSE4_2(1, Feature.ECX, 20),
    /** MOVBE. */
    MOVBE(1, Feature.ECX, 22),
    /** POPCNT. */
    POPCNT(1, Feature.ECX, 23),
    /** AESENC and its kin. */
    AES(1, Feature.ECX, 25),
    /** XSAVE, XRSTOR, XGETBV, XSETBV and CR4.OSXSAVE. */
    XSAVE(1, Feature.ECX, 26),
    /** AVX. */
    AVX(1, Feature.ECX, 28),
    /** Conversions of half precision. */
    F16C(1, Feature.ECX, 29),
    /** RDRAND. */
    RDRAND(1, Feature.ECX, 30),
    /** RDFSBASE and its kin, CR4.FSGSBASE. */
    FSGSBASE(7, Feature.EBX, 0),
    /** Bit manipulation, first group, TZCNT included. */
    BMI1(7, Feature.EBX, 3),
    /** AVX2. */
    AVX2(7, Feature.EBX, 5),
    /** Supervisor-mode execution prevention. */
    SMEP(7, Feature.EBX, 7),
    /** The x87 data pointer (FDP) changes only with unmasked exceptions. */
    FDP_EXCPTN_ONLY(7, Feature.EBX, 6),
    /** The x87 segment selectors FCS and FDS are not kept: they are stored as 0. */
    FPU_CSDS(7, Feature.EBX, 13),
    /** Bit manipulation, second group. */
    BMI2(7, Feature.EBX, 8),
    /** INVPCID. */
    INVPCID(7, Feature.EBX, 10),
    /** RDSEED. */
    RDSEED(7, Feature.EBX, 18),
    /** ADCX and ADOX. */
    ADX(7, Feature.EBX, 19),
    /** Supervisor-mode access prevention. */
    SMAP(7, Feature.EBX, 20),
    /** CLFLUSHOPT. */
    CLFLUSHOPT(7, Feature.EBX, 23),
    /** CLWB. */
    CLWB(7, Feature.EBX, 24),
    /** SHA-1 and SHA-256. */
    SHA(7, Feature.EBX, 29),
    /** User-mode instruction prevention. */
    UMIP(7, Feature.ECX, 2),
    /** Protection keys for user pages: CR4.PKE, RDPKRU and WRPKRU. */
    PKU(7, Feature.ECX, 3),
    /** RDPID. */
    RDPID(7, Feature.ECX, 22),
    /** XSAVEOPT. */
    XSAVEOPT(0xD, 1, Feature.EAX, 0),
    /** XSAVEC and the compacted format. */
    XSAVEC(0xD, 1, Feature.EAX, 1),
    /** XGETBV with ECX = 1. */
    XGETBV1(0xD, 1, Feature.EAX, 2),
    /** XSAVES, XRSTORS and IA32_XSS. */
    XSAVES(0xD, 1, Feature.EAX, 3),
    /** LAHF and SAHF in 64-bit mode. */
    LAHF(0x8000_0001, Feature.ECX, 0),
    /** LZCNT. */
    LZCNT(0x8000_0001, Feature.ECX, 5),
    /** PREFETCHW. */
    PREFETCHW(0x8000_0001, Feature.ECX, 8),
    /** SYSCALL and SYSRET. */
    SYSCALL(0x8000_0001, Feature.EDX, 11),
    /** Execute disable: EFER.NXE. */
    NX(0x8000_0001, Feature.EDX, 20),
    /** AMD's bit for the MMX instructions that SSE added. */
    MMXEXT(0x8000_0001, Feature.EDX, 22),
    /** 1-GByte pages. */
    PAGE1GB(0x8000_0001, Feature.EDX, 26),
    /** RDTSCP and IA32_TSC_AUX. */
    RDTSCP(0x8000_0001, Feature.EDX, 27),
    /** Long mode. */
    LM(0x8000_0001, Feature.EDX, 29),
    /** The time-stamp counter runs at a constant rate. */
    INVARIANT_TSC(0x8000_0007, Feature.EDX, 8),
    /** FXSAVE and XSAVE always write the x87 error pointers, as 0 if no exception is pending; AMD only. */
    XSAVEERPTR(0x8000_0008, Feature.EBX, 2);

    static final int EAX = 0;
    static final int EBX = 1;
    static final int ECX = 2;
    static final int EDX = 3;

    private final int leaf;
    private final int subleaf;
    private final int register;
    private final int bit;
    private final boolean mirrored;

    Feature(int leaf, int register, int bit) {
        this(leaf, 0, register, bit, false);
    }

    Feature(int leaf, int subleaf, int register, int bit) {
        this(leaf, subleaf, register, bit, false);
    }

    /** @param mirrored AMD repeats the bit in leaf 8000_0001H */
    Feature(int leaf, int register, int bit, boolean mirrored) {
        this(leaf, 0, register, bit, mirrored);
    }

    Feature(int leaf, int subleaf, int register, int bit, boolean mirrored) {
        this.leaf = leaf;
        this.subleaf = subleaf;
        this.register = register;
        this.bit = bit;
        this.mirrored = mirrored;
    }

    /** The CPUID leaf. */
    public int leaf() {
        return leaf;
    }

    /** The subleaf; 0 where the leaf has none. */
    public int subleaf() {
        return subleaf;
    }

    /** The register of the leaf: 0 EAX, 1 EBX, 2 ECX, 3 EDX. */
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
