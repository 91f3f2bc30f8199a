package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.kernel.CapabilityBed.HEAP;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.syscall.Syscall;
import ringspec.trace.TraceEvent;

/** Four processes that call whatever comes to their minds: every count stays right, and the same mind does the same again. */
final class CapabilityStressTest {

    private static final int OPERATIONS = 2500;
    private static final int AUDIT_EVERY = 125;
    private static final List<Syscall> CALLS = List.of(Syscall.MEM_MAP, Syscall.MEM_MAP, Syscall.MEM_MAP,
            Syscall.MEM_UNMAP, Syscall.MEM_GRANT, Syscall.MEM_ALLOC, Syscall.MEM_ALLOC, Syscall.CAP_CREATE,
            Syscall.CAP_CREATE, Syscall.CAP_DELETE, Syscall.CAP_TRANSFER, Syscall.CAP_TRANSFER, Syscall.CAP_REVOKE,
            Syscall.CAP_INSPECT, Syscall.PROC_CREATE, Syscall.PROC_DESTROY);

    /** One run: the machine, what it did, how often each call succeeded. */
    private static final class Run {

        final CapabilityBed bed;
        final Random random;
        final Map<Syscall, Integer> successes = new EnumMap<>(Syscall.class);
        final List<Integer> children = new ArrayList<>();
        final long freeAtStart;
        final byte[] image = KernelBed.fixture("hello");
        long results;

        Run(long seed, boolean kpti) {
            this.bed = new CapabilityBed(kpti);
            this.random = new Random(seed);
            this.freeAtStart = bed.free();
            // Three children that know each other, and share the budget.
            for (int i = 0; i < 3; i++) {
                children.add(bed.child());
            }
            for (int child : children) {
                for (int other : children) {
                    bed.slot(Syscall.CAP_TRANSFER, other, child, 31);
                }
                bed.slot(Syscall.CAP_TRANSFER, CapabilityBed.BUDGET, child, 31);
                bed.slot(Syscall.CAP_TRANSFER, CapabilityBed.SERIAL, child, 3);
            }
            bed.file(image);
        }

        Run go() {
            for (int i = 1; i <= OPERATIONS; i++) {
                step();
                if (i % AUDIT_EVERY == 0) {
                    assertThat(KernelAudit.of(bed.bed)).as("after %d operations", i).isEmpty();
                }
            }
            return this;
        }

        private void step() {
            List<ProcessObject> callers = new ArrayList<>(List.of(bed.init));
            for (int child : children) {
                if (bed.type(bed.init, child) == CapabilityType.PROCESS && bed.process(child).isAlive()
                        && bed.process(child).firstThread() != 0) {
                    callers.add(bed.process(child));
                }
            }
            ProcessObject caller = callers.get(random.nextInt(callers.size()));
            bed.actAs(caller);
            Syscall syscall = CALLS.get(random.nextInt(CALLS.size()));
            long[] arguments = arguments(syscall, caller);
            if (endsProgress(caller, syscall, arguments)) {
                return;
            }
            long result = bed.call(syscall, arguments);
            results = results * 31 + result;
            if (result >= 0) {
                successes.merge(syscall, 1, Integer::sum);
            }
            touch();
        }

        /** Without its first capabilities a process could do nothing any more. */
        private boolean endsProgress(ProcessObject caller, Syscall syscall, long[] arguments) {
            boolean first = arguments[0] >= 0 && arguments[0] < 6;
            boolean mortal = syscall == Syscall.PROC_DESTROY && bed.type(caller, arguments[0]
                    & 63) == CapabilityType.PROCESS && knownCaller(bed.at(caller, arguments[0] & 63).object());
            return mortal || first && (syscall == Syscall.CAP_DELETE || syscall == Syscall.CAP_REVOKE);
        }

        private boolean knownCaller(long process) {
            return process == bed.init.address() || children.stream().anyMatch(child -> bed.process(child)
                    .address() == process);
        }

