package ringspec.cpu;

import java.util.List;

import ringspec.memory.Frame;
import ringspec.paging.AccessKind;
import ringspec.paging.PagingMode;
import ringspec.paging.Privilege;
import ringspec.paging.Translation;
import ringspec.trace.TraceEvent;

/**
 * Linear memory as instructions see it: canonical check, translation, access rights, then bytes.
 *
 * <p>Addresses are linear: segment bases are already added. Every method that touches memory throws
 * {@link Fault#nonCanonical} or {@link Fault#page} before anything has changed. An access that crosses a page boundary checks
 * both pages first.
 */
public final class LinearMemory {

    private static final int OFFSET = Frame.SIZE - 1;

    private final Cpu cpu;
    private final AddressTranslation translation;
    private final CheckedAccess checked;
    private Privilege privilege = Privilege.SUPERVISOR;
    private PageCache reads = PageCache.NONE;
    private PageCache writes = PageCache.NONE;
    private PageCache fetches = PageCache.NONE;
    private boolean fetchedForOne;

    LinearMemory(Cpu cpu) {
        this.cpu = cpu;
        this.translation = new AddressTranslation(cpu);
        this.checked = new CheckedAccess(cpu, translation);
    }

    /** Reads a byte, zero-extended. */
    public int read8(long linear) {
        byte[] page = reads.page(linear, 0);
        return page != null ? page[(int) linear & OFFSET] & 0xFF : (int) slowRead(linear, 1);
    }

    /** Reads 16 bits, zero-extended. */
    public int read16(long linear) {
        byte[] page = reads.page(linear, 1);
        return page != null ? (short) Frame.SHORT.get(page, (int) linear & OFFSET) & 0xFFFF : (int) slowRead(linear, 2);
    }

    /** Reads 32 bits. */
    public int read32(long linear) {
        byte[] page = reads.page(linear, 3);
        return page != null ? (int) Frame.INT.get(page, (int) linear & OFFSET) : (int) slowRead(linear, 4);
    }

    /** Reads 64 bits. */
    public long read64(long linear) {
        byte[] page = reads.page(linear, 7);
        return page != null ? (long) Frame.LONG.get(page, (int) linear & OFFSET) : slowRead(linear, 8);
    }

    /** Reads 1, 2, 4 or 8 bytes, zero-extended. */
    public long read(long linear, int size) {
        return switch (size) {
            case 1 -> read8(linear);
            case 2 -> read16(linear);
            case 4 -> read32(linear) & 0xFFFF_FFFFL;
            case 8 -> read64(linear);
            default -> throw CheckedAccess.badSize(size);
        };
    }

    /** Writes the low byte of a value. */
    public void write8(long linear, int value) {
        byte[] page = writes.page(linear, 0);
        if (page != null) {
            page[(int) linear & OFFSET] = (byte) value;
        } else {
            slowWrite(linear, 1, value);
        }
    }

    /** Writes the low 16 bits of a value. */
    public void write16(long linear, int value) {
        byte[] page = writes.page(linear, 1);
        if (page != null) {
            Frame.SHORT.set(page, (int) linear & OFFSET, (short) value);
        } else {
            slowWrite(linear, 2, value);
        }
    }

    /** Writes 32 bits. */
    public void write32(long linear, int value) {
        byte[] page = writes.page(linear, 3);
        if (page != null) {
            Frame.INT.set(page, (int) linear & OFFSET, value);
        } else {
            slowWrite(linear, 4, value);
        }
    }

    /** Writes 64 bits. */
    public void write64(long linear, long value) {
        byte[] page = writes.page(linear, 7);
        if (page != null) {
            Frame.LONG.set(page, (int) linear & OFFSET, value);
        } else {
            slowWrite(linear, 8, value);
        }
    }

    /** Writes the low 1, 2, 4 or 8 bytes of a value. */
    public void write(long linear, int size, long value) {
        switch (size) {
            case 1 -> write8(linear, (int) value);
            case 2 -> write16(linear, (int) value);
            case 4 -> write32(linear, (int) value);
            case 8 -> write64(linear, value);
            default -> throw CheckedAccess.badSize(size);
        }
    }

    /**
     * Raises what an access to an operand wider than 8 bytes raises before its address is translated: #GP or #SS if it isn't
     * canonical, #AC if alignment is checked at the current CPL and the address is misaligned.
     *
     * @param size bytes, 1 to 4096
     * @param alignment a power of two
     */
    public void requireAligned(long linear, int size, int alignment) {
        CheckedAccess.requireCanonical(linear, size);
        if (privilege == Privilege.USER) {
            checked.requireAligned(linear, alignment);
        }
    }

