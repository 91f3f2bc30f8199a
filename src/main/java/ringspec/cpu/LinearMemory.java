package ringspec.cpu;

import ringspec.memory.Frame;
import ringspec.paging.AccessKind;
import ringspec.paging.PageWalker;
import ringspec.paging.PagingMode;
import ringspec.paging.Privilege;
import ringspec.paging.Translation;
import ringspec.paging.WalkResult;
import ringspec.trace.TraceEvent;

/**
 * Linear memory as instructions see it: canonical check, translation, access rights, then bytes.
 *
 * <p>Addresses are linear: segment bases are already added. Every method that touches memory throws
 * {@link Fault#nonCanonical} or {@link Fault#page} before anything has changed. An access that crosses a page boundary checks
 * both pages first.
 */
public final class LinearMemory {

    private static final long PAGE = -Frame.SIZE;
    private static final int OFFSET = Frame.SIZE - 1;

    private final Cpu cpu;
    private final PageWalker walker;

    LinearMemory(Cpu cpu) {
        this.cpu = cpu;
        this.walker = new PageWalker(cpu.ram);
    }

    /** Reads a byte, zero-extended. */
    public int read8(long linear) {
        return (int) readSlow(linear, 1, privilege());
    }

    /** Reads 16 bits, zero-extended. */
    public int read16(long linear) {
        return (int) readSlow(linear, 2, privilege());
    }

    /** Reads 32 bits. */
    public int read32(long linear) {
        return (int) readSlow(linear, 4, privilege());
    }

    /** Reads 64 bits. */
    public long read64(long linear) {
        return readSlow(linear, 8, privilege());
    }

    /** Reads 1, 2, 4 or 8 bytes, zero-extended. */
    public long read(long linear, int size) {
        return readSlow(linear, size, privilege());
    }

    /** Writes the low byte of a value. */
    public void write8(long linear, int value) {
        writeSlow(linear, 1, value, privilege());
    }

    /** Writes the low 16 bits of a value. */
    public void write16(long linear, int value) {
        writeSlow(linear, 2, value, privilege());
    }

    /** Writes 32 bits. */
    public void write32(long linear, int value) {
        writeSlow(linear, 4, value, privilege());
    }

    /** Writes 64 bits. */
    public void write64(long linear, long value) {
        writeSlow(linear, 8, value, privilege());
    }

    /** Writes the low 1, 2, 4 or 8 bytes of a value. */
    public void write(long linear, int size, long value) {
        writeSlow(linear, size, value, privilege());
    }

    /**
     * Checks a read of 1 to 4096 bytes and changes no data: throws exactly what the read would. Until the instruction ends, a
     * read within the range can't fault.
     */
    public void prepareRead(long linear, int size) {
        prepare(linear, size, AccessKind.READ, privilege());
    }

    /**
     * Checks a write of 1 to 4096 bytes and changes no data: throws exactly what the write would. Until the instruction ends,
     * neither a read nor a write within the range can fault: call it first in read-modify-write instructions, and before the
     * first write of instructions with several.
     */
    public void prepareWrite(long linear, int size) {
        prepare(linear, size, AccessKind.WRITE, privilege());
    }

    /**
     * The frame that instructions at a linear address are fetched from, with the rights of a fetch checked. Outside RAM, a
     * frame of all ones.
     */
    public Frame fetchFrame(long linear) {
        long physical = fetchPhysical(linear);
        return cpu.ram.contains(physical, 1) ? cpu.ram.frame((int) (physical >>> Frame.SHIFT)) : Frame.ALL_ONES;
    }

    /** The physical address that an instruction at a linear address is fetched from, with the rights of a fetch checked. */
    public long fetchPhysical(long linear) {
        return translate(linear, AccessKind.FETCH, privilege());
    }

    /**
     * Call before keeping anything derived from a code frame's bytes: sets {@link Frame#WATCH_CODE}, so that from now on each
     * write to the frame clears {@link Frame#decoded} and sets {@link Cpu#stopBlock}.
     */
    public void codeDecodedFrom(Frame frame) {
        frame.watch |= Frame.WATCH_CODE;
    }

    /** Reads 8 bits as an implicit supervisor access (GDT, LDT, IDT, TSS): at any CPL, and SMAP applies at any AC. */
    public int systemRead8(long linear) {
        return (int) readSlow(linear, 1, Privilege.SUPERVISOR);
    }

    /** Reads 16 bits as an implicit supervisor access. */
    public int systemRead16(long linear) {
        return (int) readSlow(linear, 2, Privilege.SUPERVISOR);
    }

    /** Reads 32 bits as an implicit supervisor access. */
    public int systemRead32(long linear) {
        return (int) readSlow(linear, 4, Privilege.SUPERVISOR);
    }

