package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.EventDelivery;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModel.Vendor;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;
import ringspec.trace.TraceEvent;

/** MOV to and from control and debug registers, CLTS, LMSW and SMSW (SDM vol. 2B; vol. 3A, 2.5). */
final class ControlRegisterOperations {

    /** CR0 bits that exist; the others below bit 32 are ignored and read as 0. */
    private static final long CR0_DEFINED = ControlRegisters.CR0_PE | ControlRegisters.CR0_MP | ControlRegisters.CR0_EM
            | ControlRegisters.CR0_TS | ControlRegisters.CR0_ET | ControlRegisters.CR0_NE | ControlRegisters.CR0_WP
            | ControlRegisters.CR0_AM | ControlRegisters.CR0_NW | ControlRegisters.CR0_CD | ControlRegisters.CR0_PG;
    private static final long UPPER_HALF = 0xFFFF_FFFFL << 32;
    /** Bit 63 of the source of MOV to CR3 with CR4.PCIDE: keep what is cached; it is never stored. */
    private static final long CR3_NO_FLUSH = 1L << 63;
    private static final long DR6_WRITABLE = 0xE00F;
    private static final long DR6_ONES = 0xFFFF_0FF0L;
    private static final long DR6_BD = 1 << 13;
    private static final long DR7_WRITABLE = 0xFFFF_23FFL;
    private static final long DR7_ONES = 0x400;
    private static final long DR7_GD = 1 << 13;

    private ControlRegisterOperations() {
    }

    static void register(Registry registry) {
        registry.add("CLTS", (i, offset) -> SimpleOperation.last(i, offset, cpu -> {
            SystemOperations.requireRing0(cpu);
            setCr0(cpu, cpu.codePage + offset, cpu.cr0 & ~ControlRegisters.CR0_TS);
        }));
        registry.add("LMSW", ControlRegisterOperations::lmsw);
        registry.add("SMSW", ControlRegisterOperations::smsw);
    }

    static Operation bindMove(Instruction instruction, int offset) {
        Register target = ((Operand.Reg) instruction.operand(0)).register();
        Register source = ((Operand.Reg) instruction.operand(1)).register();
        int from = source.number();
        int to = target.number();
        // Outside 64-bit mode these moves have 32 bits whatever the operand size.
        long mask = instruction.codeSize().is64() ? -1L : 0xFFFF_FFFFL;
        return SimpleOperation.last(instruction, offset, switch (target.kind()) {
            case CONTROL -> cpu -> writeControl(cpu, cpu.codePage + offset, to, cpu.gpr[from] & mask);
            case DEBUG -> cpu -> writeDebug(cpu, to, cpu.gpr[from] & mask);
            default -> source.kind() == Register.Kind.CONTROL ? cpu -> cpu.gpr[to] = readControl(cpu, from) & mask
                    : cpu -> cpu.gpr[to] = cpu.dr[debugRegister(cpu, from)] & mask;
        });
    }

    private static long readControl(Cpu cpu, int number) {
        requireControl(cpu, number);
        return switch (number) {
            case 0 -> cpu.cr0;
            case 2 -> cpu.cr2;
            case 3 -> cpu.cr3;
            case 4 -> cpu.cr4;
            default -> cpu.cr8;
        };
    }

    private static void writeControl(Cpu cpu, long rip, int number, long value) {
        requireControl(cpu, number);
        switch (number) {
            case 0 -> writeCr0(cpu, rip, value);
            case 2 -> {
                long before = cpu.cr2;
                cpu.cr2 = value;
                emit(cpu, rip, 2, before, value);
            }
            case 3 -> writeCr3(cpu, rip, value);
            case 4 -> writeCr4(cpu, rip, value);
            default -> writeCr8(cpu, rip, value);
        }
    }

    /** Registers that don't exist are #UD at any CPL. */
    private static void requireControl(Cpu cpu, int number) {
        if (number == 1 || number > 4 && number != 8) {
            throw Fault.undefinedOpcode();
        }
        SystemOperations.requireRing0(cpu);
    }

    private static void writeCr0(Cpu cpu, long rip, long value) {
        boolean pagingWithoutProtection = (value & ControlRegisters.CR0_PG) != 0 && (value
                & ControlRegisters.CR0_PE) == 0;
        boolean badCache = (value & ControlRegisters.CR0_NW) != 0 && (value & ControlRegisters.CR0_CD) == 0;
        if ((value & UPPER_HALF) != 0 || pagingWithoutProtection || badCache) {
            throw Fault.generalProtection();
        }
        if (((value ^ cpu.cr0) & ControlRegisters.CR0_PG) == 0) {
            setCr0(cpu, rip, value & CR0_DEFINED | ControlRegisters.CR0_ET);
            return;
        }
        PagingSwitch.check(cpu, (value & ControlRegisters.CR0_PG) != 0);
        setCr0(cpu, rip, value & CR0_DEFINED | ControlRegisters.CR0_ET);
        PagingSwitch.apply(cpu);
        cpu.memory.flushAll();
    }

