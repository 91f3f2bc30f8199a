package ringspec.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringspec.cpu.ProcessorModels;
import ringspec.device.PowerManagement;
import ringspec.machine.Board;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.memory.PhysicalMemory;

/** What a kernel finds when it goes from pointer to pointer through guest memory, as its ACPI code does. */
final class AcpiTablesTest {

    private final Machine machine = prepared();

    private static Machine prepared() {
        Machine machine = new Machine(Machine.Config.of(ProcessorModels.INTEL).with(new Board.Pc()));
        Firmware.prepare(machine);
        return machine;
    }

    private ByteBuffer at(long address, int length) {
        return ByteBuffer.wrap(machine.ram().read(address, length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer table(long address, String signature) {
        ByteBuffer table = at(address, at(address, 8).getInt(4));
        assertThat(signature(table)).isEqualTo(signature);
        assertThat(sum(table, table.limit())).as("checksum of " + signature).isZero();
        return table;
    }

    private static String signature(ByteBuffer table) {
        return new String(table.array(), 0, 4, StandardCharsets.US_ASCII);
    }

    private static int sum(ByteBuffer bytes, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += bytes.get(i);
        }
        return sum & 0xFF;
    }

    private ByteBuffer rsdp() {
        for (long address = 0xE_0000; address < 0x10_0000; address += 16) {
            ByteBuffer candidate = at(address, 36);
            if (new String(candidate.array(), 0, 8, StandardCharsets.US_ASCII).equals("RSD PTR ")) {
                return candidate;
            }
        }
        throw new AssertionError("no RSDP");
    }

    /** Tables by the RSDT or by the XSDT. */
    private List<ByteBuffer> tables(boolean extended) {
        ByteBuffer root = extended ? table(rsdp().getLong(24), "XSDT") : table(rsdp().getInt(16), "RSDT");
        List<ByteBuffer> tables = new ArrayList<>();
        for (int i = 36; i < root.limit(); i += extended ? 8 : 4) {
            long address = extended ? root.getLong(i) : root.getInt(i);
            tables.add(table(address, signature(at(address, 4))));
        }
        return tables;
    }

    @Test
    void bothRootsLeadToTheSameTables() {
        assertThat(sum(rsdp(), 20)).isZero();
        assertThat(sum(rsdp(), 36)).isZero();
        assertThat(rsdp().get(15)).isEqualTo((byte) 2);
        assertThat(tables(true)).isEqualTo(tables(false)).extracting(AcpiTablesTest::signature).containsExactly("FACP",
                "APIC");
    }

    @Test
    void theFadtNamesThePorts() {
        ByteBuffer fadt = tables(true).getFirst();
        assertThat(fadt.getInt(56)).isEqualTo(0x600).isEqualTo((int) fadt.getLong(148 + 4));
        assertThat(fadt.getInt(64)).isEqualTo(0x604).isEqualTo((int) fadt.getLong(172 + 4));
        assertThat(fadt.getInt(76)).isEqualTo(0x608).isEqualTo((int) fadt.getLong(208 + 4));
        assertThat(fadt.getShort(46)).isEqualTo((short) 9);
        assertThat(at(fadt.getInt(36), 4).getInt()).as("FACS").isEqualTo(0x53434146);
        assertThat(fadt.getInt(36) % 64).isZero();
    }

    @Test
    void theFadtsResetRegisterResets() {
        ByteBuffer fadt = tables(true).getFirst();
        assertThat(fadt.getInt(112) & 1 << 10).as("RESET_REG_SUP").isNotZero();
        assertThat(fadt.get(116)).as("a port").isEqualTo((byte) 1);
        machine.ports().write((int) fadt.getLong(120), 1, fadt.get(128));
        assertThat(machine.run(1)).isInstanceOf(Stop.Reset.class).hasToString(
                "reset by reset control register, port CF9h");
    }

    @Test
    void theDsdtHasTheNumberThatSwitchesOff() {
        ByteBuffer fadt = tables(true).getFirst();
        ByteBuffer dsdt = table(fadt.getInt(40), "DSDT");
        assertThat(fadt.getLong(140)).isEqualTo(fadt.getInt(40));
        byte[] aml = new byte[dsdt.limit() - 36];
        dsdt.get(36, aml);
        // NameOp, RootChar, "_S5_", PackageOp, PkgLength 6, four elements ZeroOp.
        assertThat(HexFormat.of().formatHex(aml)).isEqualTo("085c5f53355f120604" + "00000000");
        machine.ports().write(fadt.getInt(64), 2, 1 << 13 | PowerManagement.SLEEP_TYPE_S5 << 10);
        assertThat(machine.run(1)).isEqualTo(new Stop.PoweredOff());
        assertThat(machine.fork().run(1)).isEqualTo(new Stop.PoweredOff());
    }

    @Test
    void theMadtDescribesTheInterruptControllers() {
        ByteBuffer madt = tables(true).getLast();
        assertThat(madt.getInt(36)).isEqualTo(0xFEE0_0000);
        assertThat(madt.getInt(40)).as("PCAT_COMPAT").isEqualTo(1);
        List<String> entries = new ArrayList<>();
        for (int i = 44; i < madt.limit(); i += madt.get(i + 1)) {
            entries.add(HexFormat.of().formatHex(madt.array(), i, i + madt.get(i + 1)));
        }
        assertThat(entries).containsExactly("0008000001000000", "010c00000000c0fe00000000", "020a0000020000000000",
                "020a0009090000000d00", "0406ff000001");
    }

    @Test
    void theFirmwareMasksThe8259AAndWiresThemToTheLocalApic() {
        assertThat(machine.ports().read(0x21, 1)).isEqualTo(0xFF);
        assertThat(machine.ports().read(0xA1, 1)).isEqualTo(0xFF);
        assertThat(machine.ports().read(0x4D1, 1)).as("the SCI is a level").isEqualTo(2);
        assertThat(machine.localApic().read(0x350, 4)).isEqualTo(0x700);
        assertThat(machine.localApic().read(0x360, 4)).isEqualTo(0x400);
    }

    @Test
    void theMemoryMapIsInOrderAndWithinRam() {
        long last = 0;
        for (MemoryRange range : Firmware.memoryMap(machine)) {
            assertThat(range.base()).isGreaterThanOrEqualTo(last);
            last = range.end();
        }
        assertThat(last).isEqualTo(machine.ram().size());
    }

    @Test
    void otherMachinesAreRefused() {
        Machine bare = new Machine(Machine.Config.of(ProcessorModels.INTEL));
        assertThatThrownBy(() -> Firmware.prepare(bare)).hasMessageContaining("Board.Pc");
        Machine small = new Machine(new Machine.Config(ProcessorModels.INTEL, 1 << 20, bare.config().engine()).with(
                new Board.Pc()));
        PhysicalMemory ram = small.ram();
        assertThatThrownBy(() -> Firmware.prepare(small)).hasMessageContaining("0x%x".formatted(ram.size()));
    }
}
