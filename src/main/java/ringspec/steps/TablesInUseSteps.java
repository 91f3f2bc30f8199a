package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.java.en.Then;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentRegister;
import ringspec.debug.AddressSpace;
import ringspec.debug.AddressSpace.Page;
import ringspec.debug.Bits;
import ringspec.debug.Descriptor;
import ringspec.debug.MachineView;
import ringspec.paging.Walk;

/** What the tables that the processor uses at the moment say, whoever the kernel is: those of CR3, and the GDT. */
public final class TablesInUseSteps {

    private static final long PAGE = 0x1000;

    private final World world;

    public TablesInUseSteps(World world) {
        this.world = world;
    }

    @Then("the GDT descriptor at STAR[{int}:{int}] + {int} has type {word}, DPL {int}, L {int}, P {int}")
    public void descriptorOfStar(int high, int low, int offset, String type, int dpl, int l, int present) {
        long base = Bits.range(world.registers().msr("STAR"), high, low) & ~3;
        int selector = (int) base + offset;
        assertThat(selector | 7).as("limit of the GDT for selector %s of STAR", hex(selector))
                .isLessThanOrEqualTo(world.cpu().gdtrLimit & 0xFFFF);
        Descriptor descriptor = world.descriptor(selector);
        assertThat("%s, DPL %d, L %d, P %d".formatted(kind(descriptor), descriptor.dpl(), descriptor.isLong() ? 1 : 0,
                descriptor.isPresent() ? 1 : 0)).as("the GDT descriptor of selector %s, which STAR[%d:%d] names",
                        hex(selector), high, low)
                .isEqualTo("%s, DPL %d, L %d, P %d".formatted(type, dpl, l, present));
    }

    private static String kind(Descriptor descriptor) {
        return descriptor.isCode() ? "code" : descriptor.isCodeOrData() ? "data" : "system";
    }

    @Then("the page at {value} is {word}, {word} and {word} in the page tables in use")
    public void pageIs(Value address, String mode, String writable, String executable) {
        String actual = page(address.get()).map(page -> "%s, %s and %s".formatted(page.user() ? "user" : "supervisor",
                page.writable() ? "writable" : "read-only", page.executable() ? "executable" : "no-execute"))
                .orElse("not mapped");
        assertThat(actual).as("the page at %s = %s", address, hex(address.get())).isEqualTo("%s, %s and %s".formatted(
                mode, writable, executable));
    }

    @Then("the page at {value} is not mapped in the page tables in use")
    public void pageIsNotMapped(Value address) {
        assertThat(world.addressSpace().pages()).as("pages that CR3 maps").isNotEmpty();
        assertThat(page(address.get()).map(PageTableSteps::text)).as("the page at %s", address).isEmpty();
    }

    @Then("no page is writable and executable in the page tables in use")
    public void noWriteExecute() {
        AddressSpace space = world.addressSpace();
        assertThat(space.pages()).as("pages that CR3 maps").isNotEmpty();
        assertThat(space.pages().stream().filter(page -> page.writable() && page.executable()).map(
                PageTableSteps::text)).as("pages that are writable and executable").isEmpty();
    }

    @Then("ring 3 can reach no frame of the page tables, the GDT, the IDT, the TSS or the entry of system calls")
    public void noSystemFrames() {
        AddressSpace space = world.addressSpace();
        List<Page> userPages = space.pages().stream().filter(Page::user).toList();
        assertThat(userPages).as("pages that ring 3 can reach").isNotEmpty();
        List<String> reached = new ArrayList<>();
        systemFrames(space).forEach((frame, what) -> userPages.stream()
                .filter(page -> frame >= page.physical() && frame < page.physical() + page.size())
                .forEach(page -> reached.add("%s, by the page %s".formatted(what, PageTableSteps.text(page)))));
        assertThat(reached).as("frames of the kernel that ring 3 can reach").isEmpty();
    }

    private Map<Long, String> systemFrames(AddressSpace space) {
        Map<Long, String> frames = new LinkedHashMap<>();
        space.tableFrames().forEach(frame -> frames.put(frame, "a page table"));
        Cpu cpu = world.cpu();
        add(frames, "the GDT", cpu.gdtrBase, cpu.gdtrLimit);
        add(frames, "the IDT", cpu.idtrBase, cpu.idtrLimit);
        add(frames, "the TSS", cpu.segments[SegmentRegister.TR].base, 103);
        add(frames, "the entry of system calls", world.registers().msr("LSTAR"), 0);
        return frames;
    }

    private void add(Map<Long, String> frames, String what, long base, int limit) {
        for (long at = base & -PAGE; at <= base + (limit & 0xFFFF); at += PAGE) {
            Walk walk = new MachineView(world.machine()).walk(world.cpu().cr3, at);
            if (walk.isMapped()) {
                frames.put(walk.physical() & -PAGE, what);
            }
        }
    }

    private Optional<Page> page(long address) {
        return Cpu.isCanonical(address) ? world.addressSpace().page(address) : Optional.empty();
    }
}
