package ringspec.kernel;

import ringspec.memory.PhysicalMemory;

/** {@link KernelMemory} over a machine's RAM. */
public final class DirectMap implements KernelMemory {

    private final PhysicalMemory ram;

    /** The direct map of the given RAM. */
    public DirectMap(PhysicalMemory ram) {
        this.ram = ram;
    }

    private long physical(long address, long length) {
        long physical = KernelLayout.physical(address);
        if (!ram.contains(physical, length)) {
            throw new KernelPanic("access to 0x%016x+0x%x outside the direct map".formatted(address, length));
        }
        return physical;
    }

    @Override
    public long load(long address) {
        return ram.read64(physical(address, 8));
    }

    @Override
    public void store(long address, long value) {
        ram.write64(physical(address, 8), value);
    }

    @Override
    public int load32(long address) {
        long physical = physical(address, 4);
        return ram.read8(physical) | ram.read8(physical + 1) << 8 | ram.read8(physical + 2) << 16
                | ram.read8(physical + 3) << 24;
    }

    @Override
    public void store32(long address, int value) {
        store16(address, value);
        store16(address + 2, value >>> 16);
    }

    @Override
    public int load16(long address) {
        long physical = physical(address, 2);
        return ram.read8(physical) | ram.read8(physical + 1) << 8;
    }

    @Override
    public void store16(long address, int value) {
        long physical = physical(address, 2);
        ram.write8(physical, value);
        ram.write8(physical + 1, value >>> 8);
    }

    @Override
    public int load8(long address) {
        return ram.read8(physical(address, 1));
    }

    @Override
    public void store8(long address, int value) {
        ram.write8(physical(address, 1), value);
    }

    @Override
    public byte[] read(long address, int length) {
        return ram.read(physical(address, length), length);
    }

    @Override
    public void write(long address, byte[] source, int from, int length) {
        ram.write(physical(address, length), source, from, length);
    }

    @Override
    public void zero(long address, long length) {
        ram.fill(physical(address, length), length, 0);
    }
}
