package ringspec.cpu;

import java.util.BitSet;

import ringspec.memory.Frame;
import ringspec.memory.PhysicalMemory;
import ringspec.paging.AccessKind;
import ringspec.paging.PageTableEntry;
import ringspec.paging.PageWalker;
import ringspec.paging.PagingMode;
import ringspec.paging.Privilege;
import ringspec.paging.Tlb;
import ringspec.paging.Translation;
import ringspec.paging.WalkResult;
import ringspec.trace.TraceEvent;

/**
 * From linear to physical addresses: the TLB before the page walk, and the page caches before the TLB, kept coherent with
 * both and with RAM.
 *
 * <p>Where the architecture leaves a choice:
 * <ul>
 * <li>An access that a cached translation forbids is walked anew and faults only if the tables forbid it, too: adding a right
 * needs no invalidation (SDM vol. 3A, 5.10.4.3 allows both).
 * <li>So is the first write through a translation that was cached with D = 0.
 * <li>A page fault drops what was cached for the address (SDM vol. 3A, 5.10.4.1).
 * </ul>
 */
final class AddressTranslation implements PhysicalMemory.Watcher {

    private static final long CR0_BITS = ControlRegisters.CR0_PG | ControlRegisters.CR0_WP | ControlRegisters.CR0_AM;
    private static final long CR4_BITS = ControlRegisters.CR4_SMEP | ControlRegisters.CR4_SMAP
            | ControlRegisters.CR4_PGE | ControlRegisters.CR4_PKE | ControlRegisters.CR4_PAE | ControlRegisters.CR4_PSE;
    private static final long EFER_BITS = ControlRegisters.EFER_NXE | ControlRegisters.EFER_LMA;
    /** CPUID.80000001H:EDX[26], Page1GB. */
    private static final int PAGE_1GB = 1 << 26;

    private final Cpu cpu;
    private final PageWalker walker;
    private final Tlb tlb = new Tlb();
    private final AccessContext[] contexts = new AccessContext[Privilege.values().length];
    /** Frames that translations were walked through; kept here, too, since machines on several threads share frames. */
    private BitSet tableFrames = new BitSet();
    private boolean markingUsed;
    /** The control bits that {@link #mode} was made of; none of CR0's, CR4's and EFER's coincide. */
    private long control = -1;
    private int pkru;
    private PagingMode mode;

    AddressTranslation(Cpu cpu) {
        this.cpu = cpu;
        this.walker = new PageWalker(cpu.ram);
        for (int i = 0; i < contexts.length; i++) {
            contexts[i] = new AccessContext();
        }
        cpu.ram.watchWith(this);
    }

    /** How tables are read and rights judged now. */
    PagingMode mode() {
        refreshMode();
        return mode;
    }

    Tlb tlb() {
        return tlb;
    }

    /** The page caches that accesses of a privilege may use now. */
    AccessContext context(Privilege privilege) {
        refreshMode();
        boolean longWay = cpu.trace.detail || privilege == Privilege.USER && checksAlignment();
        return longWay ? AccessContext.NONE : contexts[privilege.ordinal()];
    }

    /** With what authority the current CPL and RFLAGS.AC make explicit accesses. */
    Privilege privilege() {
        if (cpu.cpl() == 3) {
            return Privilege.USER;
        }
        return cpu.flags.has(Rflags.AC) ? Privilege.SUPERVISOR_AC : Privilege.SUPERVISOR;
    }

    /** True if a misaligned explicit access at the current CPL raises #AC. */
    boolean checksAlignment() {
        return cpu.cpl() == 3 && (cpu.cr0 & ControlRegisters.CR0_AM) != 0 && cpu.flags.has(Rflags.AC);
    }

    /**
     * Translates a canonical address for an access, with all its effects on tables and TLB.
     *
     * @throws Fault #PF
     */
    long translate(long linear, AccessKind kind, Privilege privilege) {
        refreshMode();
        if ((control & ControlRegisters.CR0_PG) == 0) {
            long physical = linear & 0xFFFF_FFFFL;
            remember(linear, physical, kind, privilege);
            return physical;
        }
        Tlb.Slot slot = tlb.find(linear, pcid());
        if (slot != null) {
            Translation cached = slot.translation();
            if (cached.permits(kind, privilege, mode) && (kind != AccessKind.WRITE || cached.dirty())) {
                long physical = cached.physicalOf(linear);
                if (!slot.isSuspect(cpu.cr3) || confirm(slot, linear)) {
                    remember(linear, physical, kind, privilege);
                }
                return physical;
            }
        }
        long physical = walk(linear, kind, privilege).physicalOf(linear);
        remember(linear, physical, kind, privilege);
        return physical;
    }

