package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Descriptor;
import ringspec.cpu.DescriptorTables;
import ringspec.cpu.Fault;
import ringspec.cpu.SegmentLoader;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.Vector;

/** What IRET and far RET have in common in protected and long mode: the checks of CS, SS and RIP that were popped, and loading them. */
final class FarReturn {

    private final Cpu cpu;
    private final int selector;
    private final Descriptor code;
    private boolean loadsStack;
    private int stackSelector;
    private Descriptor stack;
    private long stackPointer;

    /**
     * Checks the popped CS.
     *
     * @throws Fault #GP or #NP
     */
    FarReturn(Cpu cpu, int selector) {
        this.cpu = cpu;
        this.selector = selector;
        if (DescriptorTables.isNull(selector)) {
            throw Fault.generalProtection();
        }
        int errorCode = DescriptorTables.errorCode(selector, 0);
        this.code = DescriptorTables.read(cpu, selector, 0);
        int level = level();
        boolean denied = code.isConforming() ? code.dpl() > level : code.dpl() != level;
        if (!code.isCode() || level < cpu.cpl() || denied || FarTarget.isContradictory(cpu, code)) {
            throw Fault.of(Vector.GP, errorCode);
        }
        if (!code.isPresent()) {
            throw Fault.of(Vector.NP, errorCode);
        }
    }

    /** The privilege level returned to. */
    int level() {
        return selector & 3;
    }

    /** True if the return is to an outer ring. */
    boolean isOuter() {
        return level() > cpu.cpl();
    }

    private boolean isTo64Bit() {
        return cpu.isLongMode() && code.isLong();
    }

    /** Checks the popped SS, which will be loaded with the popped RSP. A null one will do for 64-bit code in rings 0 to 2 if its RPL is the level. */
    void setStack(int popped, long pointer) {
        loadsStack = true;
        stackSelector = popped;
        stackPointer = pointer;
        if (!DescriptorTables.isNull(popped)) {
            stack = SegmentLoader.checkedStack(cpu, popped, level());
        } else if (!isTo64Bit() || level() == 3 || (popped & 3) != level()) {
            throw Fault.generalProtection();
        }
    }

    /** Loads CS and RIP, and SS and RSP if they were set. */
    void commit(long rip) {
        FarTarget.requireInside(cpu, code, rip);
        int before = cpu.cpl();
        Descriptor marked = DescriptorTables.markAccessed(cpu, selector, code);
        if (stack != null) {
            SegmentLoader.apply(cpu, SegmentRegister.SS, stackSelector, stack);
        } else if (loadsStack) {
            SegmentLoader.loadNullStack(cpu, level());
        }
        FarTarget.enter(cpu, selector, marked, rip);
        if (loadsStack) {
            loadPointer();
        }
        if (level() != before) {
            cpu.setCpl(level());
            SegmentLoader.dropInaccessible(cpu, level());
        }
    }

    /** The new stack's width counts: a 16-bit one leaves the upper half of ESP. */
    private void loadPointer() {
        if (isTo64Bit()) {
            cpu.gpr[Cpu.RSP] = stackPointer;
        } else {
            Location.writeRegister(cpu, Cpu.RSP, stack.isBig() ? 32 : 16, stackPointer);
        }
    }
}
