package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Feature;
import ringspec.cpu.XsaveLayout;

/** XCR0 and PKRU: XGETBV, XSETBV, RDPKRU, WRPKRU and which values they take (SDM vol. 1, 13.3; vol. 2D, XSETBV). */
final class ExtendedControl {

    private ExtendedControl() {
    }

    static void register(Registry registry) {
        registry.add("XGETBV", (i, offset) -> SimpleOperation.of(i, offset, ExtendedControl::xgetbv));
        registry.add("XSETBV", (i, offset) -> SimpleOperation.last(i, offset, ExtendedControl::xsetbv));
        registry.add("RDPKRU", (i, offset) -> SimpleOperation.of(i, offset, ExtendedControl::rdpkru));
        registry.add("WRPKRU", (i, offset) -> SimpleOperation.last(i, offset, ExtendedControl::wrpkru));
    }

    private static void rdpkru(Cpu cpu) {
        requireProtectionKeys(cpu);
        SystemOperations.writeEdxEax(cpu, cpu.pkru & 0xFFFF_FFFFL);
    }

    private static void wrpkru(Cpu cpu) {
        requireProtectionKeys(cpu);
        if ((int) cpu.gpr[Cpu.RDX] != 0) {
            throw Fault.generalProtection();
        }
        cpu.setPkru((int) cpu.gpr[Cpu.RAX]);
    }

    /** RDPKRU and WRPKRU: #UD without CR4.PKE, #GP(0) unless ECX is 0. */
    private static void requireProtectionKeys(Cpu cpu) {
        if ((cpu.cr4 & ControlRegisters.CR4_PKE) == 0) {
            throw Fault.undefinedOpcode();
        }
        if ((int) cpu.gpr[Cpu.RCX] != 0) {
            throw Fault.generalProtection();
        }
    }

    /** The XSAVE family, XGETBV and XSETBV: #UD while the operating system hasn't set CR4.OSXSAVE. */
    static void requireOsxsave(Cpu cpu) {
        if ((cpu.cr4 & ControlRegisters.CR4_OSXSAVE) == 0) {
            throw Fault.undefinedOpcode();
        }
    }

    private static void xgetbv(Cpu cpu) {
        requireOsxsave(cpu);
        long value = switch ((int) cpu.gpr[Cpu.RCX]) {
            case 0 -> cpu.xcr0;
            case 1 -> inUse(cpu);
            default -> throw Fault.generalProtection();
        };
        SystemOperations.writeEdxEax(cpu, value);
    }

    private static long inUse(Cpu cpu) {
        if (!cpu.model.has(Feature.XGETBV1)) {
            throw Fault.generalProtection();
        }
        return cpu.xcr0 & ExtendedState.inUseWithMxcsr(cpu);
    }

    private static void xsetbv(Cpu cpu) {
        requireOsxsave(cpu);
        SystemOperations.requireRing0(cpu);
        long value = SystemOperations.readEdxEax(cpu);
        boolean unsupported = (value & ~cpu.model.supportedXcr0()) != 0;
        boolean withoutX87 = (value & XsaveLayout.X87) == 0;
        boolean avxWithoutSse = (value & XsaveLayout.AVX) != 0 && (value & XsaveLayout.SSE) == 0;
        if ((int) cpu.gpr[Cpu.RCX] != 0 || unsupported || withoutX87 || avxWithoutSse) {
            throw Fault.generalProtection();
        }
        cpu.xcr0 = value;
    }

    /** Brings what CPUID shows of a leaf up to the processor's state. */
    static void refreshCpuid(Cpu cpu, int leaf, int subleaf, int[] values) {
        if (leaf == 1 && (cpu.cr4 & ControlRegisters.CR4_OSXSAVE) != 0) {
            values[2] |= 1 << 27;
        } else if (leaf == 7 && subleaf == 0 && (cpu.cr4 & ControlRegisters.CR4_PKE) != 0) {
            values[2] |= 1 << 4;
        } else if (leaf == 0xD && cpu.model.has(Feature.XSAVE)) {
            if (subleaf == 0) {
                values[1] = XsaveLayout.standardSize(cpu.model, cpu.xcr0);
            } else if (subleaf == 1) {
                values[1] = XsaveLayout.compactedSize(cpu.xcr0);
            }
        }
    }
}
