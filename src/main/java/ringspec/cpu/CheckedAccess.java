package ringspec.cpu;

import ringspec.memory.Frame;
import ringspec.paging.AccessKind;
import ringspec.paging.Privilege;
import ringspec.trace.TraceEvent;

/**
 * The long way of a data access: every check in the processor's order (canonical, alignment, translation of each page), then
 * the bytes in RAM or on the memory-mapped bus, then the trace.
 */
final class CheckedAccess {

    private static final long PAGE = -Frame.SIZE;
    private static final int OFFSET = Frame.SIZE - 1;

    private final Cpu cpu;
    private final AddressTranslation translation;

    CheckedAccess(Cpu cpu, AddressTranslation translation) {
        this.cpu = cpu;
        this.translation = translation;
    }

    static void requireCanonical(long linear, int size) {
        // The whole operand is looked at before any of it is translated.
        if (!Cpu.isCanonical(linear) || !Cpu.isCanonical(linear + size - 1)) {
            throw Fault.nonCanonical(linear);
        }
    }

    /** @param aligned whether the range is one operand, to which the alignment check applies */
    void prepare(long linear, int size, AccessKind kind, Privilege as, boolean aligned) {
        requireCanonical(linear, size);
        if (aligned && as == Privilege.USER) {
            requireAligned(linear, naturalAlignment(size));
        }
        long last = linear + size - 1;
        translation.translate(linear, kind, as);
        if (crosses(linear, last)) {
            translation.translate(last & PAGE, kind, as);
        }
    }

    private static boolean crosses(long first, long last) {
        return ((first ^ last) & PAGE) != 0;
    }

    /** Wider operands have checks of their own, which depend on the vendor. */
    private static int naturalAlignment(int size) {
        return size == 2 || size == 4 || size == 8 ? size : size == 10 ? 8 : 1;
    }

    /** #AC comes before any page fault, as the whole operand is looked at first. */
    void requireAligned(long linear, int size) {
        if ((linear & size - 1) != 0 && translation.checksAlignment()) {
            throw Fault.of(Vector.AC, 0);
        }
    }

    long read(long linear, int size, Privilege as) {
        requireCanonical(linear, size);
        if (as == Privilege.USER) {
            requireAligned(linear, size);
        }
        long last = linear + size - 1;
        long first = translation.translate(linear, AccessKind.READ, as);
        long value;
        if (crosses(linear, last)) {
            long second = translation.translate(last & PAGE, AccessKind.READ, as);
            int inFirst = Frame.SIZE - ((int) linear & OFFSET);
            value = readBytes(first, inFirst) | readBytes(second, size - inFirst) << 8 * inFirst;
        } else {
            value = readPhysical(first, size);
        }
        if (cpu.trace.detail) {
            cpu.emit(new TraceEvent.MemoryRead(linear, size, cpu.cpl()));
        }
        return value;
    }

    void write(long linear, int size, long value, Privilege as) {
        requireCanonical(linear, size);
        if (as == Privilege.USER) {
            requireAligned(linear, size);
        }
        long last = linear + size - 1;
        long first = translation.translate(linear, AccessKind.WRITE, as);
        if (crosses(linear, last)) {
            long second = translation.translate(last & PAGE, AccessKind.WRITE, as);
            int inFirst = Frame.SIZE - ((int) linear & OFFSET);
            writeBytes(first, inFirst, value);
            writeBytes(second, size - inFirst, value >>> 8 * inFirst);
        } else {
            writePhysical(first, size, value);
        }
        if (cpu.trace.detail) {
            cpu.emit(new TraceEvent.MemoryWrite(linear, size, cpu.cpl()));
        }
    }

    private long readBytes(long physical, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | readPhysical(physical + i, 1);
        }
        return value;
    }

    private void writeBytes(long physical, int count, long value) {
        for (int i = 0; i < count; i++) {
            writePhysical(physical + i, 1, value >>> 8 * i);
        }
    }

    /** Reads within one frame. */
    private long readPhysical(long physical, int size) {
        if (!cpu.ram.contains(physical, size)) {
            return cpu.mmio.read(physical, size);
        }
        byte[] bytes = cpu.ram.frame((int) (physical >>> Frame.SHIFT)).bytes;
        int offset = (int) physical & OFFSET;
        return switch (size) {
            case 1 -> bytes[offset] & 0xFF;
            case 2 -> (short) Frame.SHORT.get(bytes, offset) & 0xFFFF;
            case 4 -> (int) Frame.INT.get(bytes, offset) & 0xFFFF_FFFFL;
            case 8 -> (long) Frame.LONG.get(bytes, offset);
            default -> throw badSize(size);
        };
    }

    /** Writes within one frame. */
    private void writePhysical(long physical, int size, long value) {
        if (!cpu.ram.contains(physical, size)) {
            cpu.mmio.write(physical, size, value);
            return;
        }
        int offset = (int) physical & OFFSET;
        byte[] bytes = cpu.ram.aboutToWrite((int) (physical >>> Frame.SHIFT), offset, size).bytes;
        switch (size) {
            case 1 -> bytes[offset] = (byte) value;
            case 2 -> Frame.SHORT.set(bytes, offset, (short) value);
            case 4 -> Frame.INT.set(bytes, offset, (int) value);
            case 8 -> Frame.LONG.set(bytes, offset, value);
            default -> throw badSize(size);
        }
    }

    static IllegalArgumentException badSize(int size) {
        return new IllegalArgumentException("an access has 1, 2, 4 or 8 bytes, not " + size);
    }
}
