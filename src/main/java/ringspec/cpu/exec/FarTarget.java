package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Descriptor;
import ringspec.cpu.DescriptorTables;
import ringspec.cpu.Fault;
import ringspec.cpu.UnsupportedModeException;
import ringspec.cpu.Vector;

/**
 * Where a far CALL or JMP goes, all checks passed and the code segment marked as accessed.
 *
 * @param selector of the code segment, RPL to be replaced by the level
 * @param code its descriptor
 * @param rip where to go on
 * @param level the new CPL
 * @param gate true if a call gate led here
 */
record FarTarget(int selector, Descriptor code, long rip, int level, boolean gate) {

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
            return throughGate(cpu, selector, descriptor, call);
        }
        boolean denied = descriptor.isConforming() ? descriptor.dpl() > cpu.cpl()
                : (selector & 3) > cpu.cpl() || descriptor.dpl() != cpu.cpl();
        require(descriptor.isCode() && !denied && !(descriptor.isLong() && descriptor.isBig()), selector);
        requirePresent(descriptor, selector);
        if (!descriptor.isLong()) {
            throw new UnsupportedModeException(instructionRip, name + " to selector 0x%x".formatted(selector));
        }
        return checked(cpu, selector, descriptor, offset, cpu.cpl(), false);
    }

    private static FarTarget throughGate(Cpu cpu, int gateSelector, Descriptor gate, boolean call) {
        require(gate.type() == Descriptor.CALL_GATE, gateSelector);
        require(gate.dpl() >= cpu.cpl() && gate.dpl() >= (gateSelector & 3), gateSelector);
        requirePresent(gate, gateSelector);
        long high = DescriptorTables.readUpperHalf(cpu, gateSelector);
        require((high >>> 40 & 0x1F) == 0, gateSelector);
        int selector = gate.gateSelector();
        Descriptor code = read(cpu, selector);
        boolean denied = call || code.isConforming() ? code.dpl() > cpu.cpl() : code.dpl() != cpu.cpl();
        require(code.isCode() && !denied && code.isLong() && !code.isBig(), selector);
        requirePresent(code, selector);
        int level = code.isConforming() ? cpu.cpl() : code.dpl();
        return checked(cpu, selector, code, gate.gateOffset(high), level, true);
    }

    private static FarTarget checked(Cpu cpu, int selector, Descriptor code, long rip, int level, boolean gate) {
        if (!Cpu.isCanonical(rip)) {
            throw Fault.generalProtection();
        }
        return new FarTarget(selector, DescriptorTables.markAccessed(cpu, selector, code), rip, level, gate);
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