        private long[] arguments(Syscall syscall, ProcessObject caller) {
            long address = HEAP + random.nextInt(24) * 0x1000L + (random.nextInt(8) == 0 ? 0x3F_F000 : 0);
            long length = 0x1000L * (1 + random.nextInt(4));
            long memory = slot(caller, CapabilityType.MEMORY);
            long process = slot(caller, CapabilityType.PROCESS);
            return switch (syscall) {
                case MEM_MAP -> new long[]{memory, process, address, 0x1000L * random.nextInt(3), length, random
                        .nextInt(6)};
                case MEM_UNMAP -> new long[]{process, address, 0x1000};
                case MEM_GRANT -> new long[]{memory, process, random.nextInt(32), 0x1000L * random.nextInt(3), length};
                case MEM_ALLOC -> new long[]{random.nextInt(5), length * (random.nextInt(30) == 0 ? 100 : 1), 31};
                case CAP_CREATE -> new long[]{1 + random.nextInt(4), random.nextInt(64), random.nextInt(4) == 0 ? random
                        .nextInt(32) : 3, 0x1000L * random.nextInt(2), 0x1000L * random.nextInt(3)};
                case CAP_TRANSFER -> new long[]{random.nextInt(64), process, random.nextInt(3) == 0 ? random.nextInt(32)
                        : 27};
                case PROC_CREATE -> new long[]{process, random.nextInt(3) == 0 ? memory : -1, image.length};
                case PROC_DESTROY -> new long[]{process};
                case CAP_INSPECT -> new long[]{random.nextInt(64), address};
                default -> new long[]{random.nextInt(64)};
            };
        }

        /** Mostly one that is there. */
        private long slot(ProcessObject caller, CapabilityType type) {
            int from = random.nextInt(64);
            for (int i = 0; i < 64; i++) {
                if (bed.type(caller, from + i & 63) == type) {
                    return from + i & 63;
                }
            }
            return from;
        }

        /** Uses translations, so that one that has outlived its page-table entry shows. */
        private void touch() {
            for (int i = 0; i < 6; i++) {
                results = results * 31 + bed.peek(HEAP + random.nextInt(24) * 0x1000L);
            }
        }

        /** Everything that came to be goes again. */
        void cleanUp() {
            bed.actAs(bed.init);
            for (int slot = 3; slot < 64; slot++) {
                if (bed.type(bed.init, slot) == CapabilityType.PROCESS && bed.process(slot).isAlive()
                        && !bed.process(slot).equals(bed.init)) {
                    bed.call(Syscall.PROC_DESTROY, slot);
                }
            }
            for (int slot = 3; slot < 64; slot++) {
                if (bed.type(bed.init, slot) != null) {
                    bed.succeeds(Syscall.CAP_DELETE, slot);
                }
            }
            for (int page = 0; page < 0x800; page++) {
                bed.call(Syscall.MEM_UNMAP, CapabilityBed.SELF, HEAP + page * 0x1000L, 0x1000);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "3, true", "4, false"})
    void everythingAddsUpAndComesBack(long seed, boolean kpti) {
        Run run = new Run(seed, kpti).go();
        assertThat(run.bed.bed.machine.trace().all(TraceEvent.TlbStaleUse.class)).isEmpty();
        assertThat(run.successes).as("calls that never succeeded would test nothing").containsOnlyKeys(CALLS.stream()
                .distinct().toArray(Syscall[]::new));
        run.cleanUp();
        assertThat(KernelAudit.of(run.bed.bed)).isEmpty();
        assertThat(run.bed.bed.symbols().processes()).hasSize(1);
        assertThat(run.freeAtStart - run.bed.free()).as("page tables of init's heap and their origins").isBetween(0L,
                8L);
    }

    @Test
    void theSameSeedDoesTheSame() {
        Run one = new Run(77, true).go();
        Run two = new Run(77, true).go();
        assertThat(two.results).isEqualTo(one.results);
        assertThat(two.bed.bed.machine.trace().hash()).isEqualTo(one.bed.bed.machine.trace().hash());
        assertThat(Arrays.equals(one.bed.ram(), two.bed.ram())).isTrue();
        assertThat(new Run(78, true).go().results).isNotEqualTo(one.results);
    }
}
