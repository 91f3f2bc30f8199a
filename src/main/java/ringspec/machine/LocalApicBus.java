package ringspec.machine;

import ringspec.cpu.Cpu;
import ringspec.device.LocalApic;
import ringspec.memory.MmioBus;

/**
 * Lets the local APIC answer at the address that IA32_APIC_BASE gives, while it is enabled there, and the bus at all others
 * (SDM vol. 3A, 12.4.4 and 12.4.5). Unlike on a real processor RAM at the same address wins.
 */
final class LocalApicBus implements MmioBus {

    private static final long ENABLED = 1 << 11;
    private static final long PAGE = -LocalApic.SIZE;

    private final Cpu cpu;
    private final LocalApic localApic;
    private final MmioBus others;

    LocalApicBus(Cpu cpu, LocalApic localApic, MmioBus others) {
        this.cpu = cpu;
        this.localApic = localApic;
        this.others = others;
    }

    private boolean isLocal(long physical) {
        long base = cpu.msrs.apicBase;
        return (base & ENABLED) != 0 && (physical & PAGE) == (base & PAGE);
    }

    @Override
    public long read(long physical, int size) {
        return isLocal(physical) ? localApic.read(physical & ~PAGE, size) : others.read(physical, size);
    }

    @Override
    public void write(long physical, int size, long value) {
        if (isLocal(physical)) {
            localApic.write(physical & ~PAGE, size, value);
        } else {
            others.write(physical, size, value);
        }
    }
}
