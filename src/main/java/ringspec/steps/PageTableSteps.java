package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.datatable.DataTable;
import io.cucumber.java.en.Then;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ringspec.debug.AddressSpace;
import ringspec.debug.AddressSpace.Page;
import ringspec.debug.Descriptor;
import ringspec.steps.ParameterTypes.PageTables;
import ringspec.subject.KernelView.Process;

/** What the page tables and the descriptor tables say. */
public final class PageTableSteps {

    private final World world;

    public PageTableSteps(World world) {
        this.world = world;
    }

    @Then("{value} is mapped like this:")
    public void mappedLikeThis(Value address, DataTable table) {
        for (Map<String, String> row : table.asMaps()) {
            PageTables tables = PageTables.valueOf(row.get("page tables").toUpperCase(java.util.Locale.ROOT));
            String bits = world.addressSpace(tables).page(address.get()).map(PageTableSteps::bits).orElse("not mapped");
            assertThat(bits).as("page of %s = %s in the %s page tables", address, hex(address.get()), row.get(
                    "page tables"))
                    .isEqualTo("U=%s W=%s NX=%s".formatted(row.get("U"), row.get("W"), row.get("NX")));
        }
    }

    @Then("both page tables map {value} to the same frame")
    public void sameFrame(Value address) {
        long user = world.addressSpace(PageTables.USER).page(address.get()).orElseThrow().physical();
        long kernel = world.addressSpace(PageTables.KERNEL).page(address.get()).orElseThrow().physical();
        assertThat(hex(user)).as("frame of %s in the user page tables, against the kernel's", address).isEqualTo(hex(
                kernel));
    }

    @Then("{value} is mapped in the {tables} page tables")
    public void isMapped(Value address, PageTables tables) {
        assertThat(world.addressSpace(tables).page(address.get()).map(PageTableSteps::text).orElse("not mapped")).as(
                "page at %s in the %s page tables", address, name(tables)).isNotEqualTo("not mapped");
    }

    @Then("{value} is not mapped in the {tables} page tables")
    public void isNotMapped(Value address, PageTables tables) {
        assertThat(world.addressSpace(tables).page(address.get()).map(PageTableSteps::text).orElse("not mapped")).as(
                "page at %s in the %s page tables", address, name(tables)).isEqualTo("not mapped");
    }

    @Then("nothing is mapped from {value} to {value}")
    public void nothingMapped(Value from, Value to) {
        for (PageTables tables : PageTables.values()) {
            assertThat(world.addressSpace(tables).pages().stream()
                    .filter(page -> Long.compareUnsigned(page.last(), from.get()) >= 0
                            && Long.compareUnsigned(page.linear(), to.get()) <= 0)
                    .map(PageTableSteps::text)).as("pages from %s to %s in the %s page tables", from, to, name(tables))
                    .isEmpty();
        }
    }

    @Then("these pages are mapped in the {tables} page tables:")
    public void theseAreMapped(PageTables tables, DataTable table) {
        AddressSpace space = world.addressSpace(tables);
        for (Map<String, String> row : table.asMaps()) {
            long to = Long.decode(row.get("to"));
            for (long at = Long.decode(row.get("from")); at < to; at += 0x1000) {
                assertThat(space.page(at).map(PageTableSteps::bits).orElse("not mapped")).as("page at %s", hex(at))
                        .isEqualTo("U=%s W=%s NX=%s".formatted(row.get("U"), row.get("W"), row.get("NX")));
            }
        }
    }

    @Then("the upper half of the user page tables maps only these, all with U=0:")
    public void upperHalfMaps(DataTable table) {
        List<String> expected = new ArrayList<>();
        for (Map<String, String> row : table.asMaps()) {
            for (int i = 0; i < Integer.parseInt(row.get("pages")); i++) {
                expected.add("%s: U=0 W=%s NX=%s".formatted(row.get("what"), row.get("W"), row.get("NX")));
            }
        }
        Process process = world.currentProcess();
        List<String> actual = world.addressSpace(PageTables.USER).upperHalf().stream()
                .map(page -> world.trampolineSet().nameOf(page, process) + ": " + bits(page)).toList();
        List<String> missing = new ArrayList<>(expected);
        actual.forEach(missing::remove);
        List<String> surplus = new ArrayList<>(actual);
        expected.forEach(surplus::remove);
        assertThat(surplus).as("pages of the upper half in the user page tables that should not be there").isEmpty();
        assertThat(missing).as("pages of the trampoline set that the user page tables lack").isEmpty();
    }

