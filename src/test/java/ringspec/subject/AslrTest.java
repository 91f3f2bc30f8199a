package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.elf.ElfImage;
import ringspec.elf.LoadPolicy;
import ringspec.fixture.Fixture;
import ringspec.fixture.Fixtures;
import ringspec.kernel.KernelLayout;

/** Where the ASLR option puts images and stacks (D42, SEC-13). */
final class AslrTest {

    private static final Path ROOT = Path.of("fixtures");
    private static final DesignedKernel KERNEL = DesignedKernel.REFERENCE;

    /** Where a program begins. */
    private record Start(long rip, long rsp) {
    }

    private static Start start(Configuration configuration, Fixture fixture) {
        BootedMachine booted = KERNEL.boot(configuration);
        booted.loadModules(FixtureRun.modules(fixture));
        Cpu cpu = booted.machine().cpu();
        for (int i = 0; i < 1_000_000 && cpu.cpl() == 0; i++) {
            booted.machine().step();
        }
        assertThat(cpu.cpl()).isEqualTo(3);
        return new Start(cpu.rip, cpu.gpr[Cpu.RSP]);
    }

    private static Configuration seed(long seed) {
        return new Configuration(ProcessorModels.INTEL, true).withAslr(seed);
    }

    @Test
    void eachSeedHasItsOwnAddressesAndTheSameEachTime() {
        Fixture fixture = Fixtures.read(ROOT, "position-independent");
        long entry = ElfImage.parse(fixture.bytes(), LoadPolicy.WITH_ASLR).orThrow().entry();
        Set<Long> images = new HashSet<>();
        Set<Long> stacks = new HashSet<>();
        for (long seed : new long[]{0, 1, 2, -1}) {
            Start start = start(seed(seed), fixture);
            assertThat(start(seed(seed), fixture)).isEqualTo(start);
            assertThat((start.rip() - entry) % KernelLayout.PAGE).isZero();
            assertThat(start.rsp() % KernelLayout.PAGE).isZero();
            assertThat(start.rsp()).isBetween(KernelLayout.USER_MAX - (256L << 20), KernelLayout.USER_MAX);
            images.add(start.rip());
            stacks.add(start.rsp());
        }
        assertThat(images).hasSize(4);
        assertThat(stacks).hasSize(4);
    }

    @Test
    void anExecutableStaysAndItsStackMoves() {
        Fixture hello = Fixtures.read(ROOT, "hello");
        Start without = start(new Configuration(ProcessorModels.INTEL, true), hello);
        assertThat(without.rsp()).isEqualTo(KernelLayout.USER_MAX);
        assertThat(start(seed(5), hello).rip()).isEqualTo(without.rip());
        assertThat(start(seed(5), hello).rsp()).isLessThan(without.rsp());
    }

    @Test
    void withoutTheOptionAPositionIndependentImageIsRefused() {
        BootedMachine booted = KERNEL.boot(new Configuration(ProcessorModels.INTEL, true));
        booted.loadModules(FixtureRun.modules(Fixtures.read(ROOT, "position-independent")));
        booted.run(1_000_000);
        assertThat(booted.machine().exitCode()).hasValue(KernelLayout.EXIT_INIT_REFUSED);
    }
}
