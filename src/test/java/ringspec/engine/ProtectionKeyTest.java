package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;

/** Protection keys for user pages (SDM vol. 3A, 5.6.2 and 5.7). */
final class ProtectionKeyTest {

    private static final long KEY_5 = 5L << 59;
    private static final String DATA = "[0x280000]";

    private final SystemBed bed = new SystemBed(ProcessorModels.INTEL);

    private void keyFive(boolean pke) {
        bed.ram.write64(0x3008, SystemBed.USER | 0x87 | KEY_5);
        bed.cpu.cr4 |= pke ? ControlRegisters.CR4_PKE : 0;
    }

    @ParameterizedTest
    @CsvSource({"0x400,mov al,#14(0x25)", "0x400,write,#14(0x27)", "0x800,mov al,none", "0x800,write,#14(0x27)",
            "0x1000,mov al,none", "0x1000,write,none", "0x000,write,none"})
    void userAccessesObeyTheKey(String pkru, String access, String fault) {
        keyFive(true);
        String instruction = access.equals("write") ? "mov byte ptr " + DATA + ", 1" : "mov al, " + DATA;
        bed.user("mov eax, " + pkru + "\nxor ecx, ecx\nxor edx, edx\nwrpkru\n" + instruction + "\nint3");
        assertThat(bed.fault()).isEqualTo(fault.equals("none") ? "#13(0x1a)" : fault);
    }

    @ParameterizedTest
    @CsvSource({"0x400,true,mov al,#14(0x21)", "0x800,true,write,#14(0x23)", "0x800,false,write,none",
            "0x400,false,mov al,#14(0x21)"})
    void supervisorsObeyItOnUserPagesAndWriteDisableOnlyUnderWp(String pkru, boolean wp, String access, String fault) {
        keyFive(true);
        bed.cpu.cr0 = wp ? bed.cpu.cr0 : bed.cpu.cr0 & ~ControlRegisters.CR0_WP;
        bed.cpu.memory.contextChanged();
        String instruction = access.equals("write") ? "mov byte ptr " + DATA + ", 1" : "mov al, " + DATA;
        bed.kernel("mov eax, " + pkru + "\nxor ecx, ecx\nxor edx, edx\nwrpkru\n" + instruction + "\nhlt");
        assertThat(bed.fault()).isEqualTo(fault);
    }

    @Test
    void fetchesDoNotAndNothingDoesWithoutPke() {
        keyFive(true);
        bed.cpu.setPkru(0x400);
        assertThat(bed.user("nop\nud2").fault()).as("the code itself has key 5").isEqualTo("#6");
        SystemBed off = new SystemBed(ProcessorModels.INTEL);
        off.ram.write64(0x3008, SystemBed.USER | 0x87 | KEY_5);
        off.cpu.setPkru(-1);
        assertThat(off.user("mov al, " + DATA + "\nud2").fault()).isEqualTo("#6");
    }

    @Test
    void instructionsCheckTheirRegisters() {
        assertThat(bed.kernel("rdpkru").fault()).as("CR4.PKE clear").isEqualTo("#6");
        bed.cpu.cr4 |= ControlRegisters.CR4_PKE;
        assertThat(bed.kernel("mov ecx, 1\nrdpkru").fault()).isEqualTo("#13(0x0)");
        assertThat(bed.kernel("xor ecx, ecx\nmov edx, 1\nwrpkru").fault()).isEqualTo("#13(0x0)");
        bed.kernel("xor ecx, ecx\nxor edx, edx\nmov eax, 0xC0000004\nwrpkru\nxor eax, eax\nmov edx, 7\nrdpkru\nhlt");
        assertThat(bed.cpu.gpr[Cpu.RAX]).isEqualTo(0xC000_0004L);
        assertThat(bed.cpu.gpr[Cpu.RDX]).isZero();
        assertThat(bed.kernel("mov eax, 7\nxor ecx, ecx\ncpuid\nhlt").cpu.gpr[Cpu.RCX] & 0x18).as("PKU and OSPKE")
                .isEqualTo(0x18);
    }

    @Test
    void aCachedTranslationIsJudgedByTheNewValue() {
        keyFive(true);
        bed.user("xor eax, eax\nxor ecx, ecx\nxor edx, edx\nwrpkru\nmov bl, " + DATA
                + "\nmov eax, 0x400\nwrpkru\nmov bl, " + DATA);
        assertThat(bed.fault()).isEqualTo("#14(0x25)");
        assertThat(bed.cpu.cr2).isEqualTo(0x28_0000);
    }
}
