package ringspec.engine;

import java.util.Arrays;
import ringspec.memory.Frame;

/** Linear addresses before which an engine stops, whatever the address space; not architectural. */
public final class Breakpoints {

    /** No address; not to be added to. */
    static final Breakpoints NONE = new Breakpoints();

    private long[] sorted = {};
    /** One bit per page number modulo 64: tells at once of most addresses that they are not here. */
    private long pages;

    /** No address yet. */
    public Breakpoints() {
    }

    /** Adds an address, if it isn't here. */
    public void add(long linear) {
        if (!contains(linear)) {
            long[] more = Arrays.copyOf(sorted, sorted.length + 1);
            more[sorted.length] = linear;
            set(more);
        }
    }

    /** Takes an address away, if it is here. */
    public void remove(long linear) {
        set(Arrays.stream(sorted).filter(address -> address != linear).toArray());
    }

    /** Takes over another's addresses. */
    public void copyFrom(Breakpoints other) {
        set(other.sorted.clone());
    }

    private void set(long[] addresses) {
        Arrays.sort(addresses);
        sorted = addresses;
        pages = 0;
        for (long address : addresses) {
            pages |= pageBit(address);
        }
    }

    /** True if the address is one of them. */
    public boolean contains(long linear) {
        return mayBeNear(linear) && Arrays.binarySearch(sorted, linear) >= 0;
    }

    /** False if none lies in the page that contains the address; a few pages without any are taken for one, too. */
    boolean mayBeNear(long linear) {
        return (pages & pageBit(linear)) != 0;
    }

    private static long pageBit(long linear) {
        return 1L << (linear >>> Frame.SHIFT);
    }
}
