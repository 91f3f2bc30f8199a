package ringspec.memory;

import java.util.Arrays;

/**
 * RAM from physical address 0 up. Frames are allocated when first written; {@link #fork} shares all of them copy-on-write.
 *
 * <p>Not thread-safe, but forks may be used by different threads at the same time.
 */
public final class PhysicalMemory {

    /** Told what caches over physical memory must know. */
    public interface Watcher {
        /**
         * From now on the frame number stands for another {@link Frame} with the same content (it was shared and got copied),
         * so references to the old one must be dropped.
         *
         * @param frameNumber physical address &gt;&gt;&gt; 12
         */
        void frameReplaced(int frameNumber);

        /** All frames became shared by {@link #fork}: none may be written in place until {@link #writableFrame} says so. */
        void framesShared();

        /**
         * A frame whose {@link Frame#watch} is not zero is about to be written.
         *
         * @param frameNumber physical address &gt;&gt;&gt; 12
         * @param offset first byte within the frame
         * @param length bytes
         * @param watch the frame's watch bits before this call
         */
        void beforeWrite(int frameNumber, int offset, int length, int watch);
    }

    private final Frame[] frames;
    private final boolean[] owned;
    private Watcher watcher;

    /**
     * @param size bytes of RAM, a positive multiple of 4096 up to 2^43
     */
    public PhysicalMemory(long size) {
        if (size <= 0 || size % Frame.SIZE != 0 || size >>> Frame.SHIFT > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "RAM size is 0x%x, expected a positive multiple of 0x1000 below 2^43".formatted(size));
        }
        this.frames = new Frame[(int) (size >>> Frame.SHIFT)];
        this.owned = new boolean[frames.length];
        Arrays.fill(frames, new Frame());
    }

    private PhysicalMemory(Frame[] frames) {
        this.frames = frames;
        this.owned = new boolean[frames.length];
    }

    /** Installs the one watcher. */
    public void watchWith(Watcher listener) {
        this.watcher = listener;
    }

    /** RAM in bytes. */
    public long size() {
        return (long) frames.length << Frame.SHIFT;
    }

    /** Number of frames. */
    public int frameCount() {
        return frames.length;
    }

    /** True if the whole range lies in RAM. */
    public boolean contains(long physical, long length) {
        return physical >= 0 && length >= 0 && physical <= size() - length;
    }

    /** The frame for reading; its bytes must not be changed. */
    public Frame frame(int frameNumber) {
        return frames[frameNumber];
    }

    /**
     * The frame for writing, copied first if it is shared. The caller must write only through
     * {@link #aboutToWrite} when {@link Frame#watch} is not zero.
     */
    public Frame writableFrame(int frameNumber) {
        if (!owned[frameNumber]) {
            frames[frameNumber] = frames[frameNumber].copy();
            owned[frameNumber] = true;
            if (watcher != null) {
                watcher.frameReplaced(frameNumber);
            }
        }
        return frames[frameNumber];
    }

    /** Announces a write to the watcher if the frame is watched, and returns the frame, ready for it. */
    public Frame aboutToWrite(int frameNumber, int offset, int length) {
        Frame frame = writableFrame(frameNumber);
        if (frame.watch != 0) {
            if (watcher != null) {
                watcher.beforeWrite(frameNumber, offset, length, frame.watch);
            }
            frame.decoded = null;
            frame.decodedLegacy = null;
        }
        return frame;
    }

    /** Reads one byte, zero-extended. */
    public int read8(long physical) {
        return frames[index(physical)].bytes[offset(physical)] & 0xFF;
    }

    /** Reads an aligned 32-bit little-endian value. */
    public int read32(long physical) {
        return (int) Frame.INT.get(frames[index(physical)].bytes, offset(physical));
    }

    /** Reads an aligned or unaligned 64-bit little-endian value. */
    public long read64(long physical) {
        if (offset(physical) <= Frame.SIZE - 8) {
            return (long) Frame.LONG.get(frames[index(physical)].bytes, offset(physical));
        }
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | read8(physical + i);
        }
        return value;
    }

    /** Writes one byte. */
    public void write8(long physical, int value) {
        aboutToWrite(index(physical), offset(physical), 1).bytes[offset(physical)] = (byte) value;
    }

    /** Writes an aligned 32-bit little-endian value. */
    public void write32(long physical, int value) {
        Frame frame = aboutToWrite(index(physical), offset(physical), 4);
        Frame.INT.set(frame.bytes, offset(physical), value);
    }

    /** Writes an aligned or unaligned 64-bit little-endian value. */
    public void write64(long physical, long value) {
        if (offset(physical) <= Frame.SIZE - 8) {
            Frame frame = aboutToWrite(index(physical), offset(physical), 8);
            Frame.LONG.set(frame.bytes, offset(physical), value);
            return;
        }
        for (int i = 0; i < 8; i++) {
            write8(physical + i, (int) (value >>> 8 * i));
        }
    }

    /** Copies bytes out of RAM; the range may span frames. */
    public byte[] read(long physical, int length) {
        check(physical, length);
        byte[] result = new byte[length];
        for (int done = 0; done < length;) {
            int chunk = Math.min(length - done, Frame.SIZE - offset(physical + done));
            System.arraycopy(frames[index(physical + done)].bytes, offset(physical + done), result, done, chunk);
            done += chunk;
        }
        return result;
    }

    /** Copies bytes into RAM; the range may span frames. */
    public void write(long physical, byte[] source, int from, int length) {
        check(physical, length);
        for (int done = 0; done < length;) {
            int at = offset(physical + done);
            int chunk = Math.min(length - done, Frame.SIZE - at);
            Frame frame = aboutToWrite(index(physical + done), at, chunk);
            System.arraycopy(source, from + done, frame.bytes, at, chunk);
            done += chunk;
        }
    }

    /** Sets a range to one byte value. */
    public void fill(long physical, long length, int value) {
        check(physical, length);
        for (long done = 0; done < length;) {
            int at = offset(physical + done);
            int chunk = (int) Math.min(length - done, Frame.SIZE - at);
            Frame frame = aboutToWrite(index(physical + done), at, chunk);
            Arrays.fill(frame.bytes, at, at + chunk, (byte) value);
            done += chunk;
        }
    }

    /**
     * A second memory with the same content. Both share every frame from now on and copy it before writing.
     */
    public PhysicalMemory fork() {
        share();
        return new PhysicalMemory(frames.clone());
    }

    /**
     * Takes over the content of another memory of the same size; both share every frame from now on. Whoever caches frames of
     * this memory must drop them all.
     */
    public void shareFrom(PhysicalMemory other) {
        if (other.frames.length != frames.length) {
            throw new IllegalArgumentException("RAM of 0x%x bytes can't take over one of 0x%x".formatted(size(),
                    other.size()));
        }
        System.arraycopy(other.frames, 0, frames, 0, frames.length);
        share();
        other.share();
    }

    private void share() {
        Arrays.fill(owned, false);
        if (watcher != null) {
            watcher.framesShared();
        }
    }

    private void check(long physical, long length) {
        if (!contains(physical, length)) {
            throw new IndexOutOfBoundsException(
                    "physical range 0x%x+0x%x is outside RAM of 0x%x bytes".formatted(physical, length, size()));
        }
    }

    private static int index(long physical) {
        return (int) (physical >>> Frame.SHIFT);
    }

    private static int offset(long physical) {
        return (int) physical & Frame.SIZE - 1;
    }
}
