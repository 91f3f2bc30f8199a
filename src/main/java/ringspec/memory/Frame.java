package ringspec.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One 4 KiB page frame of physical memory.
 *
 * <p>A frame that more than one machine refers to is immutable; {@link PhysicalMemory} copies it before the first write.
 */
public final class Frame {

    /** Bytes in a frame. */
    public static final int SIZE = 4096;

    /** log2 of {@link #SIZE}. */
    public static final int SHIFT = 12;

    /** Decoded guest code hangs on this frame: a write must discard it. */
    public static final int WATCH_CODE = 1;

    /** A page walk has read an entry from this frame: a write may make a cached translation stale. */
    public static final int WATCH_TABLE = 2;

    /** The line that MONITOR watches lies in this frame. */
    public static final int WATCH_MONITOR = 4;

    /** Little-endian 16-bit view of a frame's bytes. */
    public static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    /** Little-endian 32-bit view of a frame's bytes. */
    public static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Little-endian 64-bit view of a frame's bytes. */
    public static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** What a read finds where nothing answers; belongs to no memory and is never written. */
    public static final Frame ALL_ONES = new Frame();

    static {
        Arrays.fill(ALL_ONES.bytes, (byte) 0xFF);
    }

    /** The frame's content. */
    public final byte[] bytes;

    /** OR of the WATCH_ bits; only ever gains bits while the frame lives. */
    public int watch;

    /**
     * Whatever an engine derived from the content (decoded blocks), shared by all machines that share the frame; null if
     * nothing. Cleared before the content changes.
     */
    public Object decoded;

    /** The same for code of other sizes than 64 bits, so that 64-bit code is found without a look at the size. */
    public Object decodedLegacy;

    Frame() {
        this(new byte[SIZE]);
    }

    private Frame(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A private copy: the same content, still watched as a page table, without decoded code. */
    Frame copy() {
        Frame copy = new Frame(bytes.clone());
        copy.watch = watch & WATCH_TABLE;
        return copy;
    }
}
