package ringspec.machine;

import java.time.LocalDateTime;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import ringspec.device.IoApic;
import ringspec.device.KeyboardController;
import ringspec.device.LegacyInterrupts;
import ringspec.device.OutputPin;
import ringspec.device.PciConfiguration;
import ringspec.device.Pit8254;
import ringspec.device.PortDevice;
import ringspec.device.PortSpace;
import ringspec.device.PowerManagement;
import ringspec.device.RealTimeClock;
import ringspec.device.SystemPorts;

/**
 * The devices of {@link Board.Pc} and how they are wired. Interrupt request N goes to the 8259A and to input N of the I/O APIC,
 * but IRQ 0 to input 2; the RAM's size stands in the CMOS RAM.
 */
final class PcBoard {

    /** The I/O APIC's input for IRQ 0, since the PC's IRQ 2 is taken by the second 8259A. */
    static final int TIMER_INPUT = 2;

    private static final int KBYTE = 1024;
    private static final int CMOS_BASE_MEMORY = 0x15;
    private static final int CMOS_EXTENDED_MEMORY = 0x17;
    private static final int CMOS_EXTENDED_MEMORY_ALSO = 0x30;
    private static final int CMOS_MEMORY_ABOVE_16M = 0x34;

    private final InterruptSystem interrupts;
    private final IoApic ioApic;
    private final LegacyInterrupts legacy;
    private final Pit8254 pit;
    private final RealTimeClock clock;
    private final PowerManagement power;
    private final PciConfiguration pci;
    private final KeyboardController keyboard;
    private final SystemPorts system;

    /**
     * @param time virtual time
     * @param interrupts takes INTR
     * @param stop told when software resets the machine or switches it off
     */
    PcBoard(LocalDateTime date, long ramSize, LongSupplier time, InterruptSystem interrupts, Consumer<Stop> stop) {
        this.interrupts = interrupts;
        this.ioApic = interrupts.ioApic();
        this.legacy = interrupts.legacy();
        this.pit = new Pit8254(time, line(0));
        this.clock = new RealTimeClock(time, date, line(RealTimeClock.IRQ));
        this.power = new PowerManagement(time, line(PowerManagement.SCI), () -> stop.accept(new Stop.PoweredOff()));
        this.pci = new PciConfiguration(cause -> stop.accept(new Stop.Reset(cause)));
        this.keyboard = new KeyboardController(cause -> stop.accept(new Stop.Reset(cause)));
        this.system = new SystemPorts(time, pit, cause -> stop.accept(new Stop.Reset(cause)));
        // OUT 0 is.
        legacy.setLine(0, true);
        ioApic.startHigh(TIMER_INPUT);
        describeMemory(ramSize);
    }

    private void describeMemory(long ramSize) {
        setMemoryWord(CMOS_BASE_MEMORY, 640);
        long extended = Math.min(ramSize / KBYTE - KBYTE, 0xFFFF);
        setMemoryWord(CMOS_EXTENDED_MEMORY, extended);
        setMemoryWord(CMOS_EXTENDED_MEMORY_ALSO, extended);
        setMemoryWord(CMOS_MEMORY_ABOVE_16M, Math.min((ramSize >>> 16) - 256, 0xFFFF));
    }

    private void setMemoryWord(int register, long value) {
        int word = (int) Math.max(0, value);
        clock.setMemory(register, word & 0xFF);
        clock.setMemory(register + 1, word >>> 8);
    }

    void attach(PortSpace ports) {
        ports.attach(Pit8254.PORT, Pit8254.COUNT, heeded(pit));
        ports.attach(LegacyInterrupts.MASTER, 2, legacy.ports(LegacyInterrupts.MASTER));
        ports.attach(LegacyInterrupts.SLAVE, 2, legacy.ports(LegacyInterrupts.SLAVE));
        ports.attach(LegacyInterrupts.EDGE_LEVEL, 2, legacy.edgeLevelPorts());
        ports.attach(RealTimeClock.PORT, RealTimeClock.COUNT, heeded(clock));
        ports.attach(PowerManagement.PORT, PowerManagement.COUNT, heeded(power));
        ports.attach(PciConfiguration.PORT, PciConfiguration.COUNT, pci);
        ports.attach(KeyboardController.DATA, 1, keyboard.port(KeyboardController.DATA));
        ports.attach(KeyboardController.COMMAND, 1, keyboard.port(KeyboardController.COMMAND));
        ports.attach(SystemPorts.PORT_B, 1, system.portB());
        ports.attach(SystemPorts.PORT_A, 1, system.portA());
        ports.attach(SystemPorts.POST, SystemPorts.LATCHES, system.latches());
    }

    /** A device whose accesses change when it is due, so that the engine must be asked to return. */
    private PortDevice heeded(PortDevice device) {
        return new PortDevice() {
            @Override
            public int width() {
                return device.width();
            }

            @Override
            public int read(int offset, int size) {
                int value = device.read(offset, size);
                interrupts.attention();
                return value;
            }

            @Override
            public void write(int offset, int size, int value) {
                device.write(offset, size, value);
                interrupts.attention();
            }
        };
    }

    private OutputPin line(int irq) {
        return high -> setLine(irq, high);
    }

    /** An interrupt request, 0 to 15 but not 2, changes its level. */
    void setLine(int irq, boolean high) {
        legacy.setLine(irq, high);
        ioApic.setInput(irq == 0 ? TIMER_INPUT : irq, high);
    }

    /** When {@link #fire} is to be called next. */
    long due() {
        return Math.min(pit.due(), Math.min(clock.due(), power.due()));
    }

    /** Lets everything that time moves follow it. */
    void fire() {
        pit.update();
        clock.update();
        power.update();
    }

    /** The 8259A are the interrupt system's to copy. */
    void copyFrom(PcBoard other) {
        pit.copyFrom(other.pit);
        clock.copyFrom(other.clock);
        power.copyFrom(other.power);
        pci.copyFrom(other.pci);
        keyboard.copyFrom(other.keyboard);
        system.copyFrom(other.system);
    }
}
