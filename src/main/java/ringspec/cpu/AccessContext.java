package ringspec.cpu;

import ringspec.memory.Frame;

/** The page caches of one {@link ringspec.paging.Privilege}. */
final class AccessContext {

    /** Takes the long way always. */
    static final AccessContext NONE = new AccessContext(PageCache.NONE, PageCache.NONE, PageCache.NONE);

    final PageCache reads;
    final PageCache writes;
    final PageCache fetches;

    AccessContext() {
        this(new PageCache(), new PageCache(), new PageCache());
    }

    private AccessContext(PageCache reads, PageCache writes, PageCache fetches) {
        this.reads = reads;
        this.writes = writes;
        this.fetches = fetches;
    }

    void clear() {
        reads.clear();
        writes.clear();
        fetches.clear();
    }

    void dropPage(long linear, int shift) {
        reads.dropPage(linear, shift);
        writes.dropPage(linear, shift);
        fetches.dropPage(linear, shift);
    }

    void dropFrame(int frameNumber) {
        reads.dropFrame(frameNumber);
        writes.dropFrame(frameNumber);
        fetches.dropFrame(frameNumber);
    }

    /** The frame got watched: writes to it must be announced. */
    void dropWrites(Frame frame) {
        writes.dropFrame(frame);
    }
}
