package ringspec.device;

import java.util.Arrays;

import ringspec.memory.PortBus;

/** The 65536 I/O ports: finds the device that answers. */
public final class PortSpace implements PortBus {

    private static final int PORTS = 0x10000;

    private record Window(int first, int count, PortDevice device) {
        boolean holds(int port, int size) {
            return port >= first && port + size <= first + count;
        }
    }

    private Window[] windows = {};

    /**
     * Lets a device answer at ports {@code first} to {@code first + count - 1}.
     *
     * @throws IllegalArgumentException if the range leaves the port space or overlaps another device's
     */
    public void attach(int first, int count, PortDevice device) {
        if (first < 0 || count <= 0 || first + count > PORTS) {
            throw new IllegalArgumentException(
                    "ports 0x%x+0x%x: expected a non-empty range within 0 to 0xFFFF".formatted(first, count));
        }
        for (Window other : windows) {
            if (first < other.first + other.count && other.first < first + count) {
                throw new IllegalArgumentException(
                        "ports 0x%x+0x%x overlap those of another device at 0x%x+0x%x".formatted(first, count,
                                other.first,
                                other.count));
            }
        }
        windows = Arrays.copyOf(windows, windows.length + 1);
        windows[windows.length - 1] = new Window(first, count, device);
    }

    @Override
    public int read(int port, int size) {
        Window window = find(port);
        if (size == 1) {
            return window == null ? 0xFF : window.device.read(port - window.first, 1) & 0xFF;
        }
        if (window != null && window.holds(port, size) && size <= window.device.width()) {
            return window.device.read(port - window.first, size);
        }
        int value = 0;
        for (int i = 0; i < size; i++) {
            value |= read(port + i & PORTS - 1, 1) << 8 * i;
        }
        return value;
    }

    @Override
    public void write(int port, int size, int value) {
        Window window = find(port);
        if (size == 1) {
            if (window != null) {
                window.device.write(port - window.first, 1, value & 0xFF);
            }
        } else if (window != null && window.holds(port, size) && size <= window.device.width()) {
            window.device.write(port - window.first, size, size == 2 ? value & 0xFFFF : value);
        } else {
            for (int i = 0; i < size; i++) {
                write(port + i & PORTS - 1, 1, value >>> 8 * i);
            }
        }
    }

    private Window find(int port) {
        for (Window window : windows) {
            if (window.holds(port, 1)) {
                return window;
            }
        }
        return null;
    }
}