    private WalkResult walkTables(long linear) {
        return mode.structure() == PagingMode.Structure.PAE
                ? walker.walkPae(cpu.pdptes[(int) (linear >>> 30) & 3], linear, mode)
                : walker.walk(cpu.cr3, linear, mode);
    }

    private Translation walk(long linear, AccessKind kind, Privilege privilege) {
        forget(linear);
        WalkResult result = walkTables(linear);
        int code = PageWalker.faultCode(result, kind, privilege, mode);
        if (code >= 0) {
            throw Fault.page(linear, code);
        }
        markingUsed = true;
        Translation used = walker.markUsed((Translation) result, kind == AccessKind.WRITE, mode, this::entryChanged);
        markingUsed = false;
        watchTables(used);
        Translation evicted = tlb.insert(used, cpu.cr3, pcid());
        if (evicted != null) {
            drop(evicted);
        }
        return used;
    }

    /** Compares a suspect translation with the tables; tells the trace and returns false if it is stale. */
    private boolean confirm(Tlb.Slot slot, long linear) {
        WalkResult now = walkTables(linear);
        Translation cached = slot.translation();
        if (cached.isStillGivenBy(now, linear, mode)) {
            // A large page that was split is the same here but may not be so elsewhere in the page.
            Translation walked = (Translation) now;
            if (walked.leafLevel() == cached.leafLevel()) {
                watchTables(walked);
                slot.confirmed(cpu.cr3, walked);
                return true;
            }
            return false;
        }
        long entry = switch (now) {
            case WalkResult.Missing missing -> missing.entry();
            case Translation translation -> translation.leaf();
        };
        cpu.emit(new TraceEvent.TlbStaleUse(linear, cached.physicalOf(linear), entry));
        return false;
    }

    private void entryChanged(long entryAddress, long before, long after) {
        if (cpu.trace.detail) {
            cpu.emit(new TraceEvent.PageWalkWrite(entryAddress, before, after));
        }
    }

    private void watchTables(Translation translation) {
        for (int level = translation.leafLevel(); level <= translation.topLevel(); level++) {
            if (!cpu.ram.contains(translation.entryAddress(level), 8)) {
                continue;
            }
            int number = (int) (translation.entryAddress(level) >>> Frame.SHIFT);
            Frame frame = cpu.ram.frame(number);
            if (!tableFrames.get(number) || (frame.watch & Frame.WATCH_TABLE) == 0) {
                tableFrames.set(number);
                watch(frame, Frame.WATCH_TABLE);
            }
        }
    }

    /** Sets a watch bit, so that writes to the frame no longer go unannounced. */
    void watch(Frame frame, int bit) {
        frame.watch |= bit;
        for (AccessContext context : contexts) {
            context.dropWrites(frame);
        }
    }

    private void remember(long linear, long physical, AccessKind kind, Privilege privilege) {
        if (cpu.trace.detail || !cpu.ram.contains(physical, 1)) {
            return;
        }
        if (kind != AccessKind.FETCH && DebugConditions.any(cpu) && DebugConditions.guardsPage(cpu, linear)) {
            return;
        }
        int number = (int) (physical >>> Frame.SHIFT);
        AccessContext context = contexts[privilege.ordinal()];
        switch (kind) {
            case READ -> context.reads.put(linear, number, cpu.ram.frame(number));
            case FETCH -> context.fetches.put(linear, number, cpu.ram.frame(number));
            case WRITE -> {
                Frame frame = cpu.ram.writableFrame(number);
                if (frame.watch == 0) {
                    context.writes.put(linear, number, frame);
                }
            }
        }
    }

    private void refreshMode() {
        long now = cpu.cr0 & CR0_BITS | cpu.cr4 & CR4_BITS | cpu.efer & EFER_BITS;
        if (now == control && cpu.pkru == pkru) {
            return;
        }
        control = now;
        pkru = cpu.pkru;
        // Protection keys are for 4-level paging (SDM vol. 3A, 5.6.2).
        boolean keys = (now & ControlRegisters.CR4_PKE) != 0 && (now & ControlRegisters.EFER_LMA) != 0;
        boolean gigabytePages = (cpu.model.cpuid(0x8000_0001, 0)[3] & PAGE_1GB) != 0;
        PagingMode.Structure structure = structure(now);
        mode = new PagingMode((now & ControlRegisters.CR0_WP) != 0, (now & ControlRegisters.CR4_SMEP) != 0,
                (now & ControlRegisters.CR4_SMAP) != 0, structure != PagingMode.Structure.BITS_32 && (now
                        & ControlRegisters.EFER_NXE) != 0,
                (now & ControlRegisters.CR4_PGE) != 0, gigabytePages,
                cpu.model.vendor() == ProcessorModel.Vendor.AMD, cpu.model.physicalAddressBits(), keys, keys ? pkru
                        : 0, structure, (now & ControlRegisters.CR4_PSE) != 0);
        clearCaches();
    }

