package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Descriptor;
import ringspec.cpu.DescriptorTables;
import ringspec.cpu.Fault;
import ringspec.cpu.SegmentLoader;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/** MOV to and from segment registers, LDS and its kin, ARPL, and LAR, LSL, VERR and VERW, which only look (SDM vol. 2A and 2B). */
final class SelectorOperations {

    /** What LAR shows of a descriptor's upper half: bits 23:8, of which Intel calls 19:16 undefined and AMD doesn't. */
    private static final long ACCESS_RIGHTS = 0x00FF_FF00L;

    private SelectorOperations() {
    }

    static void register(Registry registry) {
        registry.add("LAR", (i, offset) -> look(i, offset, SelectorOperations::accessRights));
        registry.add("LSL", (i, offset) -> look(i, offset, SelectorOperations::limit));
        registry.add("VERR", (i, offset) -> verify(i, offset, false));
        registry.add("VERW", (i, offset) -> verify(i, offset, true));
        registry.add("ARPL", SelectorOperations::adjust);
        registry.add("LDS", (i, offset) -> loadPointer(i, offset, SegmentRegister.DS));
        registry.add("LES", (i, offset) -> loadPointer(i, offset, SegmentRegister.ES));
        registry.add("LFS", (i, offset) -> loadPointer(i, offset, SegmentRegister.FS));
        registry.add("LGS", (i, offset) -> loadPointer(i, offset, SegmentRegister.GS));
        registry.add("LSS", (i, offset) -> loadPointer(i, offset, SegmentRegister.SS));
    }

    static Operation bindMove(Instruction instruction, int offset) {
        if (instruction.operand(0) instanceof Operand.Reg reg && reg.register().kind() == Register.Kind.SEGMENT) {
            return moveTo(instruction, offset, reg.register().number());
        }
        int register = ((Operand.Reg) instruction.operand(1)).register().number();
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> target.write(cpu, cpu.segments[register].selector));
    }

    private static Operation moveTo(Instruction instruction, int offset, int register) {
        if (register == SegmentRegister.CS) {
            return new UndefinedOperation(instruction, offset);
        }
        Location source = Location.of(instruction, 1, offset);
        return SimpleOperation.last(instruction, offset, cpu -> {
            SegmentLoader.load(cpu, register, (int) source.read(cpu));
            if (register == SegmentRegister.SS) {
                cpu.interruptShadow = true;
            }
        });
    }

    /** LDS, LES, LFS, LGS, LSS: a far pointer from memory into a segment register and a general one. */
    private static Operation loadPointer(Instruction instruction, int offset, int segment) {
        Location target = Location.of(instruction, 0, offset);
        EffectiveAddress pointer = new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(1), offset);
        int size = instruction.operandSize() / 8;
        return SimpleOperation.last(instruction, offset, cpu -> {
            long linear = pointer.linear(cpu);
            int offsetSize = FarTransfers.pointerSize(cpu, size);
            cpu.memory.requireAligned(linear, offsetSize + 2, offsetSize);
            cpu.memory.prepareUnalignedRead(linear, offsetSize + 2);
            long value = cpu.memory.read(linear, offsetSize);
            SegmentLoader.load(cpu, segment, cpu.memory.read16(linear + offsetSize));
            target.write(cpu, value);
        });
    }

    /** ARPL raises the RPL of its destination to that of its source, and says so in ZF. */
    private static Operation adjust(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            requireProtected(cpu);
            target.prepareWrite(cpu);
            long selector = target.read(cpu) & 0xFFFF;
            long privilege = source.read(cpu) & 3;
            boolean raised = (selector & 3) < privilege;
            // Only the low 16 bits are the selector, and only they are written.
            if (raised) {
                target.write(cpu, selector & ~3L | privilege);
            }
            cpu.flags.setZf(raised);
        });
    }

    /** What deals in descriptors is #UD in real mode. */
    static void requireProtected(Cpu cpu) {
        if (!cpu.isProtected()) {
            throw Fault.undefinedOpcode();
        }
    }

    /** Computes what LAR or LSL loads; -1 if the descriptor isn't of a type it shows. */
    private interface View {
        long of(Descriptor descriptor, boolean longMode);
    }

    private static Operation look(Instruction instruction, int offset, View view) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            int selector = (int) source.read(cpu) & 0xFFFF;
            Descriptor descriptor = visible(cpu, selector);
            long value = descriptor == null ? -1 : view.of(descriptor, cpu.isLongMode());
            if (value != -1) {
                target.write(cpu, value);
            }
            cpu.flags.setZf(value != -1);
        });
    }

    private static long accessRights(Descriptor descriptor, boolean longMode) {
        boolean known = !descriptor.isSystem() || descriptor.type() == Descriptor.CALL_GATE || hasLimit(descriptor,
                longMode) || !longMode && (descriptor.type() == Descriptor.CALL_GATE16 || descriptor
                        .type() == Descriptor.TASK_GATE);
        return known ? descriptor.raw() >>> 32 & ACCESS_RIGHTS : -1;
    }

    private static long limit(Descriptor descriptor, boolean longMode) {
        return !descriptor.isSystem() || hasLimit(descriptor, longMode) ? descriptor.limit() : -1;
    }

    private static boolean hasLimit(Descriptor system, boolean longMode) {
        return switch (system.type()) {
            case Descriptor.LDT, Descriptor.TSS_AVAILABLE, Descriptor.TSS_BUSY -> true;
            case Descriptor.TSS16_AVAILABLE, Descriptor.TSS16_BUSY -> !longMode;
            default -> false;
        };
    }

    /** The descriptor if it lies in its table and CPL and RPL may see it; else null. */
    private static Descriptor visible(Cpu cpu, int selector) {
        requireProtected(cpu);
        if (DescriptorTables.isNull(selector) || !DescriptorTables.isWithinLimit(cpu, selector, 8)) {
            return null;
        }
        Descriptor descriptor = DescriptorTables.read(cpu, selector, 0);
        int weakest = Math.max(cpu.cpl(), selector & 3);
        return descriptor.isConforming() || weakest <= descriptor.dpl() ? descriptor : null;
    }

    private static Operation verify(Instruction instruction, int offset, boolean write) {
        Location source = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            Descriptor descriptor = visible(cpu, (int) source.read(cpu) & 0xFFFF);
            cpu.flags.setZf(descriptor != null && (write ? descriptor.isWritable() : descriptor.isReadable()));
        });
    }
}
