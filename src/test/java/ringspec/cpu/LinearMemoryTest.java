package ringspec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.cpu.TestBed.NX;
import static ringspec.cpu.TestBed.P;
import static ringspec.cpu.TestBed.RW;
import static ringspec.cpu.TestBed.US;
import static ringspec.cpu.TestBed.faultOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.memory.Frame;
import ringspec.memory.MmioBus;
import ringspec.paging.AccessKind;
import ringspec.paging.PageWalker;
import ringspec.paging.Privilege;
import ringspec.paging.WalkResult;
import ringspec.trace.TraceEvent;

final class LinearMemoryTest {

    private static final long PAGE = 0x0000_7000_1234_5000L;

    private final TestBed bed = new TestBed();
    private final LinearMemory memory = bed.memory;

    @Test
    void everySizeAtEveryOffsetAcrossTwoPages() {
        bed.set(PAGE, 1, 0x3000 | P | RW);
        bed.set(PAGE + 4096, 1, 0x7000 | P | RW);
        for (int size : new int[]{1, 2, 4, 8}) {
            for (long at = PAGE + 4080; at <= PAGE + 4104; at++) {
                long value = 0x8877_6655_4433_2211L * at & -1L >>> 64 - 8 * size;
                memory.write(at, size, value);
                assertThat(memory.read(at, size)).isEqualTo(value);
                for (int i = 0; i < size; i++) {
                    long physical = at + i < PAGE + 4096 ? 0x3000 + at + i - PAGE : 0x7000 + at + i - PAGE - 4096;
                    assertThat(bed.ram.read8(physical)).isEqualTo((int) (value >>> 8 * i) & 0xFF);
                }
            }
        }
    }

    @Test
    void aWriteAcrossPagesChangesNothingIfTheSecondPageFaults() {
        bed.set(PAGE, 1, 0x3000 | P | RW);
        Fault fault = faultOf(() -> memory.write64(PAGE + 4092, -1));
        assertThat(fault.vector()).isEqualTo(Vector.PF);
        assertThat(fault.errorCode()).isEqualTo(2);
        assertThat(fault.address()).isEqualTo(PAGE + 4096);
        assertThat(bed.ram.read8(0x3FFC)).isZero();
    }

    @Test
    void nonCanonicalAddressesComeBeforePaging() {
        long edge = 0x0000_7FFF_FFFF_FFFCL;
        Fault fault = faultOf(() -> memory.read64(edge));
        assertThat(fault.isNonCanonical()).isTrue();
        assertThat(faultOf(() -> memory.read32(edge)).vector()).isEqualTo(Vector.PF);
        assertThat(faultOf(() -> memory.fetchFrame(0x8000_0000_0000_0000L)).isNonCanonical()).isTrue();
        assertThat(faultOf(() -> memory.prepareWrite(0xFFFF_7FFF_FFFF_FFFFL, 1)).isNonCanonical()).isTrue();
    }

    @Test
    void theAddressSpaceWrapsAround() {
        bed.set(-4096, 1, 0x3000 | P | RW);
        bed.set(0, 1, 0x4000 | P | RW);
        memory.write64(-4, 0x1122_3344_5566_7788L);
        assertThat(bed.ram.read64(0x4000)).isEqualTo(0x1122_3344);
        assertThat(memory.read64(-4)).isEqualTo(0x1122_3344_5566_7788L);
    }

    @Test
    void prepareWriteFaultsAsTheWriteWouldAndChangesNoData() {
        bed.set(PAGE, 1, 0x3000 | P);
        Fault fault = faultOf(() -> memory.prepareWrite(PAGE + 8, 4));
        assertThat(fault.errorCode()).isEqualTo(3);
        assertThat(fault.address()).isEqualTo(PAGE + 8);
        bed.set(PAGE, 1, 0x3000 | P | RW);
        memory.prepareWrite(PAGE + 8, 4);
        assertThat(bed.ram.read64(0x3008)).isZero();
    }

    @Test
    void smapHindersImplicitAccessesWhateverAcSays() {
        bed.cpu.cr4 |= ControlRegisters.CR4_SMAP;
        bed.set(PAGE, 1, 0x3000 | P | RW | US);
        bed.privilege(0, true);
        memory.write64(PAGE, 1);
        assertThat(memory.read64(PAGE)).isEqualTo(1);
        assertThat(faultOf(() -> memory.systemRead64(PAGE)).errorCode()).isEqualTo(1);
        assertThat(faultOf(() -> memory.systemWrite64(PAGE, 1)).errorCode()).isEqualTo(3);
        bed.privilege(0, false);
        assertThat(faultOf(() -> memory.read64(PAGE)).errorCode()).isEqualTo(1);
        bed.privilege(3, false);
        assertThat(memory.read64(PAGE)).isEqualTo(1);
        assertThat(faultOf(() -> memory.systemRead8(PAGE)).errorCode()).as("a supervisor access at CPL 3").isEqualTo(1);
    }