    @Then("only pages of the trampoline set are global in either page table")
    public void globalPages() {
        Process process = world.currentProcess();
        for (PageTables tables : PageTables.values()) {
            assertThat(world.addressSpace(tables).pages().stream()
                    .filter(page -> page.global() && !world.trampolineSet().contains(page.linear(), process))
                    .map(PageTableSteps::text)).as("global pages of the %s page tables outside the trampoline set",
                            name(tables))
                    .isEmpty();
        }
    }

    @Then("the TLB holds no global translation outside the trampoline set")
    public void globalTranslations() {
        Process process = world.currentProcess();
        assertThat(world.globalTranslations().stream()
                .filter(linear -> !world.trampolineSet().contains(linear, process)).map(RegisterSteps::hex))
                .as("linear addresses of global translations in the TLB outside the trampoline set").isEmpty();
    }

    @Then("the save area of process {int} is {mapped} in the {tables} page tables")
    public void saveAreaMapped(int process, boolean mapped, PageTables tables) {
        long saveArea = world.process(process).stackTops().getFirst() - 8;
        assertThat(world.addressSpace(tables).page(saveArea).isPresent())
                .as("save area of process %d at %s is mapped in the %s page tables", process, hex(saveArea), tables)
                .isEqualTo(mapped);
    }

    @Then("the page below the kernel stack of process {int} is not mapped in the {tables} page tables")
    public void stackGuard(int process, PageTables tables) {
        long guard = world.lowestKernelStackAddress(process) - 1;
        assertThat(world.addressSpace(tables).page(guard).map(PageTableSteps::text).orElse("not mapped")).as(
                "page below the kernel stack of process %d, at %s", process, hex(guard)).isEqualTo("not mapped");
    }

    @Then("CR3 is the {tables} PML4 of process {int}")
    public void cr3Is(PageTables tables, int process) {
        Process p = world.process(process);
        RegisterSteps.equal("CR3", world.registers().get("CR3"), tables == PageTables.USER ? p.userCr3() : p
                .kernelCr3());
    }

    @Then("no frame is mapped at two user addresses of any process")
    public void noFrameTwice() {
        List<String> seen = new ArrayList<>();
        for (Process process : world.kernel().processes()) {
            world.addressSpace(process.userCr3()).lowerHalf().forEach(page -> seen.add(hex(page.physical())));
        }
        assertThat(seen).as("frames mapped in the lower halves").isNotEmpty().doesNotHaveDuplicates();
    }

    @Then("no user page lies in a frame of the kernel or of a page table")
    public void noKernelFrame() {
        assertThat(world.invariants().userPagesInKernelFrames()).as("user pages in frames of the kernel").isEmpty();
    }

    @Then("no page is writable and executable in any page table")
    public void noWriteExecute() {
        assertThat(world.invariants().writableExecutablePages()).as("pages that are writable and executable").isEmpty();
    }

    @Then("the GDT descriptor {value} has type {word}, DPL {int}, L {int}, P {int}")
    public void descriptorIs(Value selector, String type, int dpl, int l, int present) {
        Descriptor descriptor = world.descriptor((int) selector.get());
        assertThat("%s, DPL %d, L %d, P %d".formatted(descriptor.isCode() ? "code" : "data", descriptor.dpl(),
                descriptor.isLong() ? 1 : 0, descriptor.isPresent() ? 1 : 0)).as("descriptor %s", selector)
                .isEqualTo("%s, DPL %d, L %d, P %d".formatted(type, dpl, l, present));
    }

    @Then("no code descriptor of the GDT has DPL {int} and L {int}")
    public void noSuchDescriptor(int dpl, int l) {
        assertThat(world.descriptors()).as("descriptors of the GDT").isNotEmpty();
        assertThat(world.descriptors().stream()
                .filter(d -> d.isPresent() && d.isCode() && d.dpl() == dpl && (d.isLong() ? 1 : 0) == l)
                .map(d -> "0x%x: 0x%016x".formatted(d.selector(), d.value())))
                .as("code descriptors of the GDT with DPL %d and L %d, by selector", dpl, l).isEmpty();
    }

    @Then("the LDT is empty")
    public void noLdt() {
        assertThat(world.cpu().segments[ringspec.cpu.SegmentRegister.LDTR].selector & 0xFFFC).as("selector in LDTR")
                .isZero();
    }

    static String text(Page page) {
        return "%s -> frame %s, %s".formatted(hex(page.linear()), hex(page.physical()), page.rights());
    }

    private static String name(PageTables tables) {
        return tables.name().toLowerCase(java.util.Locale.ROOT);
    }

    static String bits(Page page) {
        return "U=%d W=%d NX=%d".formatted(page.user() ? 1 : 0, page.writable() ? 1 : 0, page.executable() ? 0 : 1);
    }
}
