package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;
import ringspec.trace.TraceEvent;

/** The only way to user memory: what it refuses, and that the door is shut afterwards (D16). */
final class UserCopyTest {

    private static final long STACK = 0x7FFF_FFFF_B000L;
    private static final long TEXT = 0x40_0000L;

    private KernelBed bed;

    @BeforeEach
    void boot() {
        bed = new KernelBed(true);
        bed.bootInit("hello");
        bed.machine.trace().clear();
    }

    private void assertFault(Copy copy) {
        assertThatThrownBy(copy::run).isInstanceOfSatisfying(SyscallFailure.class,
                failure -> assertThat(failure.error()).isEqualTo(ErrorCode.FAULT));
        assertThat(bed.cpu.flags.has(Rflags.AC)).isFalse();
    }

    @FunctionalInterface
    private interface Copy {
        void run() throws SyscallFailure;
    }

    @Test
    void copiesAcrossAPageBoundaryAtAnyAlignment() throws SyscallFailure {
        byte[] bytes = new byte[100];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i + 1);
        }
        for (int shift = 0; shift < 9; shift++) {
            bed.kernel.user().copyOut(STACK + 0x1000 - 50 + shift, bytes);
            assertThat(bed.kernel.user().copyIn(STACK + 0x1000 - 50 + shift, 100)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0xFFFF, 0x7FFF_FFFF_A000L, 0x7FFF_FFFF_EFFFL, 0x7FFF_FFFF_F000L, 0x7FFF_FFFF_FFFFL,
            0x8000_0000_0000L, 0xFFFF_8000_0000_0000L, 0xFFFF_FFFF_8020_0000L, 0xFFFF_FFFF_FFFF_FFF0L, Long.MAX_VALUE})
    void refusesWhatIsNotTheUsers(long address) {
        assertFault(() -> bed.kernel.user().copyIn(address, 16));
        assertFault(() -> bed.kernel.user().copyOut(address, new byte[16]));
    }

    @Test
    void refusesToWriteWhereRing3CouldNot() throws SyscallFailure {
        byte[] before = bed.kernel.user().copyIn(TEXT, 16);
        assertFault(() -> bed.kernel.user().copyOut(TEXT, new byte[16]));
        assertThat(bed.kernel.user().copyIn(TEXT, 16)).isEqualTo(before);
    }

    @Test
    void aCopyThatFailsOnTheSecondPageHasWrittenNothingToTheFirst() throws SyscallFailure {
        byte[] marks = new byte[64];
        Arrays.fill(marks, (byte) 0x5A);
        assertFault(() -> bed.kernel.user().copyOut(KernelLayout.USER_MAX - 8, marks));
        // The stack's guard is below; .rodata, read-only, lies between .text and .data.
        long lastOfData = 0x40_2000L + 0x1000 - 8;
        bed.kernel.user().copyOut(lastOfData, new byte[8]);
        assertFault(() -> bed.kernel.user().copyOut(lastOfData, marks));
        assertThat(bed.kernel.user().copyIn(lastOfData, 8)).containsOnly(0);
    }

    @Test
    void opensAndClosesSmapAroundTheCopyAndSaysSo() throws SyscallFailure {
        bed.kernel.user().copyIn(STACK, 8);
        List<TraceEvent> events = bed.machine.trace().events().stream().map(stamped -> stamped.event()).toList();
        assertThat(events).startsWith(new TraceEvent.UserCopy(true, STACK, 8, false))
                .endsWith(new TraceEvent.UserCopy(false, STACK, 8, false));
        assertThat(bed.machine.trace().all(TraceEvent.AccessCheckFlag.class)).extracting(TraceEvent.AccessCheckFlag::ac)
                .containsExactly(true, false);
    }

    @Test
    void leavesAcAloneWhereThereIsNoSmap() throws SyscallFailure {
        KernelBed airmont = new KernelBed(ProcessorModels.AIRMONT, false);
        airmont.bootInit("hello");
        airmont.kernel.user().copyIn(STACK, 8);
        assertThat(airmont.machine.trace().all(TraceEvent.AccessCheckFlag.class)).isEmpty();
    }
}