    @Test
    void implicitAccessesAtCpl3ReachSupervisorPages() {
        bed.set(PAGE, 1, 0x3000 | P | RW);
        bed.privilege(3, false);
        memory.systemWrite32(PAGE, 5);
        assertThat(memory.systemRead32(PAGE)).isEqualTo(5);
        assertThat(faultOf(() -> memory.read32(PAGE)).errorCode()).isEqualTo(5);
    }

    @Test
    void fetchIsNotRead() {
        bed.set(PAGE, 1, 0x3000 | P | NX);
        memory.read8(PAGE);
        assertThat(faultOf(() -> memory.fetchFrame(PAGE)).errorCode()).isEqualTo(0x11);
        bed.set(PAGE, 1, 0x3000 | P);
        assertThat(memory.fetchFrame(PAGE + 5)).isSameAs(bed.ram.frame(3));
        assertThat(memory.fetchPhysical(PAGE + 5)).isEqualTo(0x3005);
    }

    @Test
    void aWriteToDecodedCodeStopsTheBlock() {
        bed.set(PAGE, 1, 0x3000 | P | RW);
        memory.write8(PAGE, 1);
        Frame frame = memory.fetchFrame(PAGE);
        memory.codeDecodedFrom(frame);
        frame.decoded = "blocks";
        bed.cpu.stopBlock = false;
        memory.write8(PAGE + 100, 1);
        assertThat(bed.cpu.stopBlock).isTrue();
        assertThat(frame.decoded).isNull();
    }

    @Test
    void aForksWriteToSharedCodeStopsItsBlockAndLeavesTheOthersCodeAlone() {
        bed.set(PAGE, 1, 0x3000 | P | RW);
        memory.write8(PAGE, 1);
        Frame frame = memory.fetchFrame(PAGE);
        memory.codeDecodedFrom(frame);
        frame.decoded = "blocks";
        TestBed fork = bed.fork();
        assertThat(fork.memory.fetchFrame(PAGE)).isSameAs(frame);
        fork.cpu.stopBlock = false;
        fork.memory.write8(PAGE, 2);
        assertThat(fork.cpu.stopBlock).isTrue();
        assertThat(fork.memory.fetchFrame(PAGE)).isNotSameAs(frame);
        assertThat(fork.memory.fetchFrame(PAGE).decoded).isNull();
        assertThat(frame.decoded).isEqualTo("blocks");
    }

    @Test
    void outsideRamTheBusAnswers() {
        bed.set(PAGE, 1, 0xFEE0_0000L | P | RW);
        assertThat(memory.read64(PAGE)).isEqualTo(-1);
        assertThat(memory.fetchFrame(PAGE)).isSameAs(Frame.ALL_ONES);
        List<String> log = new ArrayList<>();
        bed.cpu.mmio = new MmioBus() {
            @Override
            public long read(long physical, int size) {
                log.add("r%x/%d".formatted(physical, size));
                return 0x1234;
            }

            @Override
            public void write(long physical, int size, long value) {
                log.add("w%x/%d=%x".formatted(physical, size, value));
            }
        };
        assertThat(memory.read32(PAGE + 0x20)).isEqualTo(0x1234);
        memory.write32(PAGE + 0x30, 7);
        assertThat(log).containsExactly("rfee00020/4", "wfee00030/4=7");
    }

    @Test
    void alignmentIsCheckedAtCpl3WithAmAndAc() {
        bed.set(PAGE, 1, 0x3000 | P | RW | US);
        bed.cpu.cr0 |= ControlRegisters.CR0_AM;
        bed.privilege(3, false);
        memory.read32(PAGE + 1);
        bed.privilege(3, true);
        memory.read32(PAGE + 4);
        assertThat(faultOf(() -> memory.read32(PAGE + 1)).vector()).isEqualTo(Vector.AC);
        bed.privilege(0, true);
        memory.read32(PAGE + 1);
    }

    @Test
    void detailTellsOfEveryAccess() {
        bed.set(PAGE, 1, 0x3000 | P | RW);
        memory.write8(PAGE, 1);
        bed.cpu.trace.detail = true;
        memory.contextChanged();
        memory.write16(PAGE, 1);
        memory.read32(PAGE + 4);
        assertThat(bed.cpu.trace.all(TraceEvent.MemoryWrite.class)).containsExactly(new TraceEvent.MemoryWrite(PAGE, 2,
                0));
        assertThat(bed.cpu.trace.all(TraceEvent.MemoryRead.class)).containsExactly(new TraceEvent.MemoryRead(PAGE + 4,
                4,
                0));
    }

