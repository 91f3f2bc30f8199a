package ringspec.firmware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import ringspec.device.IoApic;
import ringspec.device.LocalApic;
import ringspec.device.PciConfiguration;
import ringspec.device.PowerManagement;
import ringspec.device.RealTimeClock;

/**
 * The ACPI tables of a machine with {@code Board.Pc}: RSDP, RSDT, XSDT, FADT, FACS, MADT, and a DSDT with nothing but the package
 * that says how to switch off (ACPI specification 6.5, chapter 5).
 */
public final class AcpiTables {

    /** Where they stand: the area in which software looks for the RSDP on a PC, which begins here. */
    public static final long BASE = 0xE_0000;

    private static final int RSDP_SIZE = 36;
    private static final int RSDT = 0x40;
    private static final int XSDT = 0x80;
    private static final int FADT = 0x100;
    private static final int MADT = 0x200;
    private static final int DSDT = 0x300;
    /** FACS wants an alignment of 64. */
    private static final int FACS = 0x380;
    private static final int SIZE = FACS + 64;

    private static final int HEADER = 36;
    private static final int CHECKSUM = 9;
    private static final int FADT_SIZE = 244;

    /** {@code Name (\_S5, Package (4) {0, 0, 0, 0})}: SLP_TYPa, SLP_TYPb and two reserved. */
    private static final byte[] S5 = HexFormat.of().parseHex("085C5F53355F12060400000000");

    /** WBINVD, PROC_C1, no fixed buttons, 32-bit timer, reset register, headless. */
    private static final int FADT_FLAGS = 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 8 | 1 << 10 | 1 << 12;
    /** IAPC_BOOT_ARCH: ISA devices, but neither keyboard nor VGA nor MSI. */
    private static final int BOOT_ARCHITECTURE = 1 | 1 << 2 | 1 << 3;

    private final ByteBuffer area = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    private AcpiTables() {
        dsdt();
        facs();
        fadt();
        madt();
        table(RSDT, "RSDT", 1, HEADER + 8);
        area.putInt(RSDT + HEADER, address(FADT)).putInt(RSDT + HEADER + 4, address(MADT));
        table(XSDT, "XSDT", 1, HEADER + 16);
        area.putLong(XSDT + HEADER, address(FADT)).putLong(XSDT + HEADER + 8, address(MADT));
        rsdp();
        for (int table : new int[]{RSDT, XSDT, FADT, MADT, DSDT}) {
            seal(table, area.getInt(table + 4), table + CHECKSUM);
        }
    }

    /** The bytes that belong at {@link #BASE}; the RSDP is at the beginning. */
    public static byte[] bytes() {
        return new AcpiTables().area.array();
    }

    private static int address(int offset) {
        return (int) BASE + offset;
    }

    private void text(int at, String text) {
        area.put(at, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Makes the bytes of a range add up to 0. */
    private void seal(int from, int length, int checksum) {
        int sum = 0;
        for (int i = from; i < from + length; i++) {
            sum += area.get(i);
        }
        area.put(checksum, (byte) -sum);
    }

    private void table(int at, String signature, int revision, int length) {
        text(at, signature);
        area.putInt(at + 4, length).put(at + 8, (byte) revision);
        text(at + 10, "RINGSPMACHINE ");
        area.putInt(at + 24, 1);
        text(at + 28, "RING");
        area.putInt(at + 32, 1);
    }

    private void rsdp() {
        text(0, "RSD PTR ");
        text(9, "RINGSP");
        area.put(15, (byte) 2).putInt(16, address(RSDT)).putInt(20, RSDP_SIZE).putLong(24, address(XSDT));
        seal(0, 20, 8);
        seal(0, RSDP_SIZE, 32);
    }

    private void dsdt() {
        table(DSDT, "DSDT", 2, HEADER + S5.length);
        area.put(DSDT + HEADER, S5);
    }

    private void facs() {
        text(FACS, "FACS");
        area.putInt(FACS + 4, 64).put(FACS + 32, (byte) 2);
    }

    private void fadt() {
        table(FADT, "FACP", 4, FADT_SIZE);
        area.putInt(FADT + 36, address(FACS)).putInt(FADT + 40, address(DSDT));
        area.putShort(FADT + 46, (short) PowerManagement.SCI);
        area.putInt(FADT + 56, PowerManagement.PORT).putInt(FADT + 64, PowerManagement.CONTROL_PORT)
                .putInt(FADT + 76, PowerManagement.TIMER_PORT);
        area.put(FADT + 88, (byte) 4).put(FADT + 89, (byte) 2).put(FADT + 91, (byte) 4);
        // Latencies by which C2 and C3 count as missing.
        area.putShort(FADT + 96, (short) 101).putShort(FADT + 98, (short) 1001);
        area.put(FADT + 108, (byte) RealTimeClock.CENTURY).putShort(FADT + 109, (short) BOOT_ARCHITECTURE);
        area.putInt(FADT + 112, FADT_FLAGS);
        port(FADT + 116, PciConfiguration.RESET_CONTROL, 8);
        area.put(FADT + 128, (byte) PciConfiguration.RESET_VALUE);
        area.putLong(FADT + 140, address(DSDT));
        port(FADT + 148, PowerManagement.PORT, 32);
        port(FADT + 172, PowerManagement.CONTROL_PORT, 16);
        port(FADT + 208, PowerManagement.TIMER_PORT, 32);
    }

    /** A generic address structure for a port; its access size is 1 for bytes, 2 for words, 3 for double words. */
    private void port(int at, int port, int bits) {
        int accessSize = Integer.numberOfTrailingZeros(bits / 8) + 1;
        area.put(at, (byte) 1).put(at + 1, (byte) bits).put(at + 3, (byte) accessSize).putLong(at + 4, port);
    }

    private void madt() {
        area.position(MADT + HEADER);
        // With PCAT_COMPAT: there are two 8259A, too.
        area.putInt((int) LocalApic.BASE).putInt(1);
        // Processor 0 has local APIC 0 and is enabled.
        entry(0, 8).put((byte) 0).put((byte) 0).putInt(1);
        entry(1, 12).put((byte) 0).put((byte) 0).putInt((int) IoApic.BASE).putInt(0);
        // IRQ 0 is at input 2; the SCI is active high and level-triggered.
        override(0, 2, 0);
        override(PowerManagement.SCI, PowerManagement.SCI, 0xD);
        // NMI is at LINT1 of all processors.
        entry(4, 6).put((byte) 0xFF).putShort((short) 0).put((byte) LocalApic.LINT1);
        table(MADT, "APIC", 3, area.position() - MADT);
    }

    private ByteBuffer entry(int type, int length) {
        return area.put((byte) type).put((byte) length);
    }

    private void override(int irq, int input, int flags) {
        entry(2, 10).put((byte) 0).put((byte) irq).putInt(input).putShort((short) flags);
    }
}
