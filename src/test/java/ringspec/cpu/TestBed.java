package ringspec.cpu;

import java.util.List;

import ringspec.memory.Frame;
import ringspec.memory.PhysicalMemory;
import ringspec.memory.PortBus;
import ringspec.paging.PageTableEntry;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/** A processor in 64-bit mode with page tables that a test can write entry by entry. */
final class TestBed {

    static final long P = PageTableEntry.P;
    static final long RW = PageTableEntry.RW;
    static final long US = PageTableEntry.US;
    static final long A = PageTableEntry.A;
    static final long D = PageTableEntry.D;
    static final long PS = PageTableEntry.PS;
    static final long G = PageTableEntry.G;
    static final long NX = PageTableEntry.NX;

    static final PortBus NO_PORTS = new PortBus() {
        @Override
        public int read(int port, int size) {
            return -1;
        }

        @Override
        public void write(int port, int size, int value) {
            // Nothing answers.
        }
    };

    final PhysicalMemory ram;
    final Cpu cpu;
    final LinearMemory memory;
    /** Tables are taken from here upward. */
    private long nextTable = 0x10_0000;

    TestBed() {
        this(ProcessorModels.INTEL);
    }

    TestBed(ProcessorModel model) {
        this(new PhysicalMemory(8 << 20), model);
        cpu.cr3 = newTable();
        cpu.cr0 = ControlRegisters.CR0_PE | ControlRegisters.CR0_PG | ControlRegisters.CR0_WP;
        cpu.cr4 = ControlRegisters.CR4_PAE | ControlRegisters.CR4_PGE;
        cpu.efer = ControlRegisters.EFER_LME | ControlRegisters.EFER_LMA | ControlRegisters.EFER_NXE;
        memory.contextChanged();
    }

    private TestBed(PhysicalMemory ram, ProcessorModel model) {
        this.ram = ram;
        this.cpu = new Cpu(model, ram, NO_PORTS, new Trace());
        this.memory = cpu.memory;
    }

    TestBed fork() {
        TestBed fork = new TestBed(ram.fork(), cpu.model);
        fork.cpu.copyStateFrom(cpu);
        fork.nextTable = nextTable;
        return fork;
    }

    long newTable() {
        nextTable += Frame.SIZE;
        return nextTable - Frame.SIZE;
    }

    /** Writes the entry at a level, making the tables above it with all rights; returns the entry's address. */
    long set(long linear, int level, long entry) {
        return set(cpu.cr3, linear, level, entry);
    }

    long set(long cr3, long linear, int level, long entry) {
        long address = entryAddress(cr3, linear, level);
        ram.write64(address, entry);
        return address;
    }

    long entryAddress(long cr3, long linear, int level) {
        long table = cr3;
        for (int l = 4; l > level; l--) {
            long address = table + 8L * PageTableEntry.index(linear, l);
            if (ram.read64(address) == 0) {
                ram.write64(address, newTable() | P | RW | US);
            }
            table = ram.read64(address) & PageTableEntry.ADDRESS;
        }
        return table + 8L * PageTableEntry.index(linear, level);
    }

    long entry(long linear, int level) {
        return ram.read64(entryAddress(cpu.cr3, linear, level));
    }

    void privilege(int cpl, boolean ac) {
        cpu.setCpl(cpl);
        cpu.setSystemFlags(ac ? Rflags.AC : 0);
    }

    List<TraceEvent.TlbStaleUse> staleUses() {
        return cpu.trace.all(TraceEvent.TlbStaleUse.class);
    }

    /** The fault that an action raises, or null. */
    static Fault faultOf(Runnable action) {
        try {
            action.run();
            return null;
        } catch (Fault fault) {
            return fault;
        }
    }
}
