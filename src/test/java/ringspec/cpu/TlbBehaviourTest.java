package ringspec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.cpu.TestBed.A;
import static ringspec.cpu.TestBed.D;
import static ringspec.cpu.TestBed.G;
import static ringspec.cpu.TestBed.NX;
import static ringspec.cpu.TestBed.P;
import static ringspec.cpu.TestBed.PS;
import static ringspec.cpu.TestBed.RW;
import static ringspec.cpu.TestBed.US;
import static ringspec.cpu.TestBed.faultOf;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.trace.TraceEvent;

/** What the TLB keeps and what it drops, each with and without the invalidation that the manual asks for. */
final class TlbBehaviourTest {

    private static final long PAGE = 0x0000_7000_1234_5000L;
    private static final long ONE = 0x3000;
    private static final long TWO = 0x4000;

    private final TestBed bed = new TestBed();
    private final LinearMemory memory = bed.memory;

    @BeforeEach
    void twoPagesWithDifferentContent() {
        bed.ram.write64(ONE, 0x1111);
        bed.ram.write64(TWO, 0x2222);
        bed.set(PAGE, 1, ONE | P | RW | US);
    }

    private void invalidate(String how) {
        switch (how) {
            case "nothing" -> {
            }
            case "INVLPG" -> memory.invlpg(PAGE + 0x123);
            case "MOV CR3" -> memory.flushNonGlobal();
            case "MOV CR4" -> memory.flushAll();
            default -> throw new IllegalArgumentException(how);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "INVLPG", "MOV CR3", "MOV CR4"})
    void aChangedFrame(String how) {
        assertThat(memory.read64(PAGE)).isEqualTo(0x1111);
        bed.set(PAGE, 1, TWO | P | RW | US);
        invalidate(how);
        boolean stale = how.equals("nothing");
        assertThat(memory.read64(PAGE)).isEqualTo(stale ? 0x1111 : 0x2222);
        assertThat(bed.staleUses()).hasSize(stale ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "INVLPG", "MOV CR3", "MOV CR4"})
    void aGlobalPage(String how) {
        bed.set(PAGE, 1, ONE | P | RW | US | G);
        assertThat(memory.read64(PAGE)).isEqualTo(0x1111);
        bed.set(PAGE, 1, TWO | P | RW | US | G);
        invalidate(how);
        boolean stale = how.equals("nothing") || how.equals("MOV CR3");
        assertThat(memory.read64(PAGE)).isEqualTo(stale ? 0x1111 : 0x2222);
        assertThat(bed.staleUses()).hasSize(stale ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "INVLPG", "MOV CR3", "MOV CR4"})
    void anUnmappedPage(String how) {
        memory.read64(PAGE);
        bed.set(PAGE, 1, 0);
        invalidate(how);
        Fault fault = faultOf(() -> memory.read64(PAGE + 8));
        if (how.equals("nothing")) {
            assertThat(fault).isNull();
            assertThat(bed.staleUses()).containsExactly(new TraceEvent.TlbStaleUse(PAGE + 8, ONE + 8, 0));
        } else {
            assertThat(fault.address()).isEqualTo(PAGE + 8);
            assertThat(fault.errorCode()).isZero();
            assertThat(bed.staleUses()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "INVLPG", "MOV CR3", "MOV CR4"})
    void aRightTakenAway(String how) {
        memory.write64(PAGE, 1);
        bed.set(PAGE, 1, ONE | P | US | A | D);
        invalidate(how);
        Fault fault = faultOf(() -> memory.write64(PAGE, 2));
        if (how.equals("nothing")) {
            assertThat(fault).isNull();
            assertThat(bed.staleUses()).hasSize(1);
        } else {
            assertThat(fault.errorCode()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aStaleEntryIsNoticedWhicheverLevelChanged(int level) {
        memory.read64(PAGE);
        bed.set(PAGE, level, 0);
        memory.read8(PAGE);
        memory.read8(PAGE + 1);
        assertThat(bed.staleUses()).as("one event for each use").hasSize(2);
    }

    @Test
    void onlyTheChangedEntryMakesItsTranslationsStale() {
        bed.set(PAGE + 0x1000, 1, TWO | P);
        memory.read64(PAGE);
        memory.read64(PAGE + 0x1000);
        bed.set(PAGE + 0x1000, 1, 0);
        memory.read64(PAGE);
        assertThat(bed.staleUses()).isEmpty();
    }

    @Test
    void anAddedRightNeedsNoInvalidationAndIsNoStaleUse() {
        bed.set(PAGE, 1, ONE | P | NX);
        memory.read64(PAGE);
        bed.set(PAGE, 1, ONE | P | RW | US);
        memory.read64(PAGE);
        memory.write64(PAGE, 7);
        memory.fetchFrame(PAGE);
        bed.privilege(3, false);
        assertThat(memory.read64(PAGE)).isEqualTo(7);
        assertThat(bed.staleUses()).isEmpty();
    }

    @Test
    void writingBackWhatWasThereIsNoStaleUse() {
        memory.read64(PAGE);
        long entry = bed.entry(PAGE, 1);
        bed.set(PAGE, 1, 0);
        bed.set(PAGE, 1, entry);
        memory.read64(PAGE);
        assertThat(bed.staleUses()).isEmpty();
    }

    @Test
    void theGuestsOwnWriteToItsTablesIsNoticed() {
        long table = bed.entryAddress(bed.cpu.cr3, PAGE, 1) & -4096;
        long window = 0xFFFF_8000_0000_0000L;
        bed.set(window, 1, table | P | RW);
        memory.write64(window + 4088, 0);
        memory.write64(window + 4088, 0);
        memory.read64(PAGE);
        memory.write64(window + 8L * (PAGE >>> 12 & 511), 0);
        memory.read64(PAGE);
        assertThat(bed.staleUses()).hasSize(1);
    }

    @Test
    void aPageFaultDropsWhatWasCachedForItsAddress() {
        bed.set(PAGE, 1, ONE | P);
        memory.read64(PAGE);
        bed.set(PAGE, 1, 0);
        assertThat(faultOf(() -> memory.write64(PAGE, 1)).errorCode()).isEqualTo(2);
        assertThat(faultOf(() -> memory.read64(PAGE)).errorCode()).as("the read would have hit before").isZero();
    }

    @Test
    void invlpgDropsAWholeLargePageByAnyAddressInIt() {
        bed.set(PAGE, 2, 0x20_0000 | P | RW | PS);
        memory.read64(PAGE);
        memory.read64(PAGE + 0x8000);
        assertThat(memory.cachedTranslations()).hasSize(1);
        bed.set(PAGE, 2, 0x40_0000 | P | RW | PS);
        bed.ram.write64(0x40_0000 | PAGE + 0x8000 & 0x1F_FFFF, 0x77);
        memory.invlpg(PAGE ^ 0x10_0000);
        assertThat(memory.cachedTranslations()).isEmpty();
        assertThat(memory.read64(PAGE + 0x8000)).isEqualTo(0x77);
        assertThat(bed.staleUses()).isEmpty();
    }

    @Test
    void aGlobalPageUsedUnderTablesThatDoNotHaveItIsStale() {
        bed.set(PAGE, 1, ONE | P | G);
        memory.read64(PAGE);
        long old = bed.cpu.cr3;
        bed.cpu.cr3 = bed.newTable();
        memory.flushNonGlobal();
        memory.read64(PAGE);
        assertThat(bed.staleUses()).hasSize(1);
        bed.cpu.cr3 = old;
        memory.flushNonGlobal();
        memory.read64(PAGE);
        assertThat(bed.staleUses()).hasSize(1);
    }

    @Test
    void aGlobalPageIsHeldAgainstTheTablesInUseNow() {
        bed.set(PAGE, 1, ONE | P | G);
        memory.read64(PAGE);
        bed.cpu.cr3 = bed.newTable();
        bed.set(PAGE, 1, ONE | P | G);
        memory.flushNonGlobal();
        memory.read64(PAGE);
        assertThat(bed.staleUses()).isEmpty();
        bed.set(PAGE, 1, TWO | P | G);
        memory.read64(PAGE);
        assertThat(bed.staleUses()).hasSize(1);
    }

    @Test
    void withoutPgeNothingIsGlobal() {
        bed.cpu.cr4 &= ~ControlRegisters.CR4_PGE;
        memory.flushAll();
        bed.set(PAGE, 1, ONE | P | G);
        memory.read64(PAGE);
        memory.flushNonGlobal();
        assertThat(memory.cachedTranslations()).isEmpty();
    }

    @Test
    void accessedAndDirty() {
        memory.read64(PAGE);
        for (int level = 4; level >= 1; level--) {
            assertThat(bed.entry(PAGE, level) & (A | D)).isEqualTo(A);
        }
        memory.write64(PAGE, 1);
        for (int level = 4; level >= 2; level--) {
            assertThat(bed.entry(PAGE, level) & (A | D)).isEqualTo(A);
        }
        assertThat(bed.entry(PAGE, 1) & (A | D)).isEqualTo(A | D);
    }

    @Test
    void anAccessThatFaultsSetsNeitherAccessedNorDirty() {
        bed.set(PAGE, 1, ONE | P | RW);
        bed.privilege(3, false);
        assertThat(faultOf(() -> memory.write64(PAGE, 1)).errorCode()).isEqualTo(7);
        for (int level = 4; level >= 1; level--) {
            assertThat(bed.entry(PAGE, level) & (A | D)).isZero();
        }
    }

    @Test
    void accessedIsNotSetAgainWhileTheTranslationIsCached() {
        memory.read64(PAGE);
        bed.set(PAGE, 1, ONE | P | RW | US);
        memory.read64(PAGE);
        assertThat(bed.entry(PAGE, 1) & A).isZero();
        memory.invlpg(PAGE);
        memory.read64(PAGE);
        assertThat(bed.entry(PAGE, 1) & A).isNotZero();
        assertThat(bed.staleUses()).isEmpty();
    }

    @Test
    void invalidationsAreTraced() {
        memory.invlpg(PAGE);
        memory.flushNonGlobal();
        memory.flushAll();
        assertThat(bed.cpu.trace.all(TraceEvent.TlbInvalidation.class)).extracting(TraceEvent.TlbInvalidation::kind)
                .containsExactly(TraceEvent.TlbInvalidation.Kind.INVLPG, TraceEvent.TlbInvalidation.Kind.CR3,
                        TraceEvent.TlbInvalidation.Kind.ALL);
    }

    @Test
    void aForkHasItsOwnTlbAndItsOwnMemory() {
        memory.write64(PAGE, 5);
        TestBed fork = bed.fork();
        fork.memory.write64(PAGE, 6);
        assertThat(memory.read64(PAGE)).isEqualTo(5);
        memory.write64(PAGE, 7);
        assertThat(fork.memory.read64(PAGE)).isEqualTo(6);
        fork.set(PAGE, 1, 0);
        fork.memory.read64(PAGE);
        assertThat(fork.staleUses()).as("the cached translation went along").hasSize(1);
        memory.read64(PAGE);
        assertThat(bed.staleUses()).isEmpty();
        fork.memory.invlpg(PAGE);
        assertThat(faultOf(() -> fork.memory.read64(PAGE))).isNotNull();
        assertThat(faultOf(() -> memory.read64(PAGE))).isNull();
    }
}
