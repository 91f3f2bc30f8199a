package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.ProcessorModels;

/** Process-context identifiers: CR4.PCIDE, CR3[63], INVLPG and INVPCID (SDM vol. 3A, 5.10). */
final class ProcessContextTest {

    /** A page that the first tables map to {@link #FIRST}, the second ones to {@link #SECOND}. */
    private static final String PAGE = "[0x400000]";
    private static final int FIRST = 0x11;
    private static final int SECOND = 0x22;

    private final SystemBed bed = new SystemBed(ProcessorModels.INTEL);

    /** Two roots, 1000H and A000H, that share everything but the 2 MiB at 4 MiB. */
    private void twoRoots(long flags) {
        bed.ram.write64(0x3010, 0x40_0083 | flags);
        bed.ram.write64(0xA000, 0xB007);
        bed.ram.write64(0xB000, 0xC007);
        bed.ram.write64(0xC000, 0x83);
        bed.ram.write64(0xC008, SystemBed.USER | 0x87);
        bed.ram.write64(0xC010, 0x60_0083 | flags);
        bed.ram.write8(0x40_0000, FIRST);
        bed.ram.write8(0x60_0000, SECOND);
        bed.cpu.cr4 |= ControlRegisters.CR4_PCIDE | ControlRegisters.CR4_PGE;
        bed.cpu.memory.contextChanged();
    }

    private static String cr3(String value) {
        return "mov rax, " + value + "\nmov cr3, rax\n";
    }

    private int loaded(String program) {
        bed.kernel(program + "movzx ebx, byte ptr " + PAGE + "\nhlt");
        assertThat(bed.fault()).isEqualTo("none");
        return (int) bed.cpu.gpr[3];
    }

    @Test
    void eachIdentifierHasItsOwnTranslations() {
        twoRoots(0);
        assertThat(loaded(cr3("0x1001"))).isEqualTo(FIRST);
        assertThat(loaded(cr3("0xA002"))).isEqualTo(SECOND);
        bed.ram.write64(0x3010, 0x60_0083);
        assertThat(loaded(cr3("0x8000000000001001"))).as("kept, since bit 63 was set").isEqualTo(FIRST);
        assertThat(bed.cpu.cr3).as("bit 63 is not stored").isEqualTo(0x1001);
        assertThat(loaded(cr3("0x1001"))).as("dropped").isEqualTo(SECOND);
    }

    @Test
    void anIdentifierIsNotBoundToItsRoot() {
        twoRoots(0);
        loaded(cr3("0x1001"));
        assertThat(loaded(cr3("0x800000000000A001"))).as("what was cached under the identifier counts").isEqualTo(
                FIRST);
        assertThat(loaded(cr3("0xA001"))).isEqualTo(SECOND);
    }

    @Test
    void globalTranslationsServeEveryIdentifier() {
        twoRoots(0x100);
        loaded(cr3("0x1001"));
        assertThat(loaded(cr3("0xA002"))).isEqualTo(FIRST);
        assertThat(loaded("invlpg " + PAGE + "\n")).isEqualTo(SECOND);
    }

    /** The tables change behind the TLB's back; then one INVPCID from identifier 2. */
    @ParameterizedTest
    @CsvSource({"0,1,0x400000,1", "0,2,0x400000,0", "0,1,0x600000,0", "1,1,0,1", "1,3,0,0", "2,0,0,1", "3,0,0,1"})
    void invpcidDropsWhatItsTypeSays(int type, int pcid, String address, int dropped) {
        twoRoots(0);
        loaded(cr3("0x1001"));
        bed.ram.write64(0x3010, 0x60_0083);
        bed.ram.write64(SystemBed.DATA, pcid);
        bed.ram.write64(SystemBed.DATA + 8, Long.decode(address));
        String invpcid = "mov ecx, " + type + "\ninvpcid rcx, [0x40000]\n";
        assertThat(loaded(cr3("0xA002") + invpcid + cr3("0x8000000000001001"))).isEqualTo(dropped == 1 ? SECOND
                : FIRST);
    }

    @ParameterizedTest
    @CsvSource({"2,1", "3,0", "1,0", "0,0"})
    void onlyTypeTwoDropsGlobalOnes(int type, int dropped) {
        twoRoots(0x100);
        loaded(cr3("0x1001"));
        bed.ram.write64(0x3010, 0x60_0183);
        bed.ram.write64(SystemBed.DATA, 1);
        bed.ram.write64(SystemBed.DATA + 8, 0x40_0000);
        assertThat(loaded("mov ecx, " + type + "\ninvpcid rcx, [0x40000]\n")).isEqualTo(dropped == 1 ? SECOND : FIRST);
    }

    @ParameterizedTest
    @CsvSource({"4,0,0", "-1,0,0", "0,0x1000,0", "2,0x1000,0", "0,0,0x800000000000", "0,1,0", "1,1,0"})
    void invpcidRefusesBadDescriptorsAndIdentifiersThatAreOff(long type, String pcid, String address) {
        bed.ram.write64(SystemBed.DATA, Long.decode(pcid));
        bed.ram.write64(SystemBed.DATA + 8, Long.decode(address));
        assertThat(bed.kernel("mov rcx, " + type + "\ninvpcid rcx, [0x40000]").fault()).isEqualTo("#13(0x0)");
    }

    @Test
    void pcideNeedsIdentifierZero() {
        assertThat(bed.kernel("mov rax, 0x1008\nmov cr3, rax\nmov rax, 0x20620\nmov cr4, rax").fault())
                .isEqualTo("#13(0x0)");
        assertThat(bed.kernel("mov rax, 0x8000000000001000\nmov cr3, rax").fault()).as(
                "bit 63 is reserved without PCIDE")
                .isEqualTo("#13(0x0)");
    }

    @Test
    void leavingPcideDropsEverything() {
        twoRoots(0x100);
        loaded(cr3("0x1000"));
        bed.ram.write64(0x3010, 0x60_0083);
        assertThat(loaded("mov rax, 0x6A0\nmov cr4, rax\n")).isEqualTo(SECOND);
    }

    @Test
    void clearingPagingWithIdentifiersOnIsRefused() {
        twoRoots(0);
        assertThat(bed.kernel("mov rax, cr0\nbtr rax, 31\nmov cr0, rax").fault()).isEqualTo("#13(0x0)");
    }
}