    /**
     * Checks a read of 1 to 4096 bytes and changes no data: throws exactly what the read would. Until the instruction ends, a
     * read within the range can't fault.
     */
    public void prepareRead(long linear, int size) {
        if (reads.page(linear, size - 1) == null) {
            checked.prepare(linear, size, AccessKind.READ, privilege, true);
        }
    }

    /** The same for a range that the alignment check doesn't apply to. */
    public void prepareUnalignedRead(long linear, int size) {
        if (reads.page(linear, size - 1) == null) {
            checked.prepare(linear, size, AccessKind.READ, privilege, false);
        }
    }

    /**
     * Checks a write of 1 to 4096 bytes and changes no data: throws exactly what the write would. Until the instruction ends,
     * neither a read nor a write within the range can fault: call it first in read-modify-write instructions, and before the
     * first write of instructions with several.
     */
    public void prepareWrite(long linear, int size) {
        if (writes.page(linear, size - 1) == null) {
            checked.prepare(linear, size, AccessKind.WRITE, privilege, true);
        }
    }

    /** The same for a range that the alignment check doesn't apply to. */
    public void prepareUnalignedWrite(long linear, int size) {
        if (writes.page(linear, size - 1) == null) {
            checked.prepare(linear, size, AccessKind.WRITE, privilege, false);
        }
    }

    private long slowRead(long linear, int size) {
        long value = checked.read(linear, size, privilege);
        if (DebugConditions.any(cpu)) {
            cpu.pendingDebug |= DebugConditions.data(cpu, linear, size, false);
        }
        return value;
    }

    private void slowWrite(long linear, int size, long value) {
        checked.write(linear, size, value, privilege);
        if (DebugConditions.any(cpu)) {
            cpu.pendingDebug |= DebugConditions.data(cpu, linear, size, true);
        }
    }

    /** DR0 to DR3 or DR7 changed: from now on accesses to the pages of data breakpoints are looked at one by one. */
    public void debugConditionsChanged() {
        translation.clearCaches();
    }

    /** Arms the monitor of MONITOR for the line of 64 bytes at a linear address; a write to it ends MWAIT. */
    public void monitor(long linear) {
        translation.monitor(translation.translate(linear, AccessKind.READ, privilege));
    }

    /**
     * The frame that instructions at a linear address are fetched from, with the rights of a fetch checked. Outside RAM, a
     * frame of all ones.
     */
    public Frame fetchFrame(long linear) {
        Frame frame = fetches.frame(linear);
        return frame != null ? frame : fetchSlow(linear);
    }

    /** The physical address that an instruction at a linear address is fetched from, with the rights of a fetch checked. */
    public long fetchPhysical(long linear) {
        CheckedAccess.requireCanonical(linear, 1);
        return translation.translate(linear, AccessKind.FETCH, privilege);
    }

    /**
     * Call before keeping anything derived from a code frame's bytes: sets {@link Frame#WATCH_CODE}, so that from now on each
     * write to the frame clears {@link Frame#decoded} and sets {@link Cpu#stopBlock}.
     */
    public void codeDecodedFrom(Frame frame) {
        if ((frame.watch & Frame.WATCH_CODE) == 0) {
            translation.watch(frame, Frame.WATCH_CODE);
        }
    }

    /** Reads 8 bits as an implicit supervisor access (GDT, LDT, IDT, TSS): at any CPL, and SMAP applies at any AC. */
    public int systemRead8(long linear) {
        return (int) checked.read(linear, 1, Privilege.SUPERVISOR);
    }

    /** Reads 16 bits as an implicit supervisor access. */
    public int systemRead16(long linear) {
        return (int) checked.read(linear, 2, Privilege.SUPERVISOR);
    }

    /** Reads 32 bits as an implicit supervisor access. */
    public int systemRead32(long linear) {
        return (int) checked.read(linear, 4, Privilege.SUPERVISOR);
    }

    /** Reads 64 bits as an implicit supervisor access. */
    public long systemRead64(long linear) {
        return checked.read(linear, 8, Privilege.SUPERVISOR);
    }

    /** Writes 32 bits as an implicit supervisor access. */
    public void systemWrite32(long linear, int value) {
        checked.write(linear, 4, value, Privilege.SUPERVISOR);
    }

