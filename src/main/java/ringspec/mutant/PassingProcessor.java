package ringspec.mutant;

import ringspec.kernel.Privileged;

/** Hands every privileged instruction on; a variant overrides the one that it executes differently. */
class PassingProcessor implements Privileged {

    private final Privileged shipped;

    PassingProcessor(Privileged shipped) {
        this.shipped = shipped;
    }

    @Override
    public void invlpg(long linear) {
        shipped.invlpg(linear);
    }

    @Override
    public long cr3() {
        return shipped.cr3();
    }

    @Override
    public long cr2() {
        return shipped.cr2();
    }

    @Override
    public int readRegister(long linear) {
        return shipped.readRegister(linear);
    }

    @Override
    public void writeRegister(long linear, int value) {
        shipped.writeRegister(linear, value);
    }

    @Override
    public void out8(int port, int value) {
        shipped.out8(port, value);
    }
}
