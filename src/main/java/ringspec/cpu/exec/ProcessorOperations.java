package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.trace.TraceEvent;

/** HLT, VMCALL, CPUID, cache and TLB control, STAC and CLAC, MONITOR and MWAIT, RDFSBASE and its kin (SDM vol. 2). */
final class ProcessorOperations {

    private static final int CPUID_APIC = 1 << 9;
    /** MWAIT extension in ECX: treat interrupts as break events even if masked. */
    private static final int MASKED_INTERRUPTS_WAKE = 1;
    private static final long APIC_ENABLED = 1 << 11;

    private ProcessorOperations() {
    }

    static void register(Registry registry) {
        registry.add("HLT", (i, offset) -> SimpleOperation.last(i, offset, cpu -> hlt(cpu, cpu.codePage + offset)));
        registry.add("VMCALL", (i, offset) -> SimpleOperation.last(i, offset, cpu -> vmcall(cpu, cpu.codePage
                + offset)));
        registry.add("CPUID", (i, offset) -> SimpleOperation.of(i, offset, ProcessorOperations::cpuid));
        // There is no cache to write back or to lose.
        registry.add("INVD", (i, offset) -> SimpleOperation.of(i, offset, SystemOperations::requireRing0));
        registry.add("WBINVD", (i, offset) -> SimpleOperation.of(i, offset, SystemOperations::requireRing0));
        registry.add("INVLPG", ProcessorOperations::invlpg);
        registry.add("INVPCID", ProcessorOperations::invpcid);
        registry.add("STAC", (i, offset) -> SimpleOperation.last(i, offset, cpu -> setAccessCheck(cpu, true)));
        registry.add("CLAC", (i, offset) -> SimpleOperation.last(i, offset, cpu -> setAccessCheck(cpu, false)));
        registry.add("MONITOR", ProcessorOperations::monitor);
        registry.add("MWAIT", (i, offset) -> SimpleOperation.last(i, offset, ProcessorOperations::mwait));
        registry.add("RDFSBASE", (i, offset) -> readBase(i, offset, SegmentRegister.FS));
        registry.add("RDGSBASE", (i, offset) -> readBase(i, offset, SegmentRegister.GS));
        registry.add("WRFSBASE", (i, offset) -> writeBase(i, offset, SegmentRegister.FS));
        registry.add("WRGSBASE", (i, offset) -> writeBase(i, offset, SegmentRegister.GS));
        // There is no system-management mode to return from.
        registry.add("RSM", UndefinedOperation::new);
    }

    private static void hlt(Cpu cpu, long rip) {
        SystemOperations.requireRing0(cpu);
        cpu.halted = true;
        cpu.stopBlock = true;
        cpu.emit(new TraceEvent.Halt(rip));
    }

    /** Ring 3 gets #UD as on a processor without VMX: only the kernel's own gates may call out. */
    private static void vmcall(Cpu cpu, long rip) {
        if (cpu.cpl() != 0 || cpu.hypercalls == null) {
            throw Fault.undefinedOpcode();
        }
        cpu.emit(new TraceEvent.Hypercall(rip, cpu.gpr[Cpu.RAX]));
        cpu.stopBlock = true;
        cpu.hypercalls.vmcall(cpu);
    }

    private static void cpuid(Cpu cpu) {
        int leaf = (int) cpu.gpr[Cpu.RAX];
        int subleaf = (int) cpu.gpr[Cpu.RCX];
        int[] values = cpu.model.cpuid(leaf, subleaf).clone();
        ExtendedControl.refreshCpuid(cpu, leaf, subleaf, values);
        boolean hasFeatures = leaf == 1 || leaf == 0x8000_0001;
        if (hasFeatures && (cpu.msrs.apicBase & APIC_ENABLED) == 0) {
            values[3] &= ~CPUID_APIC;
        }
        cpu.gpr[Cpu.RAX] = values[0] & 0xFFFF_FFFFL;
        cpu.gpr[Cpu.RBX] = values[1] & 0xFFFF_FFFFL;
        cpu.gpr[Cpu.RCX] = values[2] & 0xFFFF_FFFFL;
        cpu.gpr[Cpu.RDX] = values[3] & 0xFFFF_FFFFL;
    }

