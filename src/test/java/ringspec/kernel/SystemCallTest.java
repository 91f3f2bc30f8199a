package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.kernel.ObjectLayout.CAPABILITY_RIGHTS;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.syscall.Arguments;
import ringspec.kernel.syscall.Syscall;
import ringspec.paging.PageTableEntry;

/** System calls on a booted kernel, called as their gates call them: results, and that a refusal changes nothing. */
final class SystemCallTest {

    private static final long HEAP = 0x1000_0000L;
    private static final long STACK = 0x7FFF_FFFF_B000L;
    private static final int SERIAL = 0;
    private static final int BUDGET = 1;
    private static final int SELF = 2;

    private KernelBed bed;
    private ProcessObject init;

    @BeforeEach
    void boot() {
        bed = new KernelBed(true);
        init = bed.bootInit("hello");
    }

    private long call(Syscall syscall, long... arguments) {
        long[] six = Arrays.copyOf(arguments, 6);
        try {
            return syscall.handler().handle(new Arguments(six[0], six[1], six[2], six[3], six[4], six[5]),
                    bed.kernel);
        } catch (SyscallFailure failure) {
            return failure.error().result();
        }
    }

    /** A refusal changes no byte of RAM. */
    private void assertRefused(ErrorCode error, Syscall syscall, long... arguments) {
        byte[] before = bed.machine.ram().read(0, (int) bed.machine.ram().size());
        assertThat(call(syscall, arguments)).isEqualTo(error.result());
        // Only the processor's own accessed and dirty bits may differ: user memory was looked at.
        byte[] after = bed.machine.ram().read(0, (int) bed.machine.ram().size());
        if (error != ErrorCode.FAULT) {
            assertThat(Arrays.equals(before, after)).isTrue();
        }
    }

    private void weaken(int slot, int rights) {
        bed.kernel.memory().store32(bed.kernel.tables().at(init.capabilities(), slot).address() + CAPABILITY_RIGHTS,
                rights);
    }

    private long alloc(int pages) {
        long slot = call(Syscall.MEM_ALLOC, BUDGET, pages * 0x1000L, Rights.ALL);
        assertThat(slot).isPositive();
        return slot;
    }

    @Test
    void initHasItsThreeCapabilities() {
        assertThat(LongStream.range(0, 64).filter(slot -> call(Syscall.CAP_INSPECT, slot, STACK) == 0)).containsExactly(
                0L, 1L,
                2L);
    }

    @Test
    void allocMapUseUnmapGivesTheFramesBackWhenTheCapabilityIsGoneToo() {
        long free = bed.kernel.frames().free();
        long budget = bed.kernel.memories().size(bed.kernel.tables().at(init.capabilities(), BUDGET).object());
        long slot = alloc(3);
        assertThat(slot).isEqualTo(3);
        assertThat(free - bed.kernel.frames().free()).as("three pages and the object").isEqualTo(4);
        assertThat(bed.symbols().framesByKind().get(FrameKind.USER)).isNotZero();
        assertThat(call(Syscall.MEM_MAP, slot, SELF, HEAP, 0, 0x3000, 3)).isZero();
        long leaf = init.space(bed.kernel.spaces()).leaf(HEAP + 0x2000);
        assertThat(leaf & (PageTableEntry.P | PageTableEntry.RW | PageTableEntry.US | PageTableEntry.NX))
                .isEqualTo(PageTableEntry.P | PageTableEntry.RW | PageTableEntry.US | PageTableEntry.NX);
        bed.kernel.capabilities().remove(bed.kernel.tables().at(init.capabilities(), (int) slot));
        assertThat(init.space(bed.kernel.spaces()).leaf(HEAP)).as("mappings keep the pages").isNotZero();
        assertThat(call(Syscall.MEM_UNMAP, SELF, HEAP, 0x3000)).isZero();
        assertThat(init.space(bed.kernel.spaces()).leaf(HEAP)).isZero();
        assertThat(free - bed.kernel.frames().free()).as("the PT of the heap and its origins stay").isEqualTo(2);
        assertThat(bed.kernel.memories().size(bed.kernel.tables().at(init.capabilities(), BUDGET).object())).isEqualTo(
                budget);
    }

