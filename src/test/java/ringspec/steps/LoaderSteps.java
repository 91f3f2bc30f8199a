package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import ringspec.debug.AddressSpace.Page;
import ringspec.elf.ElfImage;
import ringspec.elf.PageRange;
import ringspec.elf.Segment;
import ringspec.fixture.MalformedElf;
import ringspec.kernel.KernelLayout;
import ringspec.steps.ParameterTypes.PageTables;

/** What the loader makes of ELF files. */
public final class LoaderSteps {

    private static final int PAGE = 0x1000;
    private static final long USER_MAX = 0x7FFF_FFFF_F000L;

    private final World world;
    private final Attempts attempts;

    public LoaderSteps(World world, Attempts attempts) {
        this.world = world;
        this.attempts = attempts;
    }

    @When("each malformed file for {word} is offered as init")
    public void offerForClause(String clause) {
        ringspec.spec.Specification.get().clause(clause);
        attempts.offer(file -> file.refusal().stream().anyMatch(refusal -> refusal.clause().equals(clause)
                || ringspec.elf.ElfRule.valueOf(refusal.rule()).clauses().contains(clause)));
    }

    @When("every malformed file is offered as init")
    public void offerAll() {
        attempts.offer(file -> file.refusal().isPresent());
    }

    @Then("at least {int} file(s) was/were offered")
    public void atLeast(int count) {
        assertThat(attempts.files().size()).as("files that were offered").isGreaterThanOrEqualTo(count);
    }

    @Then("the kernel refused each of them by the rule that the file breaks")
    public void refused() {
        List<String> wrong = new ArrayList<>();
        for (Attempts.Attempt attempt : attempts.files()) {
            MalformedElf.Refusal expected = attempt.file().refusal().orElseThrow();
            if (attempt.exitCode() != KernelLayout.EXIT_INIT_REFUSED || !attempt.rule().equals(expected.rule())) {
                wrong.add(
                        "%s: expected a refusal by the rule %s, the machine ended with %s, the rule was %s and the kernel said: %s"
                                .formatted(attempt.file().name(), expected.rule(), attempt.stop(), attempt.rule(),
                                        attempt.serial().strip()));
            }
        }
        assertThat(wrong).as("files that were not refused as they should be").isEmpty();
    }

    @Then("no attempt took a frame")
    public void nothingTaken() {
        assertThat(attempts.files()).as("files that left frames allocated").filteredOn(a -> a.framesTaken() != 0)
                .isEmpty();
    }

    @Then("no attempt reached ring 3")
    public void noneReachedRing3() {
        assertThat(attempts.files()).as("files that reached ring 3").filteredOn(Attempts.Attempt::reachedRing3)
                .isEmpty();
    }

    @When("it is loaded with every number of free frames from 1 up to what it needs")
    public void sweep() {
        attempts.sweepFrameLimits();
    }

    @Then("at least {int} attempts failed")
    public void atLeastFailed(int count) {
        assertThat(attempts.failed().size()).as("attempts that failed").isGreaterThanOrEqualTo(count);
    }

    @Then("every failed attempt left all frames free")
    public void failedLeftNothing() {
        assertThat(attempts.failed()).as("limits at which frames stayed allocated").filteredOn(a -> a
                .framesTaken() != 0)
                .isEmpty();
        assertThat(attempts.failed()).as("limits at which ring 3 was reached all the same")
                .filteredOn(Attempts.Limited::reachedRing3).isEmpty();
    }

    @Then("the last attempt reached ring 3")
    public void lastReachedRing3() {
        assertThat(attempts.last().reachedRing3()).as("the attempt with %d frames reached ring 3", attempts.last()
                .limit())
                .isTrue();
    }