    /** Writes 64 bits as an implicit supervisor access. */
    public void systemWrite64(long linear, long value) {
        checked.write(linear, 8, value, Privilege.SUPERVISOR);
    }

    /** Reads 1, 2, 4 or 8 bytes, zero-extended, as an implicit supervisor access. */
    public long systemRead(long linear, int size) {
        return checked.read(linear, size, Privilege.SUPERVISOR);
    }

    /** Writes the low 1, 2, 4 or 8 bytes of a value as an implicit supervisor access. */
    public void systemWrite(long linear, int size, long value) {
        checked.write(linear, size, value, Privilege.SUPERVISOR);
    }

    /**
     * Drops every cached translation of the current process-context identifier, and global ones, for the page that contains a
     * linear address: INVLPG.
     */
    public void invlpg(long linear) {
        translation.forget(linear);
        cpu.emit(new TraceEvent.TlbInvalidation(TraceEvent.TlbInvalidation.Kind.INVLPG, linear));
    }

    /**
     * Drops every cached translation of the current process-context identifier that is not global: MOV to CR3. Call it after CR3
     * has its new value.
     */
    public void flushNonGlobal() {
        translation.forgetContext(translation.pcid());
        cpu.emit(new TraceEvent.TlbInvalidation(TraceEvent.TlbInvalidation.Kind.CR3, 0));
    }

    /** CR3 has a new value, and bit 63 of what was moved there asked to keep what is cached (SDM vol. 3A, 5.10.4.1). */
    public void switchContext() {
        translation.contextSwitched();
    }

    /**
     * INVPCID (SDM vol. 3A, 5.10.4.1).
     *
     * @param type 0: what isn't global of one address and identifier; 1: what isn't global of one identifier; 2: everything;
     *        3: everything that isn't global
     * @param pcid 0 to 4095, for types 0 and 1
     * @param linear a canonical address, for type 0
     */
    public void invpcid(int type, int pcid, long linear) {
        switch (type) {
            case 0 -> translation.forget(linear, pcid);
            case 1 -> translation.forgetContext(pcid);
            case 2 -> translation.forgetAll();
            case 3 -> translation.forgetNonGlobal();
            default -> throw new IllegalArgumentException("INVPCID has the types 0 to 3, not " + type);
        }
        cpu.emit(new TraceEvent.TlbInvalidation(TraceEvent.TlbInvalidation.Kind.INVPCID, type == 0 ? linear : 0));
    }

    /**
     * Drops every cached translation, as does a MOV that clears CR0.PG, changes CR4.PGE or CR4.PAE, or sets CR4.SMEP (SDM
     * vol. 3A, 5.10.4.1). Call it after the register has its new value. A change of CR0.WP, CR4.SMAP or EFER.NXE drops
     * nothing: {@link #contextChanged} is enough for those.
     */
    public void flushAll() {
        translation.forgetAll();
        cpu.emit(new TraceEvent.TlbInvalidation(TraceEvent.TlbInvalidation.Kind.ALL, 0));
        contextChanged();
    }

    /**
     * CPL, RFLAGS.AC, CR0.WP, CR0.AM, CR0.PG, CR4.SMEP, CR4.SMAP, CR4.PGE, CR4.PKE, PKRU, EFER.NXE or the trace's detail changed: access
     * rights are judged anew. Costs little if nothing has.
     */
    public void contextChanged() {
        privilege = translation.privilege();
        AccessContext context = translation.context(privilege);
        reads = context.reads;
        writes = context.writes;
        fetches = context.fetches;
    }

    /** What the TLB holds, the oldest first. */
    public List<Translation> cachedTranslations() {
        return translation.tlb().translations();
    }

    /** The control bits by which tables are read and rights judged now. */
    public PagingMode pagingMode() {
        return translation.mode();
    }

    /** Takes over another processor's TLB; its RAM must be the other's or a fork of it. */
    void copyFrom(LinearMemory other) {
        translation.copyFrom(other.translation);
        contextChanged();
    }

    /**
     * True once after a fetch that nothing was kept of, because its translation is stale or it leads out of RAM: each further
     * instruction of the page must be fetched by itself, too.
     */
    public boolean fetchedForOne() {
        boolean result = fetchedForOne;
        fetchedForOne = false;
        return result;
    }

    private Frame fetchSlow(long linear) {
        long physical = fetchPhysical(linear);
        fetchedForOne = fetches.frame(linear) == null;
        return cpu.ram.contains(physical, 1) ? cpu.ram.frame((int) (physical >>> Frame.SHIFT)) : Frame.ALL_ONES;
    }
}
