package ringspec.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.engine.Interpreter;
import ringspec.machine.Board;
import ringspec.machine.Machine;

/** What a kernel finds in registers and memory when it is entered. */
final class MultibootLoaderTest {

    private static final long MBYTE = 1 << 20;

    private final Machine machine = machine(32);

    private static Machine machine(int mbytes) {
        return new Machine(new Machine.Config(ProcessorModels.INTEL, mbytes * MBYTE, Interpreter::new).with(
                new Board.Pc()));
    }

    private ByteBuffer load(String commandLine, BootModule... modules) throws MultibootException {
        MultibootLoader.load(machine, MultibootImage.parse(Images.fixture("rings.elf")), commandLine, List.of(modules));
        return at(machine.cpu().gpr[Cpu.RBX], 88);
    }

    private ByteBuffer at(long address, int length) {
        return Images.buffer(machine.ram().read(address, length));
    }

    private String text(long address) {
        byte[] bytes = machine.ram().read(address, 256);
        int end = 0;
        while (bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    @Test
    void theMachinesState() throws MultibootException {
        load("");
        Cpu cpu = machine.cpu();
        assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x2BAD_B002);
        assertThat(cpu.cr0).as("PE, but neither PG nor anything that a kernel must clear").isEqualTo(0x11);
        assertThat(cpu.cr4).isZero();
        assertThat(cpu.efer).isZero();
        assertThat(cpu.cpl()).isZero();
        assertThat(cpu.flags.has(Rflags.IF)).isFalse();
        assertThat(cpu.rip).isEqualTo(MultibootImage.parse(Images.fixture("rings.elf")).entry());
        for (int i = SegmentRegister.ES; i <= SegmentRegister.GS; i++) {
            SegmentRegister segment = cpu.segments[i];
            assertThat(segment.base).isZero();
            assertThat(segment.limit).isEqualTo(0xFFFF_FFFFL);
            boolean code = i == SegmentRegister.CS;
            assertThat(segment.attributes).as("32 bits, readable code or writable data").isEqualTo(code ? 0xC09B
                    : 0xC093);
        }
    }

    @Test
    void theImageIsWhereItBelongs() throws MultibootException {
        load("");
        LoadSegment segment = MultibootImage.parse(Images.fixture("rings.elf")).segments().getFirst();
        byte[] file = Images.fixture("rings.elf");
        assertThat(machine.ram().read(segment.physical(), segment.fileSize())).isEqualTo(Arrays.copyOfRange(file,
                segment
                        .offset(), segment.offset() + segment.fileSize()));
    }

    @Test
    void commandLineAndName() throws MultibootException {
        ByteBuffer information = load("root=/dev/äther quiet");
        assertThat(information.getInt(0)).as("memory, command line, modules, memory map, name").isEqualTo(0x24D);
        assertThat(text(information.getInt(16))).isEqualTo("root=/dev/äther quiet");
        assertThat(text(information.getInt(64))).isEqualTo("ringspec");
    }

    @Test
    void memory() throws MultibootException {
        ByteBuffer information = load("");
        assertThat(information.getInt(4)).as("mem_lower, without the extended BIOS data area").isEqualTo(639);
        assertThat(information.getInt(8)).as("mem_upper").isEqualTo(31 * 1024);
        int end = information.getInt(48) + information.getInt(44);
        List<String> map = new ArrayList<>();
        for (int at = information.getInt(48); at < end; at += 4 + at(at, 4).getInt(0)) {
            ByteBuffer entry = at(at, 24);
            map.add("%x+%x:%d".formatted(entry.getLong(4), entry.getLong(12), entry.getInt(20)));
        }
        assertThat(map).containsExactly("0+9fc00:1", "9fc00+400:2", "e0000+20000:2", "100000+1f00000:1");
    }

    @Test
    void modulesArePageAlignedBehindTheImage() throws MultibootException {
        byte[] first = new byte[5000];
        Arrays.fill(first, (byte) 7);
        ByteBuffer information = load("", new BootModule(first, "first one"), new BootModule(new byte[0], ""),
                new BootModule(
                        new byte[]{1, 2}, "third"));
        assertThat(information.getInt(20)).isEqualTo(3);
        ByteBuffer table = at(information.getInt(24), 48);
        long end = MultibootImage.parse(Images.fixture("rings.elf")).segments().getFirst().end();
        for (int i = 0; i < 48; i += 16) {
            assertThat(table.getInt(i) % 4096).isZero();
            assertThat((long) table.getInt(i)).isGreaterThanOrEqualTo(end);
            assertThat(table.getInt(i + 12)).isZero();
            end = table.getInt(i + 4);
        }
        assertThat(machine.ram().read(table.getInt(0), table.getInt(4) - table.getInt(0))).isEqualTo(first);
        assertThat(text(table.getInt(8))).isEqualTo("first one");
        assertThat(table.getInt(20) - table.getInt(16)).isZero();
        assertThat(text(table.getInt(40))).isEqualTo("third");
        assertThat(machine.ram().read(table.getInt(32), 2)).containsExactly(1, 2);
    }

    @Test
    void bootInformationMakesRoomForTheImage() throws MultibootException {
        // An image that fills base memory from 1000h on.
        byte[] file = Images.bare(0x1100, 0x1000, 0, 0x9_FC00, 0x1200);
        MultibootLoader.load(machine, MultibootImage.parse(file), "x", List.of());
        assertThat(machine.cpu().gpr[Cpu.RBX]).isGreaterThanOrEqualTo(0x10_0000);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> {
            BootModule large = new BootModule(new byte[3 << 20], "large");
            MultibootLoader.load(machine(3), MultibootImage.parse(Images.fixture("rings.elf")), "", List.of(large));
        }).isInstanceOf(MultibootException.class).hasMessageContaining("large").hasMessageContaining("3,145,728");
        assertThatThrownBy(() -> {
            byte[] file = Images.bare(0x9_F100, 0x9_F000, 0, 0, 0x9_F200);
            MultibootLoader.load(machine(3), MultibootImage.parse(file), "", List.of());
        }).isInstanceOf(MultibootException.class).hasMessageContaining("0x9f000 to 0xa3000");
    }
}