    @Test
    void alargeMemoryNeedsListsAndGivesThemBack() {
        long free = bed.kernel.frames().free();
        long slot = alloc(1000);
        assertThat(free - bed.kernel.frames().free()).isEqualTo(1000 + 1 + 2);
        assertThat(call(Syscall.MEM_MAP, slot, SELF, HEAP, 255 * 0x1000, 0x3000, 1)).isZero();
        assertThat(call(Syscall.MEM_MAP, slot, SELF, HEAP + 0x10_0000, 999 * 0x1000, 0x1000, 5)).isZero();
        assertThat(call(Syscall.MEM_UNMAP, SELF, HEAP, 0x3000)).isZero();
        assertThat(call(Syscall.MEM_UNMAP, SELF, HEAP + 0x10_0000, 0x1000)).isZero();
        long tables = bed.symbols().framesByKind().get(FrameKind.PAGE_TABLE);
        bed.kernel.capabilities().remove(bed.kernel.tables().at(init.capabilities(), (int) slot));
        assertThat(bed.symbols().framesByKind().get(FrameKind.PAGE_TABLE)).isEqualTo(tables);
        assertThat(free - bed.kernel.frames().free()).isBetween(2L, 3L);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 4096, 3", "0x10000000, 0, 0, 3", "0x10000001, 0, 4096, 3", "0x10000000, 1, 4096, 3",
            "0x10000000, 0, 4097, 3", "0x10000000, 0, 0x5000, 3", "0x10000000, 0x4000, 4096, 3",
            "0x10000000, -4096, 4096, 3", "0x10000000, 0, -4096, 3", "0x10000000, 0, 4096, 0", "0x10000000, 0, 4096, 6",
            "0x10000000, 0, 4096, 7", "0x10000000, 0, 4096, 8", "0x7FFFFFFFF000, 0, 4096, 3",
            "0x7FFFFFFFA000, 0, 4096, 3",
            "0x7FFFFFFF9000, 0, 8192, 3", "0xF000, 0, 4096, 3", "0xFFFF800000000000, 0, 4096, 3",
            "0x7FFFFFFFFFFFF000, 0, 0x2000, 3"})
    void memMapRefusesArguments(String vaddr, String offset, String length, long prot) {
        long slot = alloc(4);
        assertRefused(ErrorCode.INVAL, Syscall.MEM_MAP, slot, SELF, number(vaddr), number(offset), number(length),
                prot);
    }

    private static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }

    @Test
    void memMapIsAllOrNothingWhereSomethingIsMapped() {
        long slot = alloc(4);
        assertThat(call(Syscall.MEM_MAP, slot, SELF, HEAP + 0x2000, 0, 0x1000, 1)).isZero();
        assertRefused(ErrorCode.EXISTS, Syscall.MEM_MAP, slot, SELF, HEAP, 0, 0x4000, 1);
        assertRefused(ErrorCode.EXISTS, Syscall.MEM_MAP, slot, SELF, 0x40_0000, 0, 0x1000, 1);
        assertRefused(ErrorCode.EXISTS, Syscall.MEM_MAP, slot, SELF, STACK, 0, 0x1000, 1);
        assertRefused(ErrorCode.NOTMAPPED, Syscall.MEM_UNMAP, SELF, HEAP + 0x1000, 0x2000);
    }

    @Test
    void checksGoSlotTypeRightsArguments() {
        long slot = alloc(1);
        assertRefused(ErrorCode.BADSLOT, Syscall.MEM_MAP, 64, SERIAL, 1, 1, 1, 0);
        assertRefused(ErrorCode.BADSLOT, Syscall.MEM_MAP, SERIAL, -1, 1, 1, 1, 0);
        assertRefused(ErrorCode.TYPE, Syscall.MEM_MAP, SERIAL, SELF, 1, 1, 1, 0);
        assertRefused(ErrorCode.TYPE, Syscall.MEM_MAP, slot, SERIAL, 1, 1, 1, 0);
        weaken((int) slot, Rights.READ);
        assertRefused(ErrorCode.RIGHTS, Syscall.MEM_MAP, slot, SELF, 1, 1, 1, Rights.WRITE | Rights.EXECUTE);
        assertRefused(ErrorCode.INVAL, Syscall.MEM_MAP, slot, SELF, 1, 1, 1, Rights.READ);
        assertThat(call(Syscall.MEM_MAP, slot, SELF, HEAP, 0, 0x1000, Rights.READ)).isZero();
        weaken(SELF, Rights.ALL & ~Rights.WRITE);
        assertRefused(ErrorCode.RIGHTS, Syscall.MEM_UNMAP, SELF, 1, 1);
        assertRefused(ErrorCode.RIGHTS, Syscall.PROC_DESTROY, SELF);
        weaken(BUDGET, Rights.READ | Rights.WRITE);
        assertRefused(ErrorCode.RIGHTS, Syscall.MEM_ALLOC, BUDGET, 1, Rights.EXECUTE);
        assertRefused(ErrorCode.INVAL, Syscall.MEM_ALLOC, BUDGET, 1, Rights.READ);
        weaken(SERIAL, Rights.READ | Rights.GRANT);
        assertRefused(ErrorCode.RIGHTS, Syscall.IPC_SEND, SERIAL, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 65, 3, 63, -1, Long.MIN_VALUE, 0x1_0000_0000L})
    void emptyAndImpossibleSlots(long slot) {
        assertRefused(ErrorCode.BADSLOT, Syscall.CAP_INSPECT, slot, STACK);
        assertRefused(ErrorCode.BADSLOT, Syscall.IPC_SEND, slot, STACK);
        assertRefused(ErrorCode.BADSLOT, Syscall.PROC_DESTROY, slot);
        assertRefused(ErrorCode.BADSLOT, Syscall.MEM_ALLOC, slot, 0x1000, 1);
        assertRefused(ErrorCode.BADSLOT, Syscall.MEM_UNMAP, slot, HEAP, 0x1000);
    }

    @Test
    void aBudgetIsDrawnFromAndNotMapped() {
        assertRefused(ErrorCode.INVAL, Syscall.MEM_MAP, BUDGET, SELF, HEAP, 0, 0x1000, 1);
        long slot = alloc(1);
        assertRefused(ErrorCode.INVAL, Syscall.MEM_ALLOC, slot, 0x1000, 1);
        assertRefused(ErrorCode.NOMEM, Syscall.MEM_ALLOC, BUDGET, 1L << 40, 1);
        assertRefused(ErrorCode.INVAL, Syscall.MEM_ALLOC, BUDGET, -0x1000, 1);
        assertRefused(ErrorCode.INVAL, Syscall.MEM_ALLOC, BUDGET, 0x1000, 0);
        assertRefused(ErrorCode.INVAL, Syscall.MEM_ALLOC, BUDGET, 0x1000, 0x20);
    }

    @Test
    void aFullTableIsFull() {
        for (int slot = 3; slot < 64; slot++) {
            assertThat(alloc(1)).isEqualTo(slot);
        }
        assertRefused(ErrorCode.FULL, Syscall.MEM_ALLOC, BUDGET, 0x1000, 1);
    }

    @Test
    void allTheMemoryCanBeDrawnAndThenNoMore() {
        long slot = 0;
        int drawn = 0;
        while (slot >= 0) {
            slot = call(Syscall.MEM_ALLOC, BUDGET, 0x20_0000, Rights.ALL);
            drawn++;
        }
        assertThat(slot).isEqualTo(ErrorCode.NOMEM.result());
        assertThat(drawn).isGreaterThan(10);
        assertRefused(ErrorCode.NOMEM, Syscall.MEM_ALLOC, BUDGET, 0x20_0000, 1);
    }

    @Test
    void inspectWritesTheContractsFiveWordsOrNothing() throws SyscallFailure {
        assertThat(call(Syscall.CAP_INSPECT, SERIAL, STACK + 8)).isZero();
        byte[] info = bed.kernel.user().copyIn(STACK + 8, 40);
        assertThat(info[0]).isEqualTo((byte) CapabilityType.ENDPOINT.code());
        assertThat(info[8]).isEqualTo((byte) 11);
        for (int i = 24; i < 40; i++) {
            assertThat(info[i]).isZero();
        }
        assertRefused(ErrorCode.FAULT, Syscall.CAP_INSPECT, SERIAL, 0x40_0000);
        assertRefused(ErrorCode.FAULT, Syscall.CAP_INSPECT, SERIAL, KernelLayout.USER_MAX - 39);
    }

    @Test
    void messagesThatCantBeAreRefused() throws SyscallFailure {
        byte[] message = new byte[128];
        message[64] = 65;
        bed.kernel.user().copyOut(STACK, message);
        assertRefused(ErrorCode.INVAL, Syscall.IPC_SEND, SERIAL, STACK);
        message[64] = 2;
        message[0] = 'h';
        message[1] = 'i';
        message[104] = 1;
        bed.kernel.user().copyOut(STACK, message);
        assertRefused(ErrorCode.INVAL, Syscall.IPC_SEND, SERIAL, STACK);
        assertThat(bed.machine.serialOutput()).isEmpty();
        message[104] = 0;
        bed.kernel.user().copyOut(STACK, message);
        assertThat(call(Syscall.IPC_SEND, SERIAL, STACK)).isZero();
        assertThat(bed.machine.serialOutput()).asString().isEqualTo("hi");
        assertRefused(ErrorCode.FAULT, Syscall.IPC_SEND, SERIAL, KernelLayout.USER_MAX - 127);
    }
}