    private static PagingMode.Structure structure(long control) {
        if ((control & ControlRegisters.EFER_LMA) != 0) {
            return PagingMode.Structure.LEVELS_4;
        }
        return (control & ControlRegisters.CR4_PAE) != 0 ? PagingMode.Structure.PAE : PagingMode.Structure.BITS_32;
    }

    /** The current process-context identifier: 0 without CR4.PCIDE. */
    int pcid() {
        return (cpu.cr4 & ControlRegisters.CR4_PCIDE) != 0 ? (int) cpu.cr3 & 0xFFF : 0;
    }

    /** Drops all that is cached for one linear address and may be used now. */
    void forget(long linear) {
        tlb.invalidate(linear, pcid(), true, this::drop);
    }

    /** Drops what is cached for one linear address and process-context identifier and is not global. */
    void forget(long linear, int pcid) {
        tlb.invalidate(linear, pcid, false, this::drop);
    }

    /** Drops all that is not global of a process-context identifier. */
    void forgetContext(int pcid) {
        tlb.invalidateContext(pcid);
        clearCaches();
    }

    /** Drops all that is not global. */
    void forgetNonGlobal() {
        tlb.invalidateNonGlobal();
        clearCaches();
    }

    /** CR3 has changed, but what is cached stays. */
    void contextSwitched() {
        clearCaches();
    }

    void forgetAll() {
        tlb.invalidateAll();
        clearCaches();
    }

    private void drop(Translation translation) {
        for (AccessContext context : contexts) {
            context.dropPage(translation.linear(), translation.pageShift());
        }
        // The running block may lie in the page: its next instruction has to be fetched anew.
        cpu.stopBlock = true;
    }

    void clearCaches() {
        for (AccessContext context : contexts) {
            context.clear();
        }
    }

    /** Takes over another processor's TLB. */
    void copyFrom(AddressTranslation other) {
        tlb.copyFrom(other.tlb);
        tableFrames = (BitSet) other.tableFrames.clone();
        clearCaches();
    }

    @Override
    public void frameReplaced(int frameNumber) {
        for (AccessContext context : contexts) {
            context.dropFrame(frameNumber);
        }
        if (tableFrames.get(frameNumber)) {
            cpu.ram.frame(frameNumber).watch |= Frame.WATCH_TABLE;
        }
        if (cpu.monitored >>> Frame.SHIFT == frameNumber) {
            cpu.ram.frame(frameNumber).watch |= Frame.WATCH_MONITOR;
        }
        // The running block may have been decoded from the frame, whose copy will change unannounced.
        cpu.stopBlock = true;
    }

    @Override
    public void framesShared() {
        for (AccessContext context : contexts) {
            context.writes.clear();
        }
    }

    @Override
    public void beforeWrite(int frameNumber, int offset, int length, int watch) {
        if ((watch & Frame.WATCH_TABLE) != 0 && !markingUsed && holdsPresentEntry(frameNumber, offset, length)) {
            tlb.tableWritten(((long) frameNumber << Frame.SHIFT) + offset, length, this::drop);
        }
        if ((watch & Frame.WATCH_CODE) != 0) {
            cpu.stopBlock = true;
        }
        if ((watch & Frame.WATCH_MONITOR) != 0) {
            monitoredFrameWritten(((long) frameNumber << Frame.SHIFT) + offset, length);
        }
    }

    /** Arms the monitor for the line at a physical address; what lies outside RAM can't be watched. */
    void monitor(long physical) {
        cpu.monitored = physical & -Cpu.MONITOR_LINE;
        if (cpu.ram.contains(physical, 1)) {
            watch(cpu.ram.frame((int) (physical >>> Frame.SHIFT)), Frame.WATCH_MONITOR);
        }
    }

    private void monitoredFrameWritten(long physical, int length) {
        if (physical < cpu.monitored + Cpu.MONITOR_LINE && cpu.monitored < physical + length) {
            cpu.endMonitorWait();
        }
    }

    /**
     * No translation depends on an entry that is not present: what was cached while it still was became suspect when P was
     * cleared. So filling tables, the most frequent write to them, needs no search of the TLB.
     */
    private boolean holdsPresentEntry(int frameNumber, int offset, int length) {
        byte[] bytes = cpu.ram.frame(frameNumber).bytes;
        // An upper half that is taken for an entry of 4 bytes costs a search at most.
        int size = (cpu.cr4 & ControlRegisters.CR4_PAE) != 0 ? 8 : 4;
        for (int entry = offset & -size; entry < offset + length; entry += size) {
            if ((bytes[entry] & PageTableEntry.P) != 0) {
                return true;
            }
        }
        return false;
    }
}
