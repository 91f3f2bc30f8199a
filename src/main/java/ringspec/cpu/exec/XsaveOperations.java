package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Feature;
import ringspec.cpu.Vector;
import ringspec.cpu.XsaveLayout;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/**
 * XSAVE, XSAVEOPT, XSAVEC and XSAVES, XRSTOR and XRSTORS (SDM vol. 1, 13.7 to 13.12).
 *
 * <p>Where the architecture leaves a choice: XINUSE is exact, a component counts as in use if and only if it differs from its initial
 * configuration (as measured on Zen 5), so that what is stored depends on the state alone; and every component counts as modified
 * since the last XRSTOR, so that the modified optimisation never leaves memory behind.
 */
final class XsaveOperations {

    private static final long ALIGNMENT = 63;
    private static final long COMPACTED = 1L << 63;
    /** Bytes from XSTATE_BV to the end of the header. */
    private static final int HEADER_SIZE = XsaveLayout.HEADER_END - XsaveLayout.XSTATE_BV;

    private XsaveOperations() {
    }

    static void register(Registry registry) {
        for (String suffix : new String[]{"", "64"}) {
            boolean wide = !suffix.isEmpty();
            registry.add("XSAVE" + suffix, (i, at) -> bind(i, at, (cpu, area) -> save(cpu, area, wide, false)));
            registry.add("XSAVEOPT" + suffix, (i, at) -> bind(i, at, (cpu, area) -> save(cpu, area, wide, true)));
            registry.add("XSAVEC" + suffix, (i, at) -> bind(i, at, (cpu, area) -> saveCompacted(cpu, area, wide)));
            registry.add("XSAVES" + suffix, (i, at) -> bindSupervisor(i, at, (cpu, area) -> saveCompacted(cpu, area,
                    wide)));
            registry.add("XRSTOR" + suffix, (i, at) -> bind(i, at, (cpu, area) -> restore(cpu, area, wide)));
            registry.add("XRSTORS" + suffix, (i, at) -> bindSupervisor(i, at, (cpu, area) -> restoreSupervisor(cpu,
                    area, wide)));
        }
    }

    @FunctionalInterface
    private interface Body {
        void execute(Cpu cpu, long area);
    }

