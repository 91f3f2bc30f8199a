package ringspec.firmware;

import java.util.List;
import ringspec.device.LegacyInterrupts;
import ringspec.device.LocalApic;
import ringspec.device.PowerManagement;
import ringspec.device.Uart16550;
import ringspec.machine.Board;
import ringspec.machine.Machine;
import ringspec.memory.PhysicalMemory;

/** Does to a machine what the firmware of a PC does before a boot loader runs. There are no firmware services to call. */
public final class Firmware {

    /** RAM at least, so that there is some above the first MByte. */
    public static final long LEAST_RAM = 2L << 20;
    /** RAM at most: above, memory-mapped devices have their addresses. */
    public static final long MOST_RAM = 3L << 30;

    /** Base memory ends here, with the extended BIOS data area. */
    private static final long EBDA = 0x9_FC00;
    private static final long EBDA_SIZE = 0x400;
    private static final long HIGH_MEMORY = 0x10_0000;
    private static final int BDA_COM1 = 0x400;
    private static final int BDA_EBDA_SEGMENT = 0x40E;
    private static final int BDA_BASE_MEMORY = 0x413;

    private static final int SVR = 0xF0;
    private static final int LVT_LINT0 = 0x350;
    private static final int LVT_LINT1 = 0x360;

    private Firmware() {
    }

    /**
     * Leaves ACPI tables and the BIOS data area in RAM, the 8259A initialized with vectors from 08h and 70h on and all masked, and
     * the local APIC enabled with the 8259A at LINT0 and NMI at LINT1 (virtual wire mode).
     *
     * @param machine fresh, with {@link Board.Pc}
     * @throws IllegalArgumentException if it has another board, or RAM outside {@link #LEAST_RAM} to {@link #MOST_RAM}
     */
    public static void prepare(Machine machine) {
        if (!(machine.config().board() instanceof Board.Pc)) {
            throw new IllegalArgumentException("firmware on %s: it describes the devices of Board.Pc".formatted(machine
                    .config().board()));
        }
        if (machine.ram().size() < LEAST_RAM || machine.ram().size() > MOST_RAM) {
            throw new IllegalArgumentException("0x%x bytes of RAM: expected 0x%x to 0x%x".formatted(machine.ram()
                    .size(),
                    LEAST_RAM, MOST_RAM));
        }
        PhysicalMemory ram = machine.ram();
        byte[] tables = AcpiTables.bytes();
        ram.write(AcpiTables.BASE, tables, 0, tables.length);
        writeWord(ram, BDA_COM1, Uart16550.COM1);
        writeWord(ram, BDA_EBDA_SEGMENT, (int) (EBDA >>> 4));
        writeWord(ram, BDA_BASE_MEMORY, (int) (EBDA >>> 10));
        ram.write8(EBDA, 1);
        initialize(machine, LegacyInterrupts.MASTER, 0x08, 4);
        initialize(machine, LegacyInterrupts.SLAVE, 0x70, 2);
        machine.ports().write(LegacyInterrupts.EDGE_LEVEL + 1, 1, 1 << PowerManagement.SCI - 8);
        machine.localApic().write(SVR, 4, 0x1FF);
        machine.localApic().write(LVT_LINT0, 4, 0x700);
        machine.localApic().write(LVT_LINT1, 4, 0x400);
    }

    private static void writeWord(PhysicalMemory ram, long at, int value) {
        ram.write8(at, value & 0xFF);
        ram.write8(at + 1, value >>> 8);
    }

    private static void initialize(Machine machine, int port, int vectors, int cascade) {
        machine.ports().write(port, 1, 0x11);
        for (int word : new int[]{vectors, cascade, 1, 0xFF}) {
            machine.ports().write(port + 1, 1, word);
        }
    }

    /** The memory map, by address. The gap from A0000h on is where a PC has its video memory and option ROMs. */
    public static List<MemoryRange> memoryMap(Machine machine) {
        return List.of(new MemoryRange(0, EBDA, MemoryRange.Type.AVAILABLE),
                new MemoryRange(EBDA, EBDA_SIZE, MemoryRange.Type.RESERVED),
                new MemoryRange(AcpiTables.BASE, HIGH_MEMORY - AcpiTables.BASE, MemoryRange.Type.RESERVED),
                new MemoryRange(HIGH_MEMORY, machine.ram().size() - HIGH_MEMORY, MemoryRange.Type.AVAILABLE));
    }
}
