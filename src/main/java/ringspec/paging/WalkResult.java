package ringspec.paging;

/** What a page walk finds before anybody's rights are considered. */
public sealed interface WalkResult permits Translation, WalkResult.Missing {

    /**
     * The walk ended at an entry that is not present or has reserved bits set.
     *
     * @param level 4 (PML4E) to 1 (PTE)
     * @param entryAddress physical address of the entry
     * @param entry its value
     * @param reservedBits the reserved bits that are set; 0 means that P is clear
     */
    record Missing(int level, long entryAddress, long entry, long reservedBits) implements WalkResult {
    }
}