    @Then("the lower half of the user page tables maps the pages of its PT_LOAD segments, its stack, and nothing else")
    public void mapsExactly() {
        TreeMap<Long, String> expected = new TreeMap<>();
        for (PageRange range : world.image().pageRanges()) {
            for (long at = range.start(); at < range.end(); at += PAGE) {
                expected.put(at, hex(at));
            }
        }
        for (long at = USER_MAX - world.image().stack().size(); at < USER_MAX; at += PAGE) {
            expected.put(at, hex(at));
        }
        assertThat(world.addressSpace(PageTables.USER).lowerHalf()).as("pages mapped in the lower half")
                .extracting(page -> hex(page.linear())).containsExactlyElementsOf(expected.values());
        assertThat(world.addressSpace(PageTables.KERNEL).lowerHalf()).as("the same pages in the kernel page tables")
                .extracting(page -> hex(page.linear())).containsExactlyElementsOf(expected.values());
    }

    @Then("every page of a segment is mapped with the rights of its p_flags")
    public void segmentRights() {
        for (PageRange range : world.image().pageRanges()) {
            for (long at = range.start(); at < range.end(); at += PAGE) {
                Page page = world.addressSpace(PageTables.USER).page(at).orElseThrow();
                assertThat(PageTableSteps.bits(page)).as("page at %s of a segment with %s", hex(at), range.access()
                        .letters())
                        .isEqualTo("U=1 W=%d NX=%d".formatted(range.access().writable() ? 1 : 0,
                                range.access().executable() ? 0 : 1));
            }
        }
    }

    @Then("memory holds the file's bytes at every p_vaddr")
    public void fileBytes() {
        ElfImage image = world.image();
        assertThat(image.segments()).as("PT_LOAD segments").isNotEmpty();
        for (Segment segment : image.segments()) {
            byte[] expected = new byte[(int) segment.fileSize()];
            image.content(segment).duplicate().get(expected);
            assertThat(world.readUser(segment.vaddr(), expected.length)).as("bytes of segment %d at %s", segment
                    .index(),
                    hex(segment.vaddr())).isEqualTo(expected);
        }
    }

    @Then("memory is zero from p_filesz to p_memsz of every segment")
    public void bssIsZero() {
        for (Segment segment : world.image().segments()) {
            int length = (int) (segment.memorySize() - segment.fileSize());
            if (length > 0) {
                assertThat(world.readUser(segment.vaddr() + segment.fileSize(), length))
                        .as("bytes after p_filesz of segment %d", segment.index()).containsOnly(0);
            }
        }
    }

    @Then("memory is zero in the rest of every page of a segment")
    public void restOfPagesIsZero() {
        for (PageRange range : world.image().pageRanges()) {
            for (long at = range.start(); at < range.end(); at += PAGE) {
                byte[] page = world.readUser(at, PAGE);
                for (int i = 0; i < PAGE; i++) {
                    long address = at + i;
                    if (world.image().segments().stream().noneMatch(segment -> segment.contains(address))) {
                        assertThat(page[i]).as("byte at %s, outside of every segment", hex(address)).isZero();
                    }
                }
            }
        }
    }

    @Then("the stack has the p_memsz of PT_GNU_STACK, and an unmapped page on either side")
    public void declaredStack() {
        assertThat(world.image().stack().declared()).as("the file has a PT_GNU_STACK").isTrue();
        long size = world.image().stack().requested();
        assertThat(size).as("p_memsz of PT_GNU_STACK").isGreaterThan(4 * PAGE);
        for (long at = USER_MAX - size; at < USER_MAX; at += PAGE) {
            assertThat(world.addressSpace(PageTables.USER).page(at).map(PageTableSteps::bits)).as("stack page at %s",
                    hex(at))
                    .contains("U=1 W=1 NX=1");
        }
        assertThat(world.addressSpace(PageTables.USER).page(USER_MAX)).as("page above the stack").isEmpty();
        assertThat(world.addressSpace(PageTables.USER).page(USER_MAX - size - 1)).as("page below the stack").isEmpty();
    }
}
