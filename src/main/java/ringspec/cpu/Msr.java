package ringspec.cpu;

/** Numbers of the model-specific registers that the machine has (SDM vol. 4; APM vol. 2, appendix A). */
public final class Msr {

    public static final int TSC = 0x10;
    public static final int APIC_BASE = 0x1B;
    public static final int SYSENTER_CS = 0x174;
    public static final int SYSENTER_ESP = 0x175;
    public static final int SYSENTER_EIP = 0x176;
    public static final int MISC_ENABLE = 0x1A0;
    public static final int PAT = 0x277;
    /** IA32_XSS: supervisor state components, of which there are none. */
    public static final int XSS = 0xDA0;
    public static final int EFER = 0xC000_0080;
    public static final int STAR = 0xC000_0081;
    public static final int LSTAR = 0xC000_0082;
    public static final int CSTAR = 0xC000_0083;
    /** IA32_FMASK; the seed and the APM call it SFMASK. */
    public static final int SFMASK = 0xC000_0084;
    public static final int FS_BASE = 0xC000_0100;
    public static final int GS_BASE = 0xC000_0101;
    public static final int KERNEL_GS_BASE = 0xC000_0102;
    public static final int TSC_AUX = 0xC000_0103;

    private Msr() {
    }
}
