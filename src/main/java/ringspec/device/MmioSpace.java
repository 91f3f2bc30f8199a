package ringspec.device;

import java.util.Arrays;

import ringspec.memory.MmioBus;

/** Physical addresses outside RAM: finds the device that answers. */
public final class MmioSpace implements MmioBus {

    private record Window(long first, long size, MmioDevice device) {
        boolean holds(long physical, int length) {
            return physical >= first && physical - first <= size - length;
        }
    }

    private Window[] windows = {};

    /**
     * Lets a device answer at physical addresses {@code first} to {@code first + size - 1}. RAM at the same address wins.
     *
     * @throws IllegalArgumentException if the range is empty, negative or overlaps another device's
     */
    public void attach(long first, long size, MmioDevice device) {
        if (first < 0 || size <= 0 || first + size < 0) {
            throw new IllegalArgumentException(
                    "MMIO window 0x%x+0x%x: expected a non-empty range of physical addresses".formatted(first, size));
        }
        for (Window other : windows) {
            if (first < other.first + other.size && other.first < first + size) {
                throw new IllegalArgumentException(
                        "MMIO window 0x%x+0x%x overlaps that of another device at 0x%x+0x%x".formatted(first, size,
                                other.first, other.size));
            }
        }
        windows = Arrays.copyOf(windows, windows.length + 1);
        windows[windows.length - 1] = new Window(first, size, device);
    }

    @Override
    public long read(long physical, int size) {
        for (Window window : windows) {
            if (window.holds(physical, size)) {
                return window.device.read(physical - window.first, size) & -1L >>> 64 - 8 * size;
            }
        }
        return NOTHING.read(physical, size);
    }

    @Override
    public void write(long physical, int size, long value) {
        for (Window window : windows) {
            if (window.holds(physical, size)) {
                window.device.write(physical - window.first, size, value & -1L >>> 64 - 8 * size);
                return;
            }
        }
    }
}