    private static Operation bind(Instruction instruction, int offset, Body body) {
        EffectiveAddress address = new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(0), offset);
        // PKRU may change what the next instruction is allowed, so these end their block.
        return SimpleOperation.last(instruction, offset, cpu -> {
            ExtendedControl.requireOsxsave(cpu);
            requireNoTask(cpu);
            body.execute(cpu, aligned(address.linear(cpu)));
        });
    }

    private static Operation bindSupervisor(Instruction instruction, int offset, Body body) {
        EffectiveAddress address = new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(0), offset);
        return SimpleOperation.last(instruction, offset, cpu -> {
            ExtendedControl.requireOsxsave(cpu);
            SystemOperations.requireRing0(cpu);
            requireNoTask(cpu);
            body.execute(cpu, aligned(address.linear(cpu)));
        });
    }

    private static void requireNoTask(Cpu cpu) {
        if ((cpu.cr0 & ControlRegisters.CR0_TS) != 0) {
            throw Fault.of(Vector.NM);
        }
    }

    private static long aligned(long linear) {
        if ((linear & ALIGNMENT) != 0) {
            throw Fault.generalProtection();
        }
        return linear;
    }

    /** RFBM: the requested components that XCR0 enables. IA32_XSS has no bit that could be set. */
    private static long requested(Cpu cpu) {
        return SystemOperations.readEdxEax(cpu) & cpu.xcr0;
    }

    /** @param optimised XSAVEOPT: what is in its initial configuration is not written */
    private static void save(Cpu cpu, long area, boolean wide, boolean optimised) {
        long requested = requested(cpu);
        long inUse = ExtendedState.inUse(cpu);
        long saved = optimised ? requested & inUse : requested;
        long mxcsr = requested & (XsaveLayout.SSE | XsaveLayout.AVX);
        prepareWrite(cpu, area, saved, mxcsr != 0, -1);
        long header = area + XsaveLayout.XSTATE_BV;
        cpu.memory.prepareWrite(header, 8);
        write(cpu, area, saved, wide, -1);
        if (mxcsr != 0) {
            FxsaveArea.saveMxcsr(cpu, area);
        }
        cpu.memory.write64(header, cpu.memory.read64(header) & ~requested | inUse & requested);
    }

    private static void saveCompacted(Cpu cpu, long area, boolean wide) {
        long requested = requested(cpu);
        long saved = requested & ExtendedState.inUseWithMxcsr(cpu);
        prepareWrite(cpu, area, saved, (saved & XsaveLayout.SSE) != 0, requested);
        cpu.memory.prepareWrite(area + XsaveLayout.XSTATE_BV, 16);
        write(cpu, area, saved, wide, requested);
        if ((saved & XsaveLayout.SSE) != 0) {
            FxsaveArea.saveMxcsr(cpu, area);
        }
        cpu.memory.write64(area + XsaveLayout.XSTATE_BV, saved);
        cpu.memory.write64(area + XsaveLayout.XCOMP_BV, requested | COMPACTED);
    }

    /** @param layout components of the compacted format, -1 for the standard format */
    private static void prepareWrite(Cpu cpu, long area, long components, boolean mxcsr, long layout) {
        if (mxcsr || (components & (XsaveLayout.X87 | XsaveLayout.SSE)) != 0) {
            cpu.memory.prepareWrite(area, FxsaveArea.SIZE);
        }
        if ((components & XsaveLayout.AVX) != 0) {
            cpu.memory.prepareWrite(area + offset(cpu, layout, XsaveLayout.AVX_COMPONENT),
                    XsaveLayout.size(XsaveLayout.AVX_COMPONENT));
        }
        if ((components & XsaveLayout.PKRU) != 0) {
            cpu.memory.prepareWrite(area + offset(cpu, layout, XsaveLayout.PKRU_COMPONENT),
                    XsaveLayout.size(XsaveLayout.PKRU_COMPONENT));
        }
    }

    private static int offset(Cpu cpu, long layout, int component) {
        return layout == -1 ? XsaveLayout.standardOffset(cpu.model, component)
                : XsaveLayout.compactedOffset(layout, component);
    }

    private static void write(Cpu cpu, long area, long components, boolean wide, long layout) {
        if ((components & XsaveLayout.X87) != 0) {
            FxsaveArea.saveX87(cpu, area, wide);
        }
        if ((components & XsaveLayout.SSE) != 0) {
            FxsaveArea.saveXmm(cpu, area);
        }
        if ((components & XsaveLayout.AVX) != 0) {
            long at = area + offset(cpu, layout, XsaveLayout.AVX_COMPONENT);
            for (int i = 0; i < ExtendedState.vectorHalves(cpu); i++) {
                cpu.memory.write64(at + 8 * i, cpu.ymmHigh[i]);
            }
        }
        if ((components & XsaveLayout.PKRU) != 0) {
            cpu.memory.write64(area + offset(cpu, layout, XsaveLayout.PKRU_COMPONENT), cpu.pkru & 0xFFFF_FFFFL);
        }
    }

    private static void restore(Cpu cpu, long area, boolean wide) {
        cpu.memory.prepareRead(area + XsaveLayout.XSTATE_BV, HEADER_SIZE);
        long layout = cpu.memory.read64(area + XsaveLayout.XCOMP_BV);
        if (layout < 0 && cpu.model.has(Feature.XSAVEC)) {
            restoreCompacted(cpu, area, wide);
            return;
        }
        long present = cpu.memory.read64(area + XsaveLayout.XSTATE_BV);
        boolean reserved = layout != 0 || cpu.memory.read64(area + XsaveLayout.XCOMP_BV + 8) != 0;
        if (reserved || (present & ~cpu.xcr0) != 0) {
            throw Fault.generalProtection();
        }
        long requested = requested(cpu);
        boolean mxcsr = (requested & (XsaveLayout.SSE | XsaveLayout.AVX)) != 0;
        load(cpu, area, wide, requested, present, mxcsr, -1);
    }

    private static void restoreSupervisor(Cpu cpu, long area, boolean wide) {
        cpu.memory.prepareRead(area + XsaveLayout.XSTATE_BV, HEADER_SIZE);
        if (cpu.memory.read64(area + XsaveLayout.XCOMP_BV) >= 0) {
            throw Fault.generalProtection();
        }
        restoreCompacted(cpu, area, wide);
    }

    private static void restoreCompacted(Cpu cpu, long area, boolean wide) {
        long layout = cpu.memory.read64(area + XsaveLayout.XCOMP_BV) & ~COMPACTED;
        long present = cpu.memory.read64(area + XsaveLayout.XSTATE_BV);
        long reserved = 0;
        for (int i = 16; i < HEADER_SIZE; i += 8) {
            reserved |= cpu.memory.read64(area + XsaveLayout.XSTATE_BV + i);
        }
        if ((layout & ~cpu.xcr0) != 0 || (present & ~layout) != 0 || reserved != 0) {
            throw Fault.generalProtection();
        }
        long requested = requested(cpu);
        boolean mxcsr = (requested & present & XsaveLayout.SSE) != 0;
        load(cpu, area, wide, requested, present, mxcsr, layout);
        if (!mxcsr && (requested & XsaveLayout.SSE) != 0) {
            cpu.mxcsr = ExtendedState.MXCSR_AT_INIT;
        }
    }

    /** Loads the requested components that are present, initialises those that aren't; faults before anything changes. */
    private static void load(Cpu cpu, long area, boolean wide, long requested, long present, boolean mxcsr,
            long layout) {
        long loaded = requested & present;
        if (mxcsr || (loaded & (XsaveLayout.X87 | XsaveLayout.SSE)) != 0) {
            cpu.memory.prepareRead(area, FxsaveArea.SIZE);
        }
        long avx = area + offset(cpu, layout, XsaveLayout.AVX_COMPONENT);
        if ((loaded & XsaveLayout.AVX) != 0) {
            cpu.memory.prepareRead(avx, XsaveLayout.size(XsaveLayout.AVX_COMPONENT));
        }
        long pkru = area + offset(cpu, layout, XsaveLayout.PKRU_COMPONENT);
        if ((loaded & XsaveLayout.PKRU) != 0) {
            cpu.memory.prepareRead(pkru, XsaveLayout.size(XsaveLayout.PKRU_COMPONENT));
        }
        if (mxcsr) {
            FxsaveArea.restoreMxcsr(cpu, area);
        }
        int newPkru = (loaded & XsaveLayout.PKRU) != 0 ? cpu.memory.read32(pkru) : 0;
        ExtendedState.initialize(cpu, requested & ~present);
        if ((loaded & XsaveLayout.X87) != 0) {
            FxsaveArea.restoreX87(cpu, area, wide);
        }
        if ((loaded & XsaveLayout.SSE) != 0) {
            FxsaveArea.restoreXmm(cpu, area);
        }
        if ((loaded & XsaveLayout.AVX) != 0) {
            for (int i = 0; i < ExtendedState.vectorHalves(cpu); i++) {
                cpu.ymmHigh[i] = cpu.memory.read64(avx + 8 * i);
            }
        }
        // Last, since it may take away the right to read the area.
        if ((requested & XsaveLayout.PKRU) != 0) {
            cpu.setPkru(newPkru);
        }
    }
}
