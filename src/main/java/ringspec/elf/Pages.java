package ringspec.elf;

/** Arithmetic on 4 KiB pages, for addresses below the canonical limit. */
final class Pages {
    static final long SIZE = 4096;

    private Pages() {
    }

    static long floor(long address) {
        return address & -SIZE;
    }

    static long ceiling(long address) {
        return floor(address + SIZE - 1);
    }
}
