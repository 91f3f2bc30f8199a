package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Feature;
import ringspec.cpu.Msr;
import ringspec.cpu.Msrs;
import ringspec.cpu.ProcessorModel.Vendor;
import ringspec.cpu.SegmentRegister;
import ringspec.trace.TraceEvent;

/** RDMSR, WRMSR and which values each MSR takes (SDM vol. 2B, WRMSR, and vol. 4; APM vol. 2, appendix A). */
final class MsrOperations {

    /** IA32_APIC_BASE: bootstrap processor and global enable; bits 35:12 and up to MAXPHYADDR are the base. */
    private static final long APIC_BASE_FLAGS = 1 << 8 | 1 << 11;
    /** IA32_MISC_ENABLE: fast strings, the one bit that may be changed. */
    private static final long FAST_STRINGS = 1;

    private MsrOperations() {
    }

    static void register(Registry registry) {
        registry.add("RDMSR", (i, offset) -> SimpleOperation.last(i, offset, MsrOperations::rdmsr));
        registry.add("WRMSR", (i, offset) -> SimpleOperation.last(i, offset, cpu -> wrmsr(cpu, cpu.codePage + offset)));
    }

    private static void rdmsr(Cpu cpu) {
        SystemOperations.requireRing0(cpu);
        SystemOperations.writeEdxEax(cpu, read(cpu, (int) cpu.gpr[Cpu.RCX]));
    }

    private static void wrmsr(Cpu cpu, long rip) {
        SystemOperations.requireRing0(cpu);
        int number = (int) cpu.gpr[Cpu.RCX];
        long before = read(cpu, number);
        write(cpu, number, SystemOperations.readEdxEax(cpu));
        cpu.stopBlock = true;
        cpu.emit(new TraceEvent.MsrWrite(rip, number, before, read(cpu, number)));
    }

    /** Reads an MSR; #GP(0) if the model has none of that number. */
    static long read(Cpu cpu, int number) {
        Msrs msrs = cpu.msrs;
        requireExistence(cpu, number);
        return switch (number) {
            case Msr.TSC -> TimeOperations.timeStamp(cpu);
            case Msr.APIC_BASE -> msrs.apicBase;
            case Msr.SYSENTER_CS -> msrs.sysenterCs;
            case Msr.SYSENTER_ESP -> msrs.sysenterEsp;
            case Msr.SYSENTER_EIP -> msrs.sysenterEip;
            case Msr.MISC_ENABLE -> msrs.miscEnable;
            case Msr.PAT -> msrs.pat;
            case Msr.EFER -> cpu.efer;
            case Msr.XSS -> 0;
            case Msr.STAR -> msrs.star;
            case Msr.LSTAR -> msrs.lstar;
            case Msr.CSTAR -> msrs.cstar;
            case Msr.SFMASK -> msrs.sfmask;
            case Msr.FS_BASE -> cpu.segments[SegmentRegister.FS].base;
            case Msr.GS_BASE -> cpu.segments[SegmentRegister.GS].base;
            case Msr.KERNEL_GS_BASE -> msrs.kernelGsBase;
            case Msr.TSC_AUX -> msrs.tscAux;
            default -> throw Fault.generalProtection();
        };
    }

    private static void requireExistence(Cpu cpu, int number) {
        boolean missing = switch (number) {
            case Msr.MISC_ENABLE -> cpu.model.vendor() != Vendor.INTEL;
            case Msr.TSC_AUX -> !cpu.model.has(Feature.RDTSCP);
            case Msr.XSS -> !cpu.model.has(Feature.XSAVES);
            default -> false;
        };
        if (missing) {
            throw Fault.generalProtection();
        }
    }

    private static void write(Cpu cpu, int number, long value) {
        Msrs msrs = cpu.msrs;
        switch (number) {
            case Msr.TSC -> msrs.tscOffset += value - TimeOperations.timeStamp(cpu);
            case Msr.APIC_BASE -> writeApicBase(cpu, value);
            case Msr.SYSENTER_CS -> msrs.sysenterCs = value;
            case Msr.SYSENTER_ESP -> msrs.sysenterEsp = canonical(value);
            case Msr.SYSENTER_EIP -> msrs.sysenterEip = canonical(value);
            case Msr.MISC_ENABLE -> msrs.miscEnable = without(~FAST_STRINGS, value);
            case Msr.PAT -> msrs.pat = checkedPat(value);
            case Msr.EFER -> writeEfer(cpu, value);
            case Msr.XSS -> without(-1, value);
            case Msr.STAR -> msrs.star = value;
            case Msr.LSTAR -> msrs.lstar = canonical(value);
            case Msr.CSTAR -> msrs.cstar = canonical(value);
            case Msr.SFMASK -> msrs.sfmask = upperHalfReserved(cpu, value);
            case Msr.FS_BASE -> cpu.segments[SegmentRegister.FS].base = canonical(value);
            case Msr.GS_BASE -> cpu.segments[SegmentRegister.GS].base = canonical(value);
            case Msr.KERNEL_GS_BASE -> msrs.kernelGsBase = canonical(value);
            case Msr.TSC_AUX -> msrs.tscAux = upperHalfReserved(cpu, value);
            default -> throw Fault.generalProtection();
        }
    }

    /** LMA follows LME and PG: writes of it are ignored. LME may change only while paging is off. */
    private static void writeEfer(Cpu cpu, long value) {
        without(~cpu.model.supportedEfer(), value);
        boolean lmeChanges = ((value ^ cpu.efer) & ControlRegisters.EFER_LME) != 0;
        if (lmeChanges && (cpu.cr0 & ControlRegisters.CR0_PG) != 0) {
            throw Fault.generalProtection();
        }
        cpu.efer = value & ~ControlRegisters.EFER_LMA | cpu.efer & ControlRegisters.EFER_LMA;
        cpu.memory.contextChanged();
    }

    private static void writeApicBase(Cpu cpu, long value) {
        long address = (1L << cpu.model.physicalAddressBits()) - 1 & ~0xFFFL;
        long before = cpu.msrs.apicBase;
        cpu.msrs.apicBase = without(~(address | APIC_BASE_FLAGS), value);
        if (cpu.interrupts != null) {
            cpu.interrupts.apicBaseWritten(before, value);
        }
    }

    /** Each byte of IA32_PAT is a memory type: UC, WC, WT, WP, WB or UC-. */
    private static long checkedPat(long value) {
        for (int i = 0; i < 64; i += 8) {
            int type = (int) (value >>> i) & 0xFF;
            if (type > 7 || type == 2 || type == 3) {
                throw Fault.generalProtection();
            }
        }
        return value;
    }

    /** Intel faults on reserved bits 63:32, AMD reads them as zero. */
    private static long upperHalfReserved(Cpu cpu, long value) {
        if (cpu.model.vendor() == Vendor.INTEL) {
            without(0xFFFF_FFFFL << 32, value);
        }
        return value & 0xFFFF_FFFFL;
    }

    private static long canonical(long value) {
        if (!Cpu.isCanonical(value)) {
            throw Fault.generalProtection();
        }
        return value;
    }

    private static long without(long reserved, long value) {
        if ((value & reserved) != 0) {
            throw Fault.generalProtection();
        }
        return value;
    }
}
