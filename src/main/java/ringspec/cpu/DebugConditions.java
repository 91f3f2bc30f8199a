package ringspec.cpu;

/**
 * Which of the conditions in DR0 to DR3 and DR7 an access meets (SDM vol. 3B, 19.2.4 and 19.2.5). Each method gives the bits B0 to B3 of
 * the enabled ones; those that aren't enabled never show in DR6 here.
 */
public final class DebugConditions {

    private static final int ENABLES = 0xFF;
    private static final int EXECUTE = 0;
    private static final int WRITE = 1;
    private static final int PORT = 2;
    private static final int ACCESS = 3;
    private static final long PAGE = -4096;

    private DebugConditions() {
    }

    /** True if any condition is enabled. */
    public static boolean any(Cpu cpu) {
        return (cpu.dr[7] & ENABLES) != 0;
    }

    /** Instruction breakpoints at a linear address: LEN must be 0. */
    public static long execution(Cpu cpu, long linear) {
        long hits = 0;
        for (int i = 0; i < 4; i++) {
            if (isEnabled(cpu, i) && type(cpu, i) == EXECUTE && length(cpu, i) == 1 && cpu.dr[i] == linear) {
                hits |= 1L << i;
            }
        }
        return hits;
    }

    /** I/O breakpoints, which there are only with CR4.DE. */
    public static long port(Cpu cpu, int port, int size) {
        long hits = 0;
        boolean known = (cpu.cr4 & ControlRegisters.CR4_DE) != 0;
        for (int i = 0; known && i < 4; i++) {
            if (isEnabled(cpu, i) && type(cpu, i) == PORT && overlaps(cpu, i, port, size)) {
                hits |= 1L << i;
            }
        }
        return hits;
    }

    /** Data breakpoints. */
    static long data(Cpu cpu, long linear, int size, boolean write) {
        long hits = 0;
        for (int i = 0; i < 4; i++) {
            int type = type(cpu, i);
            boolean kind = type == ACCESS || type == WRITE && write;
            if (isEnabled(cpu, i) && kind && overlaps(cpu, i, linear, size)) {
                hits |= 1L << i;
            }
        }
        return hits;
    }

    /** True if an enabled data breakpoint lies in the page: accesses to it must be looked at one by one. */
    static boolean guardsPage(Cpu cpu, long linear) {
        for (int i = 0; i < 4; i++) {
            boolean data = type(cpu, i) == ACCESS || type(cpu, i) == WRITE;
            if (isEnabled(cpu, i) && data && (cpu.dr[i] & PAGE) == (linear & PAGE)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEnabled(Cpu cpu, int i) {
        return (cpu.dr[7] >>> 2 * i & 3) != 0;
    }

    private static int type(Cpu cpu, int i) {
        return (int) (cpu.dr[7] >>> 16 + 4 * i) & 3;
    }

    /** LEN: 1, 2, 8 or 4 bytes. */
    private static int length(Cpu cpu, int i) {
        return switch ((int) (cpu.dr[7] >>> 18 + 4 * i) & 3) {
            case 0 -> 1;
            case 1 -> 2;
            case 2 -> 8;
            default -> 4;
        };
    }

    /** The low bits of the address are ignored as LEN says. */
    private static boolean overlaps(Cpu cpu, int i, long first, int size) {
        int length = length(cpu, i);
        long start = cpu.dr[i] & -length;
        return Long.compareUnsigned(first + size - 1, start) >= 0
                && Long.compareUnsigned(first, start + length - 1) <= 0;
    }
}
