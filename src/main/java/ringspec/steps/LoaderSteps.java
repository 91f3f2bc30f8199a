package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import ringspec.fixture.MalformedElf;
import ringspec.kernel.KernelLayout;
import ringspec.steps.ParameterTypes.PageTables;

/** What the loader makes of ELF files. */
public final class LoaderSteps {

    private static final int PAGE = 0x1000;
    private static final long USER_MAX = 0x7FFF_FFFF_F000L;

    private final World world;
    private final Attempts attempts;
    private byte[] page;
    private long pageAddress;

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
        TreeSet<Long> expected = new TreeSet<>(world.file().pages().keySet());
        long stack = (Math.max(world.file().stackSize().orElse(0), 4 * PAGE) + PAGE - 1) & -PAGE;
        for (long at = world.stackTop() - stack; at < world.stackTop(); at += PAGE) {
            expected.add(at);
        }
        List<String> pages = expected.stream().map(RegisterSteps::hex).toList();
        assertThat(world.addressSpace(PageTables.USER).lowerHalf()).as("pages mapped in the lower half")
                .extracting(page -> hex(page.linear())).containsExactlyElementsOf(pages);
        assertThat(world.addressSpace(PageTables.KERNEL).lowerHalf()).as("the same pages in the kernel page tables")
                .extracting(page -> hex(page.linear())).containsExactlyElementsOf(pages);
    }

    @Then("every page of a segment is mapped with the rights of its p_flags")
    public void segmentRights() {
        TreeMap<String, String> expected = new TreeMap<>();
        TreeMap<String, String> actual = new TreeMap<>();
        world.file().pages().forEach((page, bits) -> {
            expected.put(hex(page), bits);
            actual.put(hex(page), world.addressSpace(PageTables.USER).page(page).map(PageTableSteps::bits).orElse(
                    "not mapped"));
        });
        assertThat(expected).as("pages of PT_LOADs").isNotEmpty();
        assertThat(actual).as("pages and their bits in the user page tables, against p_flags").isEqualTo(expected);
    }

    @Then("memory holds the file's bytes at every p_vaddr")
    public void fileBytes() {
        assertThat(world.file().loads()).as("PT_LOAD segments").isNotEmpty();
        for (ProgramFile.Header segment : world.file().loads()) {
            byte[] expected = world.file().content(segment);
            byte[] actual = world.readUser(segment.vaddr(), expected.length);
            int difference = Arrays.mismatch(actual, expected);
            if (difference >= 0) {
                throw new AssertionError(("segment %d: the byte at %s is 0x%02x and 0x%02x in the file, at offset %s")
                        .formatted(segment.index(), hex(segment.vaddr() + difference), actual[difference] & 0xFF,
                                expected[difference] & 0xFF, hex(segment.offset() + difference)));
            }
        }
    }

    @Then("memory is zero from p_filesz to p_memsz of every segment")
    public void bssIsZero() {
        for (ProgramFile.Header segment : world.file().loads()) {
            for (long at = segment.vaddr() + segment.fileSize(); at < segment.vaddr() + segment.memorySize(); at++) {
                requireZero(at, "after p_filesz of segment " + segment.index());
            }
        }
    }

    @Then("memory is zero in the rest of every page of a segment")
    public void restOfPagesIsZero() {
        List<ProgramFile.Header> loads = world.file().loads();
        for (long page : world.file().pages().keySet()) {
            for (long at = page; at < page + PAGE; at++) {
                long address = at;
                if (loads.stream().noneMatch(segment -> segment.contains(address))) {
                    requireZero(at, "in a page of a segment, but outside of every segment");
                }
            }
        }
    }

    private void requireZero(long address, String where) {
        int value = page(address & -PAGE)[(int) address & PAGE - 1] & 0xFF;
        if (value != 0) {
            throw new AssertionError("the byte at %s, %s, is 0x%02x".formatted(hex(address), where, value));
        }
    }

    private byte[] page(long address) {
        if (address != pageAddress || page == null) {
            page = world.readUser(address, PAGE);
            pageAddress = address;
        }
        return page;
    }

    @Then("the stack has the p_memsz of PT_GNU_STACK, and an unmapped page on either side")
    public void declaredStack() {
        long size = world.file().stackSize().orElseThrow(() -> new AssertionError("the file has no PT_GNU_STACK"));
        assertThat(size).as("p_memsz of PT_GNU_STACK").isGreaterThan(4 * PAGE);
        for (long at = USER_MAX - size; at < USER_MAX; at += PAGE) {
            assertThat(world.addressSpace(PageTables.USER).page(at).map(PageTableSteps::bits).orElse("not mapped")).as(
                    "stack page at %s", hex(at)).isEqualTo("U=1 W=1 NX=1");
        }
        assertThat(world.addressSpace(PageTables.USER).page(USER_MAX)).as("page above the stack").isEmpty();
        assertThat(world.addressSpace(PageTables.USER).page(USER_MAX - size - 1)).as("page below the stack").isEmpty();
    }
}
