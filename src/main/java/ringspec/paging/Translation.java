package ringspec.paging;

/**
 * A linear page's translation with the rights that all levels give together: what a page walk yields and a TLB caches
 * (SDM vol. 3A, 5.10.2.2). Immutable.
 */
public final class Translation implements WalkResult {

    /** The bit of an address that tells the halves of a 4-MByte page. */
    static final long HALF_4M = 1 << 21;

    private final long linear;
    private final long physical;
    private final int topLevel;
    private final boolean half;
    private final int leafLevel;
    private final boolean user;
    private final boolean writable;
    private final boolean noExecute;
    private final boolean global;
    private final boolean dirty;
    private final long[] entryAddresses;
    private final long[] entries;

    /**
     * @param linear any address in the page
     * @param leafLevel 1, 2 or 3
     * @param entryAddresses physical address of the entry used, by level - 1
     * @param entries the entries' values, by level - 1
     */
    Translation(long linear, int leafLevel, long[] entryAddresses, long[] entries, PagingMode mode) {
        long mask = -1L << PageTableEntry.shift(leafLevel);
        long all = -1;
        long any = 0;
        this.topLevel = mode.structure().levels();
        this.half = mode.structure() == PagingMode.Structure.BITS_32 && leafLevel == 2;
        for (int i = leafLevel - 1; i < topLevel; i++) {
            all &= entries[i];
            any |= entries[i];
        }
        long leaf = entries[leafLevel - 1];
        this.linear = linear & mask;
        this.physical = leaf & PageTableEntry.ADDRESS & mask | (half ? linear & HALF_4M : 0);
        this.leafLevel = leafLevel;
        this.user = (all & PageTableEntry.US) != 0;
        this.writable = (all & PageTableEntry.RW) != 0;
        this.noExecute = mode.nxe() && (any & PageTableEntry.NX) != 0;
        this.global = mode.pge() && (leaf & PageTableEntry.G) != 0;
        this.dirty = (leaf & PageTableEntry.D) != 0;
        this.entryAddresses = entryAddresses;
        this.entries = entries;
    }

    /** First linear address of the page, or of the cached half of a 4-MByte page. */
    public long linear() {
        return linear;
    }

    /** First physical address of the page. */
    public long physical() {
        return physical;
    }

    /** 12, 21 or 30. */
    public int pageShift() {
        return PageTableEntry.shift(leafLevel);
    }

    /** The level that the walk began with: 4, or 2 in PAE and 32-bit paging. */
    public int topLevel() {
        return topLevel;
    }

    /** True for half of a 4-MByte page of 32-bit paging: a processor may cache a page in pieces (SDM vol. 3A, 5.10.2.2). */
    boolean isHalf() {
        return half;
    }

    /** Bytes in the page: 4 KiB, 2 MiB or 1 GiB. */
    public long pageSize() {
        return 1L << pageShift();
    }

    /** The level whose entry maps the page: 1, 2 or 3. */
    public int leafLevel() {
        return leafLevel;
    }

    /** A user-mode address: U/S is set at every level. */
    public boolean user() {
        return user;
    }

    /** R/W is set at every level. */
    public boolean writable() {
        return writable;
    }

    /** XD is set at some level. */
    public boolean noExecute() {
        return noExecute;
    }

    /** A global page. */
    public boolean global() {
        return global;
    }

    /** D of the leaf was set when the walk read it. */
    public boolean dirty() {
        return dirty;
    }

    /** Physical address of the entry that was used at a level from {@link #leafLevel} to {@link #topLevel}. */
    public long entryAddress(int level) {
        return entryAddresses[level - 1];
    }

    /** The entry that was used at a level from {@link #leafLevel} to {@link #topLevel}. */
    public long entry(int level) {
        return entries[level - 1];
    }

    /** The entry that maps the page. */
    public long leaf() {
        return entries[leafLevel - 1];
    }

    /** The physical address that a linear address in this page stands for. */
    public long physicalOf(long address) {
        return physical | address & pageSize() - 1;
    }

    /** True if the linear address lies in this page. */
    public boolean covers(long address) {
        return (address & -1L << pageShift()) == linear;
    }

    /**
     * Whether the access is allowed (SDM vol. 3A, 5.6.1).
     *
     * @param kind what is done
     * @param privilege with what authority
     */
    public boolean permits(AccessKind kind, Privilege privilege, PagingMode mode) {
        if (mode.pkru() != 0 && isDeniedByKey(kind, privilege, mode)) {
            return false;
        }
        if (privilege == Privilege.USER) {
            return user && switch (kind) {
                case READ -> true;
                case WRITE -> writable;
                case FETCH -> !noExecute;
            };
        }
        boolean guarded = user && mode.smap() && privilege == Privilege.SUPERVISOR;
        return switch (kind) {
            case READ -> !guarded;
            case WRITE -> !guarded && (writable || !mode.wp());
            case FETCH -> !noExecute && !(user && mode.smep());
        };
    }

    /**
     * Whether PKRU denies the access, whatever else does: data accesses to user pages, also those of a supervisor (SDM vol. 3A,
     * 5.6.2).
     */
    public boolean isDeniedByKey(AccessKind kind, Privilege privilege, PagingMode mode) {
        if (!mode.pke() || !user || kind == AccessKind.FETCH) {
            return false;
        }
        int denied = mode.pkru() >>> 2 * protectionKey();
        boolean writeDenied = (denied & 2) != 0 && (privilege == Privilege.USER || mode.wp());
        return (denied & 1) != 0 || kind == AccessKind.WRITE && writeDenied;
    }

    /** The protection key, 0 to 15; it counts only with CR4.PKE. */
    public int protectionKey() {
        return (int) (leaf() >>> PageTableEntry.KEY_SHIFT) & 15;
    }

    /**
     * Whether a new walk gives the same physical address with at least these rights. A right that was only added needs no
     * invalidation (SDM vol. 3A, 5.10.4.3), one that was taken away does.
     *
     * @param now what a walk finds now
     * @param address the address that is used, in this page
     */
    public boolean isStillGivenBy(WalkResult now, long address, PagingMode mode) {
        if (mode.pke() && now instanceof Translation t && t.protectionKey() != protectionKey()) {
            return false;
        }
        return now instanceof Translation t && t.physicalOf(address) == physicalOf(address) && (t.user || !user)
                && (t.writable || !writable) && (!t.noExecute || noExecute);
    }

    @Override
    public String toString() {
        return "0x%016x..0x%016x -> 0x%x %s%s%s%s%s".formatted(linear, linear + pageSize() - 1, physical, user ? "U"
                : "S",
                writable ? "W" : "R", noExecute ? "" : "X", global ? " global" : "", dirty ? " dirty" : "");
    }
}
