package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.FpuState;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.x87.Extended;
import ringspec.cpu.x87.X87Context;

/**
 * One x87 instruction at work: the register stack, the exceptions it raises, and what becomes of C1.
 *
 * <p>Nothing but registers, tags and TOP changes before {@link #finish}, so that a page fault finds the status word as it was.
 */
final class X87Step {

    final Cpu cpu;
    final FpuState fpu;
    final X87Context context;
    private boolean stackFault;
    private boolean overflow;
    private int conditionMask = FpuState.C1;
    private int conditions;
    private boolean conditionsGiven;

    X87Step(Cpu cpu, int control) {
        this.cpu = cpu;
        this.fpu = cpu.fpu;
        this.context = new X87Context(control);
    }

    boolean isEmpty(int i) {
        return fpu.isEmpty(fpu.physical(i));
    }

    /** ST(i), whatever its tag. */
    Extended get(int i) {
        int physical = fpu.physical(i);
        return new Extended(fpu.signExponent[physical], fpu.significand[physical]);
    }

    /** Writes ST(i) and tags it as not empty. */
    void put(int i, Extended value) {
        int physical = fpu.physical(i);
        fpu.signExponent[physical] = value.signExponent();
        fpu.significand[physical] = value.significand();
        fpu.tag |= 1 << physical;
    }

    /** Tags ST(i) as empty. */
    void free(int i) {
        fpu.tag &= ~(1 << fpu.physical(i));
    }

    /** Tags ST(0) as empty and increments TOP. */
    void pop() {
        free(0);
        fpu.setTop(fpu.top() + 1);
    }

    /** Raises #IS because a register that is read is empty. */
    Extended underflow() {
        context.raise(FpuState.IE | FpuState.SF);
        stackFault = true;
        return Extended.INDEFINITE;
    }

    /** Raises #IS because the register that is to become ST(0) is in use. */
    Extended overflow() {
        overflow = true;
        return underflow();
    }

    boolean hasStackFault() {
        return stackFault;
    }

    boolean isAborted() {
        return context.isAborted();
    }

    /** Pushes a value, unless an unmasked #I forbids it (#D doesn't); a stack overflow turns it into the indefinite. */
    void push(Extended value) {
        Extended pushed = isEmpty(7) || stackFault ? value : overflow();
        if (context.isMasked(FpuState.IE) || (context.raised() & FpuState.IE) == 0) {
            pushUnchecked(pushed);
        }
    }

    /** Pushes a value, whatever the register that becomes ST(0) holds. */
    void pushUnchecked(Extended value) {
        fpu.setTop(fpu.top() - 1);
        put(0, value);
    }

    /** What the instruction leaves in C0 to C3, or in some of them. */
    void setConditions(int mask, int bits) {
        conditionMask = mask;
        conditions = bits;
        conditionsGiven = true;
    }

    /** FCMOVcc, FCOMI and FUCOMI leave C1 alone, unless there is a stack fault. */
    void keepC1() {
        if (!stackFault) {
            setConditions(0, 0);
        }
    }

    /** Clears C2 beside C1's usual meaning. */
    void clearC2() {
        conditionMask |= FpuState.C2;
    }

    /** True on processors of AMD. */
    boolean isAmd() {
        return cpu.model.vendor() == ProcessorModel.Vendor.AMD;
    }

    /** Enters what was raised into the status word; C1 tells the direction of a stack fault or of the rounding. */
    void finish() {
        boolean up = stackFault ? overflow : context.isRoundedUp();
        int bits = conditionsGiven ? conditions : up ? FpuState.C1 : 0;
        fpu.status = fpu.status & ~conditionMask | bits | context.raised();
        fpu.updateSummary();
    }
}
