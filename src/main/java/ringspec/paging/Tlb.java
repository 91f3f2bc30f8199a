package ringspec.paging;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * Cached translations, kept as long as the architecture allows (SDM vol. 3A, 5.10.2 to 5.10.4): nothing is dropped but by
 * INVLPG, a MOV to a control register or a page fault, so that software that forgets an invalidation is found out every time
 * instead of sometimes. There are no paging-structure caches: a translation that isn't cached is walked from CR3.
 *
 * <p>The architecture lets software change tables without invalidating when rights are only added. So a cached translation
 * whose tables were written is <em>suspect</em> rather than wrong: whoever uses it next should compare it with the tables.
 */
public final class Tlb {

    /** Translations that are kept; beyond that the one that was cached first is dropped. */
    public static final int CAPACITY = 8192;

    /** Stands for the process-context identifier in keys of global translations. */
    private static final int GLOBAL = 1 << 12;
    private static final int TAG_SHIFT = 48;
    private static final long ADDRESS_BITS = (1L << 48) - 1;

    /** A cached translation. */
    public static final class Slot {
        private final Translation translation;
        /** The walk that gave the translation last: a global one may be given by another CR3's tables, too. */
        private Translation witness;
        private long root;
        private boolean tablesWritten;

        private Slot(Translation translation, Translation witness, long root, boolean tablesWritten) {
            this.translation = translation;
            this.witness = witness;
            this.root = root;
            this.tablesWritten = tablesWritten;
        }

        /** What is cached. */
        public Translation translation() {
            return translation;
        }

        /**
         * True if the tables may say something else by now: an entry that the walk used was written, or the translation is
         * global and came from another CR3 than the given one.
         */
        public boolean isSuspect(long cr3) {
            return tablesWritten || root != cr3;
        }

        /**
         * The translation was compared with the tables and is what they give.
         *
         * @param cr3 where the comparing walk began
         * @param walked what it found
         */
        public void confirmed(long cr3, Translation walked) {
            witness = walked;
            root = cr3;
            tablesWritten = false;
        }
    }

    private final Map<Long, Slot> slots = new LinkedHashMap<>();
    private int globals;
    private int largePages;

    /**
     * The cached translation for a linear address, or null. Smaller pages come first; global translations count whatever the
     * process-context identifier (SDM vol. 3A, 5.10.2.4).
     *
     * @param pcid the current process-context identifier, 0 without CR4.PCIDE
     */
    public Slot find(long linear, int pcid) {
        int levels = largePages == 0 ? 1 : 3;
        for (int level = 1; level <= levels; level++) {
            Slot slot = slots.get(key(linear, level, pcid));
            if (slot == null && globals != 0) {
                slot = slots.get(key(linear, level, GLOBAL));
            }
            if (slot != null) {
                return slot;
            }
        }
        return null;
    }

    /**
     * Caches what a walk from {@code cr3} yielded.
     *
     * @param pcid the current process-context identifier, 0 without CR4.PCIDE
     * @return the translation that had to make room, or null
     */
    public Translation insert(Translation translation, long cr3, int pcid) {
        long key = key(translation.linear(), translation.leafLevel(), translation.global() ? GLOBAL : pcid);
        forgotten(slots.remove(key));
        Translation evicted = null;
        if (slots.size() >= CAPACITY) {
            Long eldest = slots.keySet().iterator().next();
            evicted = slots.get(eldest).translation;
            forgotten(slots.remove(eldest));
        }
        slots.put(key, new Slot(translation, translation, cr3, false));
        globals += translation.global() ? 1 : 0;
        largePages += translation.leafLevel() > 1 ? 1 : 0;
        return evicted;
    }

    /**
     * Drops what is cached for the page that contains an address, whatever its size, for one process-context identifier.
     *
     * @param pcid 0 to 4095
     * @param globalToo also global translations
     * @param dropped told of each
     */
    public void invalidate(long linear, int pcid, boolean globalToo, Consumer<Translation> dropped) {
        for (int level = 1; level <= (largePages == 0 ? 1 : 3); level++) {
            remove(key(linear, level, pcid), dropped);
            if (globalToo && globals != 0) {
                remove(key(linear, level, GLOBAL), dropped);
            }
        }
        // The other half of a 4-MByte page; it is there in one context only, since 32-bit paging has no identifiers.
        long otherHalf = linear ^ Translation.HALF_4M;
        for (int context : new int[]{pcid, GLOBAL}) {
            Slot other = largePages == 0 ? null : slots.get(key(otherHalf, 2, context));
            if (other != null && other.translation.isHalf()) {
                remove(key(otherHalf, 2, context), dropped);
            }
        }
    }

    private void remove(long key, Consumer<Translation> dropped) {
        Slot slot = slots.remove(key);
        if (slot != null) {
            forgotten(slot);
            dropped.accept(slot.translation);
        }
    }

    /** Drops all translations of a process-context identifier that are not global. */
    public void invalidateContext(int pcid) {
        removeKeys(key -> (int) (key >>> TAG_SHIFT) == pcid);
    }

    /** Drops all translations that are not global, whatever their process-context identifier. */
    public void invalidateNonGlobal() {
        removeKeys(key -> (int) (key >>> TAG_SHIFT) != GLOBAL);
    }

    private void removeKeys(LongPredicate chosen) {
        slots.entrySet().removeIf(entry -> {
            boolean drop = chosen.test(entry.getKey());
            if (drop) {
                forgotten(entry.getValue());
            }
            return drop;
        });
    }

    /** Drops all translations. */
    public void invalidateAll() {
        slots.clear();
        globals = 0;
        largePages = 0;
    }

    /**
     * Bytes of a page table are about to change: what was walked through them becomes suspect.
     *
     * @param physical first byte that is written
     * @param length bytes
     * @param suspected told of each translation that became suspect
     */
    public void tableWritten(long physical, int length, Consumer<Translation> suspected) {
        for (Slot slot : slots.values()) {
            if (!slot.tablesWritten && uses(slot.witness, physical, length)) {
                slot.tablesWritten = true;
                suspected.accept(slot.translation);
            }
        }
    }

    private static boolean uses(Translation translation, long physical, int length) {
        for (int level = translation.leafLevel(); level <= translation.topLevel(); level++) {
            long entry = translation.entryAddress(level);
            if (entry < physical + length && physical < entry + 8) {
                return true;
            }
        }
        return false;
    }

    /** All cached translations, the oldest first. */
    public List<Translation> translations() {
        List<Translation> all = new ArrayList<>(slots.size());
        for (Slot slot : slots.values()) {
            all.add(slot.translation);
        }
        return all;
    }

    /** Takes over another TLB's content. */
    public void copyFrom(Tlb other) {
        slots.clear();
        other.slots.forEach((key, slot) -> slots.put(key, new Slot(slot.translation, slot.witness, slot.root,
                slot.tablesWritten)));
        globals = other.globals;
        largePages = other.largePages;
    }

    private void forgotten(Slot slot) {
        if (slot != null) {
            globals -= slot.translation.global() ? 1 : 0;
            largePages -= slot.translation.leafLevel() > 1 ? 1 : 0;
        }
    }

    /**
     * Canonical addresses are told apart by bits 47:0, so that there is room for a tag above and for the level below.
     *
     * @param tag a process-context identifier or {@link #GLOBAL}
     */
    private static long key(long linear, int level, int tag) {
        int shift = PageTableEntry.shift(level);
        return (linear & ADDRESS_BITS) >>> shift << shift | level | (long) tag << TAG_SHIFT;
    }
}