    private static void setCr0(Cpu cpu, long rip, long value) {
        long before = cpu.cr0;
        cpu.cr0 = value;
        // A change of WP leaves the TLB as it is (SDM vol. 3A, 5.10.4.1): cached rights are judged under the new bit.
        cpu.memory.contextChanged();
        emit(cpu, rip, 0, before, value);
    }

    private static void writeCr3(Cpu cpu, long rip, long value) {
        boolean pcide = (cpu.cr4 & ControlRegisters.CR4_PCIDE) != 0;
        boolean keep = pcide && value < 0;
        long root = keep ? value & ~CR3_NO_FLUSH : value;
        long reserved = -1L << cpu.model.physicalAddressBits();
        if ((root & reserved) != 0) {
            throw Fault.generalProtection();
        }
        PagingSwitch.loadPointers(cpu, value, cpu.cr4);
        long before = cpu.cr3;
        cpu.cr3 = root;
        emit(cpu, rip, 3, before, root);
        if (keep) {
            cpu.memory.switchContext();
        } else {
            cpu.memory.flushNonGlobal();
        }
    }

    private static void writeCr4(Cpu cpu, long rip, long value) {
        // PAE can't be cleared in long mode.
        if ((value & ~cpu.model.supportedCr4()) != 0 || cpu.isLongMode() && (value & ControlRegisters.CR4_PAE) == 0) {
            throw Fault.generalProtection();
        }
        long before = cpu.cr4;
        boolean pcideSet = (value & ~before & ControlRegisters.CR4_PCIDE) != 0;
        if (pcideSet && ((cpu.cr3 & 0xFFF) != 0 || !cpu.isLongMode())) {
            throw Fault.generalProtection();
        }
        if (((before ^ value) & PagingSwitch.LOADING_CR4) != 0) {
            PagingSwitch.loadPointers(cpu, cpu.cr3, value);
        }
        cpu.cr4 = value;
        emit(cpu, rip, 4, before, value);
        long changed = before ^ value;
        long flushing = ControlRegisters.CR4_PGE | ControlRegisters.CR4_PAE
                | (cpu.model.vendor() == Vendor.AMD ? ControlRegisters.CR4_PSE : 0);
        boolean smepSet = (changed & value & ControlRegisters.CR4_SMEP) != 0;
        boolean pcideCleared = (changed & before & ControlRegisters.CR4_PCIDE) != 0;
        if ((changed & flushing) != 0 || smepSet || pcideCleared) {
            cpu.memory.flushAll();
        } else {
            cpu.memory.contextChanged();
        }
    }

    private static void writeCr8(Cpu cpu, long rip, long value) {
        if (value >>> 4 != 0) {
            throw Fault.generalProtection();
        }
        long before = cpu.cr8;
        cpu.cr8 = value;
        cpu.taskPrioritySubclass = 0;
        emit(cpu, rip, 8, before, value);
    }

    private static void emit(Cpu cpu, long rip, int register, long before, long after) {
        cpu.stopBlock = true;
        cpu.emit(new TraceEvent.ControlRegisterWrite(rip, register, before, after));
    }

    /** LMSW changes PE, MP, EM and TS, and can't clear PE. */
    private static Operation lmsw(Instruction instruction, int offset) {
        Location source = Location.of(instruction, 0, offset);
        return SimpleOperation.last(instruction, offset, cpu -> {
            SystemOperations.requireRing0(cpu);
            long low = source.read(cpu) & 15 | cpu.cr0 & ControlRegisters.CR0_PE;
            setCr0(cpu, cpu.codePage + offset, cpu.cr0 & ~15 | low);
        });
    }

    private static Operation smsw(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            TableRegisterOperations.requireUmipPassed(cpu);
            target.write(cpu, cpu.cr0);
        });
    }

    /** Checks an access to a debug register and resolves the aliases DR4 and DR5. */
    private static int debugRegister(Cpu cpu, int number) {
        // The privilege is looked at first, as on AMD silicon; the manuals give no order
        SystemOperations.requireRing0(cpu);
        boolean alias = number == 4 || number == 5;
        if (number > 7 || alias && (cpu.cr4 & ControlRegisters.CR4_DE) != 0) {
            throw Fault.undefinedOpcode();
        }
        if ((cpu.dr[7] & DR7_GD) != 0) {
            EventDelivery.noteDebugStatus(cpu, DR6_BD);
            throw Fault.of(Vector.DB);
        }
        return alias ? number + 2 : number;
    }

    private static void writeDebug(Cpu cpu, int number, long value) {
        int register = debugRegister(cpu, number);
        if (register >= 6 && (value & UPPER_HALF) != 0) {
            throw Fault.generalProtection();
        }
        cpu.dr[register] = switch (register) {
            case 6 -> value & DR6_WRITABLE | DR6_ONES;
            case 7 -> value & DR7_WRITABLE | DR7_ONES;
            default -> value;
        };
        cpu.memory.debugConditionsChanged();
        cpu.stopBlock = true;
    }
}
