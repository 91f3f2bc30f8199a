package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Descriptor;
import ringspec.cpu.DescriptorTables;
import ringspec.cpu.Fault;
import ringspec.cpu.SegmentLoader;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.UnsupportedModeException;
import ringspec.cpu.Vector;

/** What IRET and far RET have in common: the checks of CS, SS and RIP that were popped, and loading them. */
final class FarReturn {

    private final Cpu cpu;
    private final int selector;
    private final Descriptor code;
    private boolean loadsStack;
    private int stackSelector;
    private Descriptor stack;

    /**
     * Checks the popped CS.
     *
     * @param rip address of the instruction
     * @param what its name, for the message
     * @throws Fault #GP or #NP
     */
    FarReturn(Cpu cpu, int selector, long rip, String what) {
        this.cpu = cpu;
        this.selector = selector;
        if (DescriptorTables.isNull(selector)) {
            throw Fault.generalProtection();
        }
        int errorCode = DescriptorTables.errorCode(selector, 0);
        this.code = DescriptorTables.read(cpu, selector, 0);
        int level = level();
        boolean denied = code.isConforming() ? code.dpl() > level : code.dpl() != level;
        if (!code.isCode() || level < cpu.cpl() || denied || code.isLong() && code.isBig()) {
            throw Fault.of(Vector.GP, errorCode);
        }
        if (!code.isPresent()) {
            throw Fault.of(Vector.NP, errorCode);
        }
        if (!code.isLong()) {
            throw new UnsupportedModeException(rip, what + " to selector 0x%x".formatted(selector));
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

    /** Checks the popped SS. A null one will do in rings 0 to 2 if its RPL is the level. */
    void checkStack(int popped) {
        loadsStack = true;
        stackSelector = popped;
        if (!DescriptorTables.isNull(popped)) {
            stack = SegmentLoader.checkedStack(cpu, popped, level());
        } else if (level() == 3 || (popped & 3) != level()) {
            throw Fault.generalProtection();
        }
    }

    /** Loads CS and RIP, and SS if it was checked; the caller loads RSP. */
    void commit(long rip) {
        if (!Cpu.isCanonical(rip)) {
            throw Fault.generalProtection();
        }
        int before = cpu.cpl();
        Descriptor marked = DescriptorTables.markAccessed(cpu, selector, code);
        if (stack != null) {
            SegmentLoader.apply(cpu, SegmentRegister.SS, stackSelector, stack);
        } else if (loadsStack) {
            SegmentLoader.loadNullStack(cpu, level());
        }
        cpu.segments[SegmentRegister.CS].load(selector, 0, marked.limit(), marked.attributes());
        cpu.rip = rip;
        cpu.stopBlock = true;
        if (level() != before) {
            cpu.setCpl(level());
            SegmentLoader.dropInaccessible(cpu, level());
        }
    }
}
