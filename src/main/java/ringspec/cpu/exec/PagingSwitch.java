package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Descriptor;
import ringspec.cpu.Fault;
import ringspec.cpu.SegmentRegister;

/**
 * Paging turned on and off by CR0.PG, and with it long mode, which EFER.LME asks for (SDM vol. 3A, 11.8.5; APM vol. 2, 14.6); and the
 * page-directory-pointer-table entries that PAE paging keeps in the processor (SDM vol. 3A, 5.4.1).
 */
final class PagingSwitch {

    /** Changes of these bits of CR4 load the PDPTEs. */
    static final long LOADING_CR4 = ControlRegisters.CR4_PAE | ControlRegisters.CR4_PGE | ControlRegisters.CR4_PSE
            | ControlRegisters.CR4_SMEP;

    private static final long PDPT_BASE = 0xFFFF_FFE0L;
    /** Bits of a PDPTE that must be zero below MAXPHYADDR: 2:1 and 8:5. */
    private static final long PDPTE_RESERVED = 0x1E6;

    private PagingSwitch() {
    }

    /**
     * Checks a change of CR0.PG and loads the PDPTEs if PAE paging begins.
     *
     * @throws Fault #GP(0)
     */
    static void check(Cpu cpu, boolean on) {
        boolean longMode = (cpu.efer & ControlRegisters.EFER_LME) != 0;
        if (!on) {
            // Long mode is left through compatibility mode.
            require(cpu.codeBits() != 64);
        } else if (longMode) {
            SegmentRegister tr = cpu.segments[SegmentRegister.TR];
            require((cpu.cr4 & ControlRegisters.CR4_PAE) != 0);
            require((cpu.segments[SegmentRegister.CS].attributes & SegmentRegister.LONG) == 0);
            require((tr.attributes & 15) > Descriptor.TSS16_BUSY);
        } else if ((cpu.cr4 & ControlRegisters.CR4_PAE) != 0) {
            load(cpu, cpu.cr3);
        }
    }

    /** Sets or clears EFER.LMA by LME and PG. */
    static void apply(Cpu cpu) {
        boolean longMode = (cpu.efer & ControlRegisters.EFER_LME) != 0 && (cpu.cr0 & ControlRegisters.CR0_PG) != 0;
        cpu.efer = cpu.efer & ~ControlRegisters.EFER_LMA | (longMode ? ControlRegisters.EFER_LMA : 0);
    }

    /**
     * Loads the PDPTEs if PAE paging is in use.
     *
     * @param cr3 what CR3 is about to be
     * @param cr4 what CR4 is about to be
     * @throws Fault #GP(0) if a present one has a reserved bit set; nothing has changed
     */
    static void loadPointers(Cpu cpu, long cr3, long cr4) {
        boolean paging = (cpu.cr0 & ControlRegisters.CR0_PG) != 0;
        if (paging && !cpu.isLongMode() && (cr4 & ControlRegisters.CR4_PAE) != 0) {
            load(cpu, cr3);
        }
    }

    private static void load(Cpu cpu, long cr3) {
        long[] entries = new long[cpu.pdptes.length];
        long reserved = PDPTE_RESERVED | -1L << cpu.model.physicalAddressBits();
        for (int i = 0; i < entries.length; i++) {
            long address = (cr3 & PDPT_BASE) + 8L * i;
            entries[i] = cpu.ram.contains(address, 8) ? cpu.ram.read64(address) : -1L;
            require((entries[i] & 1) == 0 || (entries[i] & reserved) == 0);
        }
        System.arraycopy(entries, 0, cpu.pdptes, 0, entries.length);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw Fault.generalProtection();
        }
    }
}