    /** Page caches on, page caches off, and a bare walk of the tables: all three must always agree. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomAccessesAgreeWithABareWalk(long seed) {
        Random random = new Random(seed);
        TestBed fast = new TestBed(ProcessorModels.all().get((int) (seed % 3)));
        TestBed slow = fast.fork();
        slow.cpu.trace.detail = true;
        slow.memory.contextChanged();
        long[] flags = {0, P, P | RW, P | US, P | RW | US, P | RW | US | NX, P | RW | TestBed.G};
        int faults = 0;
        int successes = 0;
        for (int i = 0; i < 30_000; i++) {
            long page = PAGE + 4096L * random.nextInt(6);
            switch (random.nextInt(20)) {
                case 0 -> {
                    long entry = 0x3000 + 4096L * random.nextInt(5) | flags[random.nextInt(flags.length)];
                    fast.set(page, 1, entry);
                    slow.set(page, 1, entry);
                    fast.memory.invlpg(page);
                    slow.memory.invlpg(page);
                }
                case 1 -> {
                    int cpl = random.nextBoolean() ? 3 : 0;
                    boolean ac = random.nextBoolean();
                    fast.privilege(cpl, ac);
                    slow.privilege(cpl, ac);
                }
                case 2 -> {
                    long cr4 = fast.cpu.cr4 ^ (random.nextBoolean() ? ControlRegisters.CR4_SMAP
                            : ControlRegisters.CR4_SMEP);
                    for (Cpu cpu : List.of(fast.cpu, slow.cpu)) {
                        cpu.cr4 = cr4;
                        cpu.cr0 ^= ControlRegisters.CR0_WP;
                        cpu.memory.contextChanged();
                    }
                }
                case 3 -> {
                    if (random.nextInt(50) == 0) {
                        fast = fast.fork();
                    }
                }
                default -> {
                    boolean faulted = access(random, fast, slow, page);
                    faults += faulted ? 1 : 0;
                    successes += faulted ? 0 : 1;
                }
            }
        }
        assertThat(fast.staleUses()).isEmpty();
        assertThat(slow.staleUses()).isEmpty();
        assertThat(fast.ram.read(0, 0x20_0000)).isEqualTo(slow.ram.read(0, 0x20_0000));
        assertThat(faults).isGreaterThan(1000);
        assertThat(successes).isGreaterThan(1000);
    }

    private static boolean access(Random random, TestBed fast, TestBed slow, long page) {
        int size = 1 << random.nextInt(4);
        long linear = page + (random.nextBoolean() ? random.nextInt(4096) : 4096 - random.nextInt(9));
        AccessKind kind = AccessKind.values()[random.nextInt(3)];
        boolean system = kind != AccessKind.FETCH && random.nextInt(5) == 0;
        long value = random.nextLong();
        long last = kind == AccessKind.FETCH ? linear : linear + size - 1;
        int expected = codeByWalk(slow, linear, kind, system);
        long faultAddress = linear;
        if (expected < 0 && (linear ^ last) >>> 12 != 0) {
            expected = codeByWalk(slow, last & -4096, kind, system);
            faultAddress = last & -4096;
        }
        long[] results = new long[2];
        for (int i = 0; i < 2; i++) {
            LinearMemory memory = i == 0 ? fast.memory : slow.memory;
            int index = i;
            Fault fault = faultOf(() -> results[index] = perform(memory, linear, kind, system, size, value));
            if (expected < 0) {
                assertThat(fault).isNull();
            } else {
                assertThat(fault).isNotNull();
                assertThat(fault.errorCode()).isEqualTo(expected);
                assertThat(fault.address()).isEqualTo(faultAddress);
            }
        }
        assertThat(results[0]).isEqualTo(results[1]);
        return expected >= 0;
    }

    private static int codeByWalk(TestBed bed, long linear, AccessKind kind, boolean system) {
        boolean ac = bed.cpu.flags.has(Rflags.AC);
        Privilege privilege = system || bed.cpu.cpl() != 3
                ? ac && !system ? Privilege.SUPERVISOR_AC : Privilege.SUPERVISOR
                : Privilege.USER;
        WalkResult result = new PageWalker(bed.ram).walk(bed.cpu.cr3, linear, bed.memory.pagingMode());
        return PageWalker.faultCode(result, kind, privilege, bed.memory.pagingMode());
    }

    private static long perform(LinearMemory memory, long linear, AccessKind kind, boolean system, int size,
            long value) {
        switch (kind) {
            case FETCH -> {
                return memory.fetchFrame(linear).bytes[(int) linear & 4095];
            }
            case READ -> {
                return system ? memory.systemRead(linear, size) : memory.read(linear, size);
            }
            default -> {
                if (system) {
                    memory.systemWrite(linear, size, value);
                } else {
                    memory.write(linear, size, value);
                }
                return 0;
            }
        }
    }
}
