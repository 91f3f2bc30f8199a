package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Descriptor;
import ringspec.cpu.DescriptorTables;
import ringspec.cpu.Fault;
import ringspec.cpu.NotEmulatedException;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.Vector;

/**
 * Where a far CALL or JMP goes in protected or long mode, all checks passed and the code segment marked as accessed.
 *
 * @param selector of the code segment, RPL to be replaced by the level
 * @param code its descriptor
 * @param rip where to go on
 * @param level the new CPL
 * @param gateSize bytes that the call gate that led here pushes of each register: 2, 4 or 8; 0 if there was no gate
 * @param parameters how many words of {@code gateSize} the gate copies to the inner stack
 */
record FarTarget(int selector, Descriptor code, long rip, int level, int gateSize, int parameters) {

    /**
     * Resolves a far pointer.
     *
     * @param call only CALL may raise the privilege through a gate
     * @param instructionRip address of the instruction
     * @param name the instruction's name, for the message
     * @throws Fault #GP or #NP
     */
    static FarTarget of(Cpu cpu, int selector, long offset, boolean call, long instructionRip, String name) {
        Descriptor descriptor = read(cpu, selector);
        if (descriptor.isSystem()) {
            requireGate(cpu, selector, descriptor, instructionRip, name);
            return throughGate(cpu, selector, descriptor, call);
        }
        boolean denied = descriptor.isConforming() ? descriptor.dpl() > cpu.cpl()
                : (selector & 3) > cpu.cpl() || descriptor.dpl() != cpu.cpl();
        require(descriptor.isCode() && !denied && !isContradictory(cpu, descriptor), selector);
        requirePresent(descriptor, selector);
        return checked(cpu, selector, descriptor, offset, cpu.cpl(), 0, 0);
    }

    /** In long mode a code segment can't be 64-bit and 32-bit at once: L and D set. */
    static boolean isContradictory(Cpu cpu, Descriptor code) {
        return cpu.isLongMode() && code.isLong() && code.isBig();
    }

    /** Checks a system descriptor up to its presence: it must be a call gate. */
    private static void requireGate(Cpu cpu, int selector, Descriptor gate, long instructionRip, String name) {
        boolean known = switch (gate.type()) {
            case Descriptor.CALL_GATE -> true;
            case Descriptor.CALL_GATE16, Descriptor.TASK_GATE, Descriptor.TSS16_AVAILABLE, Descriptor.TSS_AVAILABLE ->
                    !cpu
                            .isLongMode();
            default -> false;
        };
        require(known && gate.dpl() >= cpu.cpl() && gate.dpl() >= (selector & 3), selector);
        requirePresent(gate, selector);
        if (gate.type() != Descriptor.CALL_GATE && gate.type() != Descriptor.CALL_GATE16) {
            String target = gate.type() == Descriptor.TASK_GATE ? "task gate" : "TSS";
            throw NotEmulatedException.taskSwitch(instructionRip, "%s to %s 0x%x".formatted(name, target, selector));
        }
    }

    private static FarTarget throughGate(Cpu cpu, int gateSelector, Descriptor gate, boolean call) {
        boolean longMode = cpu.isLongMode();
        long high = longMode ? DescriptorTables.readUpperHalf(cpu, gateSelector) : 0;
        require((high >>> 40 & 0x1F) == 0, gateSelector);
        int selector = gate.gateSelector();
        Descriptor code = read(cpu, selector);
        boolean denied = call || code.isConforming() ? code.dpl() > cpu.cpl() : code.dpl() != cpu.cpl();
        require(code.isCode() && !denied && (!longMode || code.isLong() && !code.isBig()), selector);
        requirePresent(code, selector);
        int level = code.isConforming() ? cpu.cpl() : code.dpl();
        if (longMode) {
            return checked(cpu, selector, code, gate.gateOffset(high), level, 8, 0);
        }
        boolean narrow = gate.type() == Descriptor.CALL_GATE16;
        long offset = gate.gateOffset(0) & (narrow ? 0xFFFF : 0xFFFF_FFFFL);
        return checked(cpu, selector, code, offset, level, narrow ? 2 : 4, gate.gateParameters());
    }

    private static FarTarget checked(Cpu cpu, int selector, Descriptor code, long rip, int level, int gateSize,
            int parameters) {
        requireInside(cpu, code, rip);
        return new FarTarget(selector, DescriptorTables.markAccessed(cpu, selector, code), rip, level, gateSize,
                parameters);
    }

    /** The target must be canonical in a 64-bit code segment, and within the limit of any other: bits 63:32 are not cut off first. */
    static void requireInside(Cpu cpu, Descriptor code, long rip) {
        boolean inside = cpu.isLongMode() && code.isLong() ? Cpu.isCanonical(rip)
                : Long.compareUnsigned(rip, code.limit()) <= 0;
        if (!inside) {
            throw Fault.generalProtection();
        }
    }

    /** Loads CS and RIP. */
    static void enter(Cpu cpu, int selector, Descriptor code, long rip) {
        boolean flat = cpu.isLongMode() && code.isLong();
        cpu.segments[SegmentRegister.CS].load(selector, flat ? 0 : code.base(), code.limit(), code
                .attributes());
        cpu.rip = rip;
        cpu.stopBlock = true;
    }

    private static Descriptor read(Cpu cpu, int selector) {
        if (DescriptorTables.isNull(selector)) {
            throw Fault.generalProtection();
        }
        return DescriptorTables.read(cpu, selector, 0);
    }

    private static void require(boolean condition, int selector) {
        if (!condition) {
            throw Fault.of(Vector.GP, DescriptorTables.errorCode(selector, 0));
        }
    }

    private static void requirePresent(Descriptor descriptor, int selector) {
        if (!descriptor.isPresent()) {
            throw Fault.of(Vector.NP, DescriptorTables.errorCode(selector, 0));
        }
    }
}
