package ringspec.paging;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import ringspec.memory.PhysicalMemory;

/**
 * A page walk told step by step, for reports and debuggers. Looking changes nothing: neither accessed nor dirty bits nor the
 * TLB.
 *
 * @param cr3 the root that was walked from
 * @param linear the address that was looked up
 * @param steps the entries that were read, PML4E first
 * @param result what the walk found
 */
public record Walk(long cr3, long linear, List<Step> steps, WalkResult result) {

    /**
     * One entry on the way.
     *
     * @param level 4 (PML4E) to 1 (PTE)
     * @param index which of its table's entries
     * @param address physical address of the entry
     * @param entry its value
     */
    public record Step(int level, int index, long address, long entry) {

        @Override
        public String toString() {
            return "%-5s[%3d] at 0x%09x = 0x%016x  %s".formatted(PageTableEntry.name(level), index, address, entry,
                    PageTableEntry.describe(level, entry));
        }
    }

    /**
     * Walks without side effects.
     *
     * @param cr3 any root, not only the one that the processor uses
     */
    public static Walk of(PhysicalMemory ram, long cr3, long linear, PagingMode mode) {
        PageWalker walker = new PageWalker(ram);
        WalkResult result = walker.walk(cr3, linear, mode);
        int last = switch (result) {
            case WalkResult.Missing missing -> missing.level();
            case Translation translation -> translation.leafLevel();
        };
        List<Step> steps = new ArrayList<>();
        PagingMode.Structure structure = mode.structure();
        long table = cr3 & PageTableEntry.ADDRESS;
        int first = structure.levels();
        if (structure == PagingMode.Structure.PAE) {
            // The four PDPTEs, which lie at any multiple of 32 bytes.
            table = cr3 & 0xFFFF_FFE0L;
            first = 3;
        }
        for (int level = first; level >= last; level--) {
            int index = index(structure, linear, level);
            long address = table + (long) structure.entrySize() * index;
            long entry = structure.entrySize() == 4 ? walker.read32(address) : walker.read(address);
            steps.add(new Step(level, index, address, entry));
            table = entry & PageTableEntry.ADDRESS;
        }
        return new Walk(cr3, linear, List.copyOf(steps), result);
    }

    private static int index(PagingMode.Structure structure, long linear, int level) {
        if (structure == PagingMode.Structure.BITS_32) {
            return (int) (linear >>> (level == 2 ? PageTableEntry.SHIFT_4M : 12)) & 1023;
        }
        boolean pdpte = structure == PagingMode.Structure.PAE && level == 3;
        return PageTableEntry.index(linear, level) & (pdpte ? 3 : 511);
    }

    /** True if the address has a physical address at all. */
    public boolean isMapped() {
        return result instanceof Translation;
    }

    /** The physical address that the linear one stands for; -1 if it isn't mapped. */
    public long physical() {
        return result instanceof Translation translation ? translation.physicalOf(linear) : -1;
    }

    /**
     * Why an access succeeds or faults, in words.
     *
     * @param mode the mode of the walk
     */
    public String verdict(AccessKind kind, Privilege privilege, PagingMode mode) {
        int code = PageWalker.faultCode(result, kind, privilege, mode);
        String access = "%s by %s".formatted(kind, privilege).toLowerCase(Locale.ROOT).replace('_', '+');
        if (code < 0) {
            return "%s: allowed, physical address 0x%x".formatted(access, physical());
        }
        return "%s: #PF(0x%x), %s".formatted(access, code, reason(kind, privilege, mode));
    }

    private String reason(AccessKind kind, Privilege privilege, PagingMode mode) {
        if (result instanceof WalkResult.Missing missing) {
            String name = PageTableEntry.name(missing.level());
            return missing.reservedBits() == 0 ? "P is 0 in the " + name
                    : "reserved bits 0x%x are set in the %s".formatted(missing.reservedBits(), name);
        }
        Translation page = (Translation) result;
        if (privilege == Privilege.USER && !page.user()) {
            return "U/S is 0 in the " + culprits(PageTableEntry.US, false, mode);
        }
        if (page.isDeniedByKey(kind, privilege, mode)) {
            return "PKRU 0x%08x denies it for protection key %d".formatted(mode.pkru(), page.protectionKey());
        }
        if (kind == AccessKind.FETCH) {
            return page.noExecute() ? "XD is 1 in the " + culprits(PageTableEntry.NX, true, mode)
                    : "CR4.SMEP forbids a supervisor fetch from a user page";
        }
        if (privilege == Privilege.SUPERVISOR && page.user() && mode.smap()) {
            return "CR4.SMAP forbids a supervisor access to a user page while RFLAGS.AC is 0";
        }
        return "R/W is 0 in the " + culprits(PageTableEntry.RW, false, mode);
    }

    private String culprits(long bit, boolean set, PagingMode mode) {
        // The PDPTEs of PAE paging give no rights.
        return String.join(" and the ", steps.stream().filter(step -> step.level() <= mode.structure().levels())
                .filter(step -> (step.entry() & bit) != 0 == set)
                .map(step -> PageTableEntry.name(step.level())).toList());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("0x%016x from CR3 0x%x\n".formatted(linear, cr3));
        steps.forEach(step -> text.append("  ").append(step).append('\n'));
        return text.append("  => ").append(isMapped() ? "0x%x".formatted(physical()) : "not mapped").toString();
    }
}
