package ringspec.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PortSpaceTest {

    private final PortSpace ports = new PortSpace();
    private final List<String> log = new ArrayList<>();

    private PortDevice device(String name, int width) {
        return new PortDevice() {
            @Override
            public int width() {
                return width;
            }

            @Override
            public int read(int offset, int size) {
                log.add("%s r%d/%d".formatted(name, offset, size));
                return 0x10 + offset;
            }

            @Override
            public void write(int offset, int size, int value) {
                log.add("%s w%d/%d=%x".formatted(name, offset, size, value));
            }
        };
    }

    @Test
    void whereNothingAnswersAreOnes() {
        assertThat(ports.read(0x80, 1)).isEqualTo(0xFF);
        assertThat(ports.read(0x80, 2)).isEqualTo(0xFFFF);
        assertThat(ports.read(0xFFFE, 4)).isEqualTo(-1);
        ports.write(0x80, 4, 1);
    }

    @Test
    void wideAccessesToANarrowDeviceAreSplit() {
        ports.attach(0x100, 2, device("a", 1));
        assertThat(ports.read(0x100, 4)).isEqualTo(0xFFFF_1110);
        ports.write(0x100, 2, 0xABCD);
        assertThat(log).containsExactly("a r0/1", "a r1/1", "a w0/1=cd", "a w1/1=ab");
    }

    @Test
    void wideAccessesToAWideDeviceAreNot() {
        ports.attach(0x100, 4, device("a", 4));
        ports.write(0x100, 4, 0x12345678);
        ports.write(0x102, 2, -1);
        ports.write(0x102, 4, 0x01020304);
        assertThat(log).containsExactly("a w0/4=12345678", "a w2/2=ffff", "a w2/1=4", "a w3/1=3");
    }

    @Test
    void overlapsAndImpossibleRangesAreRefused() {
        ports.attach(0x100, 8, device("a", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> ports.attach(0x107, 1, device("b", 1)))
                .withMessageContaining("0x107+0x1").withMessageContaining("0x100+0x8");
        assertThatIllegalArgumentException().isThrownBy(() -> ports.attach(0xFFFF, 2, device("b", 1)));
        ports.attach(0x108, 1, device("b", 1));
    }

    @Test
    void theExitPortTellsItsCode() {
        List<Integer> codes = new ArrayList<>();
        ports.attach(ExitPort.PORT, ExitPort.COUNT, new ExitPort(codes::add));
        ports.write(0xF4, 1, 0x1FF);
        ports.write(0xF4, 4, 0x12345678);
        ports.write(0xF5, 1, 1);
        assertThat(codes).containsExactly(0xFF, 0x12345678);
        assertThat(ports.read(0xF4, 2)).isEqualTo(0xFFFF);
    }

    @Test
    void mmioWindows() {
        MmioSpace mmio = new MmioSpace();
        mmio.attach(0xFEE0_0000L, 0x1000, new MmioDevice() {
            @Override
            public long read(long offset, int size) {
                return offset;
            }

            @Override
            public void write(long offset, int size, long value) {
                log.add("%x/%d=%x".formatted(offset, size, value));
            }
        });
        assertThat(mmio.read(0xFEE0_0020L, 4)).isEqualTo(0x20);
        assertThat(mmio.read(0xFEE0_1000L, 4)).isEqualTo(0xFFFF_FFFFL);
        mmio.write(0xFEE0_00B0L, 4, -1);
        mmio.write(0xFEE0_1000L, 4, 0);
        assertThat(log).containsExactly("b0/4=ffffffff");
        assertThatIllegalArgumentException().isThrownBy(() -> mmio.attach(0xFEE0_0FFFL, 2, null));
    }
}