    /** Reads 64 bits as an implicit supervisor access. */
    public long systemRead64(long linear) {
        return readSlow(linear, 8, Privilege.SUPERVISOR);
    }

    /** Writes 8 bits as an implicit supervisor access. */
    public void systemWrite8(long linear, int value) {
        writeSlow(linear, 1, value, Privilege.SUPERVISOR);
    }

    /** Writes 16 bits as an implicit supervisor access. */
    public void systemWrite16(long linear, int value) {
        writeSlow(linear, 2, value, Privilege.SUPERVISOR);
    }

    /** Writes 32 bits as an implicit supervisor access. */
    public void systemWrite32(long linear, int value) {
        writeSlow(linear, 4, value, Privilege.SUPERVISOR);
    }

    /** Writes 64 bits as an implicit supervisor access. */
    public void systemWrite64(long linear, long value) {
        writeSlow(linear, 8, value, Privilege.SUPERVISOR);
    }

    /** Checks an implicit supervisor write of 1 to 4096 bytes, such as an interrupt's stack frame, and changes no data. */
    public void systemPrepareWrite(long linear, int size) {
        prepare(linear, size, AccessKind.WRITE, Privilege.SUPERVISOR);
    }

    /** Drops every cached translation, global ones too, for the page that contains a linear address: INVLPG. */
    public void invlpg(long linear) {
        cpu.emit(new TraceEvent.TlbInvalidation(TraceEvent.TlbInvalidation.Kind.INVLPG, linear));
    }

    /** Drops every cached translation that is not global: MOV to CR3. */
    public void flushNonGlobal() {
        cpu.emit(new TraceEvent.TlbInvalidation(TraceEvent.TlbInvalidation.Kind.CR3, 0));
    }

    /**
     * Drops every cached translation, as does a MOV that clears CR0.PG, changes CR4.PGE or CR4.PAE, or sets CR4.SMEP (SDM
     * vol. 3A, 5.10.4.1). Call it after the register has its new value.
     */
    public void flushAll() {
        cpu.emit(new TraceEvent.TlbInvalidation(TraceEvent.TlbInvalidation.Kind.ALL, 0));
        contextChanged();
    }

    /**
     * CPL, RFLAGS.AC, CR0.WP, CR0.PG, CR4.SMEP, CR4.SMAP, CR4.PGE, EFER.NXE or the trace's detail changed: access rights are
     * judged anew. Costs little if nothing has.
     */
    public void contextChanged() {
    }

    private Privilege privilege() {
        if (cpu.cpl() == 3) {
            return Privilege.USER;
        }
        return cpu.flags.has(Rflags.AC) ? Privilege.SUPERVISOR_AC : Privilege.SUPERVISOR;
    }

    private long translate(long linear, AccessKind kind, Privilege privilege) {
        if (!Cpu.isCanonical(linear)) {
            throw Fault.nonCanonical(linear);
        }
        PagingMode mode = new PagingMode((cpu.cr0 & ControlRegisters.CR0_WP) != 0,
                (cpu.cr4 & ControlRegisters.CR4_SMEP) != 0, (cpu.cr4 & ControlRegisters.CR4_SMAP) != 0,
                (cpu.efer & ControlRegisters.EFER_NXE) != 0, (cpu.cr4 & ControlRegisters.CR4_PGE) != 0, true, false,
                cpu.model.physicalAddressBits());
        if ((cpu.cr0 & ControlRegisters.CR0_PG) == 0) {
            return linear & 0xFFFF_FFFFL;
        }
        WalkResult result = walker.walk(cpu.cr3, linear, mode);
        int code = PageWalker.faultCode(result, kind, privilege, mode);
        if (code >= 0) {
            throw Fault.page(linear, code);
        }
        return walker.markUsed((Translation) result, kind == AccessKind.WRITE, mode, null).physicalOf(linear);
    }

    private void prepare(long linear, int size, AccessKind kind, Privilege privilege) {
        long last = linear + size - 1;
        if (!Cpu.isCanonical(linear) || !Cpu.isCanonical(last)) {
            throw Fault.nonCanonical(linear);
        }
        translate(linear, kind, privilege);
        if (((linear ^ last) & PAGE) != 0) {
            translate(last & PAGE, kind, privilege);
        }
    }

    private long readSlow(long linear, int size, Privilege privilege) {
        prepare(linear, size, AccessKind.READ, privilege);
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | cpu.ram.read8(translate(linear + i, AccessKind.READ, privilege));
        }
        return value;
    }

    private void writeSlow(long linear, int size, long value, Privilege privilege) {
        prepare(linear, size, AccessKind.WRITE, privilege);
        for (int i = 0; i < size; i++) {
            cpu.ram.write8(translate(linear + i, AccessKind.WRITE, privilege), (int) (value >>> 8 * i));
        }
    }
}
