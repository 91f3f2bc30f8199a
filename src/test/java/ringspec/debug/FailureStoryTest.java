package ringspec.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;
import ringspec.kernel.KernelLayout;
import ringspec.machine.Machine;
import ringspec.subject.AssemblyProgram;
import ringspec.subject.BootedMachine;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;
import ringspec.subject.NamedElf;

/** What the hook after a failed scenario shows, on a program that writes to its own code. */
final class FailureStoryTest {

    private static final String PROGRAM = """
            _start:
                mov rax, 0x1234
                lea rbx, [rel _start]
            culprit:
                mov [rbx], rax
            section .data
                dq 1
            """;

    private final ElfImage image;
    private final BootedMachine booted;
    private final Machine machine;

    FailureStoryTest() {
        byte[] file = AssemblyProgram.assemble("init", PROGRAM, Map.of());
        image = ((ElfResult.Accepted) ElfImage.parse(file)).image();
        booted = DesignedKernel.REFERENCE.boot(new Configuration(ProcessorModels.INTEL, true));
        booted.loadModules(List.of(new NamedElf("init", file)));
        machine = booted.machine();
        machine.addBreakpoint(image.symbols().addressOf("culprit").orElseThrow());
        machine.run(1_000_000);
    }

    @Test
    void aDumpHasEveryRegisterAtItsPlace() {
        String ring3 = StateDump.of(machine.cpu());
        machine.step();
        String ring0 = StateDump.of(machine.cpu());

        assertThat(ring3).contains("RAX 0000000000001234", "RSP 00007ffffffff000", "CPL 3", "IF",
                "CS   0023", "DPL 3  code 64-bit readable", "SS   001b", "DPL 3  data writable", "WP PG", "SMEP SMAP",
                "SCE LME LMA NXE", "SYSCALL CS 0008, SYSRET base 0013", "TF IF DF IOPL=3 NT AC");
        assertThat(ring0).contains("CPL 0", "CS   0008", "CR2            0000000000400000");
        List<String> before = ring3.lines().map(line -> line.split(" ")[0]).toList();
        assertThat(ring0.lines().map(line -> line.split(" ")[0]).toList()).isEqualTo(before);
    }

    @Test
    void aBitOfNoNameIsToldByItsNumber() {
        assertThat(Bits.flagNames(0x8000_0202L)).isEqualTo("IF bit31");
        assertThat(Bits.flagNames(0x2002L)).isEqualTo("IOPL=2");
        assertThat(Bits.controlRegisterNames(4, 0)).isEmpty();
    }

    @Test
    void theLastInstructionsAreNamedAndEndWithTheCulprit() {
        machine.step();
        String text = RecentInstructions.of(machine, this::name);

        assertThat(text.lines().toList()).endsWith("_start:",
                "  0000000000400000  48 c7 c0 34 12 00 00            mov    rax,0x1234",
                "  0000000000400007  48 8d 1d f2 ff ff ff            lea    rbx,[rip+0xfffffffffffffff2]        # 400000 <_start>",
                "culprit:",
                "  000000000040000e  48 89 03                        mov    QWORD PTR [rbx],rax");
        assertThat(text).contains("sysret").startsWith("CR3 = 0x");
        assertThat(text.lines().filter(line -> line.matches("  [0-9a-f]{16}  .*")))
                .hasSizeLessThanOrEqualTo(RecentInstructions.DEFAULT_LIMIT);
    }

    @Test
    void aForkHasNoPast() {
        assertThat(RecentInstructions.of(machine.fork(), this::name)).isEqualTo("No instruction has run.\n");
    }

    @Test
    void aPageFaultIsExplainedByItsWalkInTheAddressSpaceOfTheAccess() {
        long cr3 = machine.cpu().cr3;
        assertThat(WalkExplanation.ofLastPageFault(machine)).isEmpty();
        // Far enough for the entry code to have loaded the kernel's CR3.
        for (int i = 0; i < 12; i++) {
            machine.step();
        }
        assertThat(machine.cpu().cr3).isNotEqualTo(cr3);

        assertThat(WalkExplanation.ofLastPageFault(machine).orElseThrow())
                .startsWith(
                        "#PF(0x7) at RIP 0x000000000040000e, CPL 3: write of 0x0000000000400000 by a user-mode access, "
                                + "the page is present")
                .contains("from CR3 0x%x".formatted(cr3), "PML4E[  0]", "PDPTE[  0]", "PDE  [  2]", "PTE  [  0]",
                        "write by user: #PF(0x7), R/W is 0 in the PTE")
                .doesNotContain("have changed");
    }

    @Test
    void tablesThatChangedSinceTheFaultAreTold() {
        long cr3 = machine.cpu().cr3;
        machine.step();
        long leaf = new MachineView(machine).walk(cr3, 0x400000).steps().getLast().address();
        machine.ram().write64(leaf, machine.ram().read64(leaf) | 2);

        assertThat(WalkExplanation.ofLastPageFault(machine).orElseThrow())
                .contains("The tables have changed since the fault", "the access is allowed");
    }

    @Test
    void thePictureShowsBothHalvesWithNamesAndRights() throws Exception {
        String svg = picture();
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)));

        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg).contains(">U R - X<", ">U R W -<", "16 KiB · user stack", "4 KiB · guard page, not mapped",
                "0000000000400000", ".trampoline", ">4 KiB · GDT<", "IST1 #DF", "init &amp; its &lt;tables&gt;")
                .doesNotContain(">U R W X</text>", "href", "url(");
        assertThat(svg).isEqualTo(picture());
    }

    @Test
    void aWritableAndExecutablePageStandsOut() {
        long leaf = new MachineView(machine).walk(machine.cpu().cr3, 0x400000).steps().getLast().address();
        machine.ram().write64(leaf, machine.ram().read64(leaf) | 2);

        assertThat(picture()).contains(">U R W X</text>");
    }

    @Test
    void anEmptyAddressSpaceIsTwoGaps() {
        long empty = KernelLayout.PAGE;
        assertThat(AddressSpacePicture.of("nothing", new AddressSpace(new Machine(machine.config()).ram(), empty), List
                .of()))
                .contains(">128 TiB not mapped<");
    }

    private String picture() {
        Cpu cpu = machine.cpu();
        return AddressSpacePicture.of("init & its <tables>", new AddressSpace(machine.ram(), cpu.cr3), RegionName.all(
                image,
                booted.kernel().image()));
    }

    private String name(long address) {
        return image.symbols().locate(address).or(() -> booted.symbols().locate(address)).orElse(null);
    }
}
