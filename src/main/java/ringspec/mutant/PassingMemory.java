package ringspec.mutant;

import ringspec.kernel.KernelMemory;

/** Hands every access on; a variant overrides the one that it makes differently. */
class PassingMemory implements KernelMemory {

    private final KernelMemory shipped;

    PassingMemory(KernelMemory shipped) {
        this.shipped = shipped;
    }

    @Override
    public long load(long address) {
        return shipped.load(address);
    }

    @Override
    public void store(long address, long value) {
        shipped.store(address, value);
    }

    @Override
    public int load32(long address) {
        return shipped.load32(address);
    }

    @Override
    public void store32(long address, int value) {
        shipped.store32(address, value);
    }

    @Override
    public int load16(long address) {
        return shipped.load16(address);
    }

    @Override
    public void store16(long address, int value) {
        shipped.store16(address, value);
    }

    @Override
    public int load8(long address) {
        return shipped.load8(address);
    }

    @Override
    public void store8(long address, int value) {
        shipped.store8(address, value);
    }

    @Override
    public byte[] read(long address, int length) {
        return shipped.read(address, length);
    }

    @Override
    public void write(long address, byte[] source, int from, int length) {
        shipped.write(address, source, from, length);
    }

    @Override
    public void zero(long address, long length) {
        shipped.zero(address, length);
    }
}