    private static Operation invlpg(Instruction instruction, int offset) {
        EffectiveAddress address = address(instruction, offset);
        return SimpleOperation.last(instruction, offset, cpu -> {
            SystemOperations.requireRing0(cpu);
            cpu.memory.invlpg(address.linear(cpu));
            cpu.stopBlock = true;
        });
    }

    private static Operation invpcid(Instruction instruction, int offset) {
        Location kind = Location.of(instruction, 0, offset);
        EffectiveAddress address = new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(1), offset);
        return SimpleOperation.last(instruction, offset, cpu -> {
            SystemOperations.requireRing0(cpu);
            long type = kind.read(cpu);
            long descriptor = address.linear(cpu);
            cpu.memory.prepareRead(descriptor, 16);
            long pcid = cpu.memory.read64(descriptor);
            long linear = cpu.memory.read64(descriptor + 8);
            boolean withoutPcids = (cpu.cr4 & ControlRegisters.CR4_PCIDE) == 0;
            if (type < 0 || type > 3 || pcid >>> 12 != 0 || type == 0 && !Cpu.isCanonical(linear)
                    || type < 2 && pcid != 0 && withoutPcids) {
                throw Fault.generalProtection();
            }
            cpu.memory.invpcid((int) type, (int) pcid, linear);
            cpu.stopBlock = true;
        });
    }

    private static EffectiveAddress address(Instruction instruction, int offset) {
        return new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(0), offset);
    }

    /** Outside ring 0 both are #UD, not #GP. */
    private static void setAccessCheck(Cpu cpu, boolean ac) {
        if (cpu.cpl() != 0) {
            throw Fault.undefinedOpcode();
        }
        long flags = cpu.flags.system();
        cpu.setSystemFlags(ac ? flags | Rflags.AC : flags & ~Rflags.AC);
    }

    /** Loads a byte at DS:RAX and watches its line; ECX holds extensions, of which there are none. */
    private static Operation monitor(Instruction instruction, int offset) {
        EffectiveAddress address = ImpliedAddress.of(instruction, offset, Cpu.RAX);
        return SimpleOperation.of(instruction, offset, cpu -> {
            requireMonitor(cpu, 0);
            long linear = address.linear(cpu);
            cpu.memory.read8(linear);
            cpu.memory.monitor(linear);
        });
    }

    /**
     * Waits for a write to the monitored line or an interrupt; returns at once if no monitor is armed, also because the line was
     * written since. ECX[0]: an interrupt that RFLAGS.IF keeps out ends the wait, too. EAX holds hints.
     */
    private static void mwait(Cpu cpu) {
        requireMonitor(cpu, MASKED_INTERRUPTS_WAKE);
        if (cpu.monitored != -1) {
            cpu.halted = true;
            cpu.inMonitorWait = true;
            cpu.maskedInterruptEndsWait = ((int) cpu.gpr[Cpu.RCX] & MASKED_INTERRUPTS_WAKE) != 0;
            cpu.stopBlock = true;
        }
    }

    private static void requireMonitor(Cpu cpu, int extensions) {
        if (cpu.cpl() != 0) {
            throw Fault.undefinedOpcode();
        }
        if (((int) cpu.gpr[Cpu.RCX] & ~extensions) != 0) {
            throw Fault.generalProtection();
        }
    }

    private static Operation readBase(Instruction instruction, int offset, int segment) {
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            requireBaseAccess(cpu);
            target.write(cpu, cpu.segments[segment].base);
        });
    }

    private static Operation writeBase(Instruction instruction, int offset, int segment) {
        Location source = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            requireBaseAccess(cpu);
            long base = source.read(cpu);
            if (!Cpu.isCanonical(base)) {
                throw Fault.generalProtection();
            }
            cpu.segments[segment].base = base;
        });
    }

    private static void requireBaseAccess(Cpu cpu) {
        if ((cpu.cr4 & ControlRegisters.CR4_FSGSBASE) == 0) {
            throw Fault.undefinedOpcode();
        }
    }
}
