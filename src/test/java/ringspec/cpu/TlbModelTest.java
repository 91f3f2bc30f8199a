package ringspec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.cpu.TestBed.A;
import static ringspec.cpu.TestBed.D;
import static ringspec.cpu.TestBed.G;
import static ringspec.cpu.TestBed.NX;
import static ringspec.cpu.TestBed.P;
import static ringspec.cpu.TestBed.RW;
import static ringspec.cpu.TestBed.US;
import static ringspec.cpu.TestBed.faultOf;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.memory.Frame;
import ringspec.paging.AccessKind;
import ringspec.paging.PageWalker;
import ringspec.paging.PagingMode;
import ringspec.paging.Privilege;
import ringspec.paging.Translation;
import ringspec.paging.WalkResult;

/**
 * Tables are changed at random, mostly without the invalidation that would be due, and every access is compared with a TLB as
 * plain as the manual's words: a map that is asked at each access and never bypassed.
 */
final class TlbModelTest {

    private static final long PAGE = 0x0000_7000_1234_5000L;
    private static final int PAGES = 5;
    private static final long FIRST_FRAME = 3;
    private static final int FRAMES = 6;

    private final TestBed bed = new TestBed();
    private final PageWalker walker = new PageWalker(bed.ram);
    private final PagingMode mode = bed.memory.pagingMode();
    private final Map<Long, Translation> model = new HashMap<>();
    private final long[] roots = {bed.cpu.cr3, bed.newTable()};
    private int stale;
    private int hits;
    private int invalidations;

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void everyAccessIsAsTheModelHasIt(long seed) {
        Random random = new Random(seed);
        long[] flags = {0, P, P | RW, P | US, P | RW | US, P | RW | US | NX, P | RW | G, P | RW | US | G | A | D};
        for (long frame = FIRST_FRAME; frame < FIRST_FRAME + FRAMES; frame++) {
            bed.ram.write64(frame << 12, 0xF000 + frame);
        }
        for (int i = 0; i < 40_000; i++) {
            long page = PAGE + 4096L * random.nextInt(PAGES);
            int action = random.nextInt(40);
            if (action < 2) {
                long entry = FIRST_FRAME + random.nextInt(FRAMES) << 12 | flags[random.nextInt(flags.length)];
                bed.set(roots[random.nextInt(2)], page, 1, entry);
            } else if (action == 2) {
                bed.memory.invlpg(page + random.nextInt(4096));
                invalidations++;
                model.remove(page);
            } else if (action == 3) {
                bed.cpu.cr3 = roots[random.nextInt(2)];
                bed.memory.flushNonGlobal();
                invalidations++;
                model.values().removeIf(translation -> !translation.global());
            } else if (action == 4) {
                bed.privilege(random.nextBoolean() ? 3 : 0, false);
            } else {
                access(page, AccessKind.values()[random.nextInt(3)]);
            }
        }
        assertThat(stale).isGreaterThan(100);
        assertThat(hits).isGreaterThan(stale);
    }

    private void access(long page, AccessKind kind) {
        Privilege privilege = bed.cpu.cpl() == 3 ? Privilege.USER : Privilege.SUPERVISOR;
        Translation cached = model.get(page);
        WalkResult now = walker.walk(bed.cpu.cr3, page, mode);
        boolean hit = cached != null && cached.permits(kind, privilege, mode)
                && (kind != AccessKind.WRITE || cached.dirty());
        int code = hit ? -1 : PageWalker.faultCode(now, kind, privilege, mode);
        if (hit) {
            hits++;
            stale += isLoss(cached, now) ? 1 : 0;
        }
        long frame = (hit ? cached : now) instanceof Translation translation ? translation.physical() >>> 12 : 0;
        // Each frame holds its own number, and a write writes that again: reaching another frame would show.
        long content = 0xF000 + frame;
        long[] found = {content};
        Fault fault = faultOf(() -> {
            switch (kind) {
                case READ -> found[0] = bed.memory.read64(page);
                case WRITE -> bed.memory.write64(page, content);
                case FETCH -> found[0] = (long) Frame.LONG.get(bed.memory.fetchFrame(page).bytes, 0);
            }
        });
        assertThat(fault == null ? -1 : fault.errorCode()).isEqualTo(code);
        if (code < 0) {
            assertThat(found[0]).isEqualTo(content);
        } else {
            model.remove(page);
        }
        if (code < 0 && !hit) {
            long used = kind == AccessKind.WRITE ? A | D : A;
            Translation walked = (Translation) walker.walk(bed.cpu.cr3, page, mode);
            assertThat(walked.leaf() & used).isEqualTo(used);
            model.put(page, walked);
        }
        for (long i = FIRST_FRAME; i < FIRST_FRAME + FRAMES; i++) {
            assertThat(bed.ram.read64(i << 12)).isEqualTo(0xF000 + i);
        }
        assertThat(bed.cpu.trace.count() - invalidations).isEqualTo(stale);
    }

    private static boolean isLoss(Translation cached, WalkResult now) {
        return !(now instanceof Translation translation) || translation.physical() != cached.physical()
                || cached.user() && !translation.user() || cached.writable() && !translation.writable()
                || !cached.noExecute() && translation.noExecute();
    }
}
