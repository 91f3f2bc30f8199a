package ringspec.debug;

import java.util.List;

import ringspec.cpu.Cpu;
import ringspec.machine.Machine;
import ringspec.memory.Frame;
import ringspec.memory.PhysicalMemory;
import ringspec.paging.Translation;
import ringspec.paging.Walk;

/**
 * A machine as a debugger sees it. Reading has no side effects: no accessed or dirty bit, no TLB entry, no trace event, and
 * rights don't count. Memory is read by the tables as they are in RAM now, whatever the TLB still holds.
 */
public final class MachineView {

    private final Cpu cpu;
    private final PhysicalMemory ram;

    /** A view of a machine. */
    public MachineView(Machine machine) {
        this.cpu = machine.cpu();
        this.ram = machine.ram();
    }

    /** The registers by name. */
    public Registers registers() {
        return new Registers(cpu);
    }

    /**
     * Copies bytes from an address space.
     *
     * @param cr3 its PML4
     * @param linear first byte; the range may span pages
     * @throws IllegalArgumentException if some of it isn't mapped to RAM
     */
    public byte[] read(long cr3, long linear, int length) {
        byte[] result = new byte[length];
        for (int done = 0; done < length;) {
            int chunk = chunk(linear + done, length - done);
            System.arraycopy(ram.read(physical(cr3, linear + done), chunk), 0, result, done, chunk);
            done += chunk;
        }
        return result;
    }

    /** Copies bytes from the address space that CR3 names now. */
    public byte[] read(long linear, int length) {
        return read(cpu.cr3, linear, length);
    }

    /** Reads a 64-bit little-endian value from an address space. */
    public long read64(long cr3, long linear) {
        return (long) Frame.LONG.get(read(cr3, linear, 8), 0);
    }

    /**
     * Writes bytes into an address space, read-only pages too; code decoded from them is discarded.
     *
     * @throws IllegalArgumentException if some of it isn't mapped to RAM; nothing has been written then
     */
    public void write(long cr3, long linear, byte[] bytes) {
        read(cr3, linear, bytes.length);
        for (int done = 0; done < bytes.length;) {
            int chunk = chunk(linear + done, bytes.length - done);
            ram.write(physical(cr3, linear + done), bytes, done, chunk);
            done += chunk;
        }
    }

    /** How an address space translates an address, step by step. */
    public Walk walk(long cr3, long linear) {
        return Walk.of(ram, cr3, linear, cpu.memory.pagingMode());
    }

    /** Everything that an address space maps. */
    public AddressSpace addressSpace(long cr3) {
        return new AddressSpace(ram, cr3);
    }

    /** What the TLB holds, the oldest first; it may differ from the tables. */
    public List<Translation> tlb() {
        return cpu.memory.cachedTranslations();
    }

    private static int chunk(long linear, int wanted) {
        return (int) Math.min(wanted, Frame.SIZE - (linear & Frame.SIZE - 1));
    }

    private long physical(long cr3, long linear) {
        if (!Cpu.isCanonical(linear)) {
            throw new IllegalArgumentException("0x%016x is not canonical: bits 63:47 must be equal".formatted(linear));
        }
        Walk walk = walk(cr3, linear);
        if (!walk.isMapped() || !ram.contains(walk.physical(), 1)) {
            throw new IllegalArgumentException("0x%016x is not mapped to RAM:\n%s".formatted(linear, walk));
        }
        return walk.physical();
    }
}
