package ringspec.cpu;

import java.util.Arrays;

import ringspec.memory.Frame;

/**
 * Host-side shortcut for one kind of access in one privilege context: a direct-mapped table from linear page to the frame's
 * bytes. Not architectural: whatever is in here is allowed, needs no trace event, no accessed or dirty bit and no watcher.
 */
final class PageCache {

    /** Never filled: what a context uses when every access must take the long way. */
    static final PageCache NONE = new PageCache();

    private static final int SLOTS = 256;
    private static final long PAGE = -Frame.SIZE;
    /** Not a page address, so it equals none. */
    private static final long EMPTY = 1;

    private final long[] tags = new long[SLOTS];
    private final byte[][] pages = new byte[SLOTS][];
    private final Frame[] frames = new Frame[SLOTS];
    private final int[] frameNumbers = new int[SLOTS];
    private boolean used;

    PageCache() {
        Arrays.fill(tags, EMPTY);
    }

    /**
     * The bytes of the page, or null if it isn't here or the access reaches into the next page: its tag never lies in this
     * page's slot.
     *
     * @param linear first byte
     * @param reach distance to the last byte, 0 to 4095
     */
    byte[] page(long linear, int reach) {
        int slot = (int) (linear >>> Frame.SHIFT) & SLOTS - 1;
        return tags[slot] == (linear + reach & PAGE) ? pages[slot] : null;
    }

    /** The page's frame, or null. */
    Frame frame(long linear) {
        int slot = (int) (linear >>> Frame.SHIFT) & SLOTS - 1;
        return tags[slot] == (linear & PAGE) ? frames[slot] : null;
    }

    void put(long linear, int frameNumber, Frame frame) {
        int slot = (int) (linear >>> Frame.SHIFT) & SLOTS - 1;
        tags[slot] = linear & PAGE;
        pages[slot] = frame.bytes;
        frames[slot] = frame;
        frameNumbers[slot] = frameNumber;
        used = true;
    }

    void clear() {
        if (used) {
            Arrays.fill(tags, EMPTY);
            used = false;
        }
    }

    /** Drops what lies in a linear page of 2^shift bytes. */
    void dropPage(long linear, int shift) {
        if (!used) {
            return;
        }
        if (shift == Frame.SHIFT) {
            int slot = (int) (linear >>> Frame.SHIFT) & SLOTS - 1;
            if (tags[slot] == (linear & PAGE)) {
                tags[slot] = EMPTY;
            }
            return;
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            if (tags[slot] != EMPTY && (tags[slot] ^ linear) >>> shift == 0) {
                tags[slot] = EMPTY;
            }
        }
    }

    /** Drops whatever refers to a frame number. */
    void dropFrame(int frameNumber) {
        if (!used) {
            return;
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            if (frameNumbers[slot] == frameNumber) {
                tags[slot] = EMPTY;
            }
        }
    }

    /** Drops whatever refers to a frame. */
    void dropFrame(Frame frame) {
        if (!used) {
            return;
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            if (frames[slot] == frame) {
                tags[slot] = EMPTY;
            }
        }
    }
}
