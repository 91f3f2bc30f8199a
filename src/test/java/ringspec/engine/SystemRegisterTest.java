package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.SegmentRegister;
import ringspec.trace.TraceEvent;

/** What control, debug and model-specific registers take, and who may touch them. */
final class SystemRegisterTest {

    private static final String GP = "#13(0x0)";

    private SystemBed bed = new SystemBed(ProcessorModels.INTEL);

    private static long number(String hex) {
        return Long.parseUnsignedLong(hex.substring(2).replace("_", ""), 16);
    }

    @ParameterizedTest
    @CsvSource({"INTEL,0xC0000080,0x0D01,none", "INTEL,0xC0000080,0x1D01,#13(0x0)", "INTEL,0xC0000080,0x0C01,#13(0x0)",
            "INTEL,0xC0000081,0xFFFFFFFFFFFFFFFF,none", "INTEL,0xC0000082,0xFFFF800000000000,none",
            "INTEL,0xC0000082,0x0000800000000000,#13(0x0)", "INTEL,0xC0000083,0x0000800000000000,#13(0x0)",
            "INTEL,0xC0000084,0xFFFFFFFF,none", "INTEL,0xC0000084,0x100000000,#13(0x0)",
            "AMD,0xC0000084,0x100000000,none", "INTEL,0xC0000100,0x00007FFFFFFFFFFF,none",
            "INTEL,0xC0000100,0x0000800000000000,#13(0x0)", "INTEL,0xC0000101,0x0000800000000000,#13(0x0)",
            "INTEL,0xC0000102,0x0000800000000000,#13(0x0)", "INTEL,0xC0000103,0x5,none",
            "INTEL,0x277,0x0007040600070406,none", "INTEL,0x277,0x0002040600070406,#13(0x0)",
            "INTEL,0x277,0x0807040600070406,#13(0x0)", "INTEL,0x1A0,1,none", "AMD,0x1A0,1,#13(0x0)",
            "INTEL,0x1B,0xFEE00900,none", "INTEL,0x1B,0xFEE00D00,#13(0x0)", "INTEL,0x175,0x0000800000000000,#13(0x0)",
            "INTEL,0xDA0,0,none", "INTEL,0xDA0,0x100,#13(0x0)", "AIRMONT,0xDA0,0,#13(0x0)", "INTEL,0x12345,0,#13(0x0)"})
    void wrmsrTakesWhatTheManualAllows(String model, String msr, String value, String fault) {
        bed = new SystemBed(ProcessorModels.named(model));
        long wide = value.startsWith("0x") ? number(value) : Long.parseLong(value);
        bed.kernel("mov ecx, " + msr + "\nmov eax, " + (wide & 0xFFFF_FFFFL) + "\nmov edx, " + (wide >>> 32)
                + "\nwrmsr\nrdmsr\nhlt");
        assertThat(bed.fault()).isEqualTo(fault);
        if (fault.equals("none") && !(model.equals("AMD") && msr.equals("0xC0000084"))) {
            assertThat(bed.cpu.gpr[Cpu.RDX] << 32 | bed.cpu.gpr[Cpu.RAX]).isEqualTo(wide);
            assertThat(bed.cpu.trace.all(TraceEvent.MsrWrite.class)).hasSize(1);
        } else if (!fault.equals("none")) {
            assertThat(bed.cpu.trace.all(TraceEvent.MsrWrite.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"cr0,0x80050033,none", "cr0,0x80050032,#13(0x0)", "cr0,0x00050033,#13(0x0)", "cr0,0xA0050033,#13(0x0)",
            "cr0,0xE0050033,none", "cr0,0x180050033,#13(0x0)", "cr3,0x1000,none", "cr3,0x400000001000,#13(0x0)",
            "cr3,0x8000000000001000,#13(0x0)", "cr4,0x620,none", "cr4,0x600,#13(0x0)", "cr4,0x2620,#13(0x0)",
            "cr4,0x20620,none", "cr4,0x310E20,none", "cr4,0x621,#13(0x0)", "cr4,0x622,#13(0x0)", "cr4,0x1620,#13(0x0)",
            "cr4,0x440620,none", "cr4,0x800620,#13(0x0)", "cr4,0x1000620,#13(0x0)", "cr8,0xF,none", "cr8,0x10,#13(0x0)",
            "cr2,0xFFFF0000FFFF0000,none"})
    void movToControlRegistersTakesWhatTheManualAllows(String register, String value, String fault) {
        bed.kernel("mov rax, " + value + "\nmov " + register + ", rax\nmov rbx, " + register + "\nhlt");
        assertThat(bed.fault()).isEqualTo(fault);
        assertThat(bed.cpu.trace.all(TraceEvent.ControlRegisterWrite.class)).hasSize(fault.equals("none") ? 1 : 0);
        if (fault.equals("none")) {
            assertThat(bed.cpu.gpr[Cpu.RBX]).isEqualTo(number(value));
        }
    }

    @ParameterizedTest
    @CsvSource({"0x6A0,ALL", "0x100620,ALL", "0x200620,none", "0x630,none"})
    void cr4FlushesForPgeAndSmepOnly(String value, String kind) {
        bed.kernel("mov rax, " + value + "\nmov cr4, rax\nhlt");
        assertThat(bed.cpu.trace.all(TraceEvent.TlbInvalidation.class).stream().skip(1).map(e -> e.kind().name()))
                .isEqualTo(kind.equals("none") ? List.of() : List.of(kind));
    }

    /** Privileged instructions in ring 3; the last three are #UD there. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"hlt|#13(0x0)", "mov rax, cr0|#13(0x0)", "mov cr3, rax|#13(0x0)",
            "mov rax, dr0|#13(0x0)", "mov dr7, rax|#13(0x0)", "rdmsr|#13(0x0)", "wrmsr|#13(0x0)", "clts|#13(0x0)",
            "lmsw ax|#13(0x0)", "invlpg [rax]|#13(0x0)", "invd|#13(0x0)", "wbinvd|#13(0x0)", "lgdt [rsp]|#13(0x0)",
            "lidt [rsp]|#13(0x0)", "lldt ax|#13(0x0)", "ltr ax|#13(0x0)", "swapgs|#13(0x0)", "sysretq|#13(0x0)",
            "rdpmc|#13(0x0)", "in al, 0x60|#13(0x0)", "out 0x60, al|#13(0x0)", "cli|#13(0x0)", "stac|#6", "clac|#6",
            "vmcall|#6", "monitor|#6", "mwait|#6", "xgetbv|#6", "rsm|#6", "rdfsbase rax|#6"})
    void ring3IsRefused(String instruction, String fault) {
        bed.user(instruction + "\nhlt");
        assertThat(bed.fault()).isEqualTo(fault);
        assertThat(bed.cpu.trace.all(TraceEvent.FaultTaken.class).getFirst().rip()).isEqualTo(SystemBed.USER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgdt [rsp-16]", "sidt [rsp-16]", "sldt eax", "str eax", "smsw eax"})
    void umipKeepsTheTableRegistersToRing0(String instruction) {
        assertThat(bed.user(instruction + "\nud2").fault()).isEqualTo("#6");
        bed.cpu.cr4 |= ControlRegisters.CR4_UMIP;
        assertThat(bed.user(instruction + "\nud2").fault()).isEqualTo(GP);
        SystemBed ring0 = new SystemBed(ProcessorModels.INTEL);
        ring0.cpu.cr4 |= ControlRegisters.CR4_UMIP;
        assertThat(ring0.kernel(instruction + "\nud2").fault()).isEqualTo("#6");
    }

    @Test
    void debugRegistersKeepTheirReservedBits() {
        bed.kernel("xor eax, eax\nmov dr6, rax\nmov dr7, rax\nmov rbx, dr6\nmov rcx, dr7\nhlt");
        assertThat(bed.cpu.gpr[Cpu.RBX]).isEqualTo(0xFFFF_0FF0L);
        assertThat(bed.cpu.gpr[Cpu.RCX]).isEqualTo(0x400);
        assertThat(bed.kernel("mov rax, 0x100000000\nmov dr7, rax").fault()).isEqualTo(GP);
        bed.cpu.cr4 |= ControlRegisters.CR4_DE;
        assertThat(bed.kernel("mov rax, dr4").fault()).isEqualTo("#6");
    }

    @Test
    void generalDetectIsAFaultBeforeTheAccess() {
        bed.kernel("mov eax, 0x2400\nmov dr7, rax\nmov rbx, dr0");
        assertThat(bed.fault()).isEqualTo("#1");
        assertThat(bed.cpu.dr[6] & 0x2000).isEqualTo(0x2000);
        assertThat(bed.cpu.dr[7] & 0x2000).isZero();
    }

    @Test
    void ltrMarksTheTssBusyAndTakesItOnce() {
        bed.ram.write64(SystemBed.GDT + SystemBed.TSS, 0x67 | SystemBed.TSS_BASE << 16 | 0x89L << 40);
        bed.kernel("mov eax, 0x28\nltr ax\nstr ebx\nltr ax");
        assertThat(bed.cpu.gpr[Cpu.RBX]).isEqualTo(0x28);
        assertThat(bed.ram.read64(SystemBed.GDT + SystemBed.TSS) >>> 40 & 15).isEqualTo(11);
        assertThat(bed.fault()).isEqualTo("#13(0x28)");
    }

    @ParameterizedTest
    @CsvSource({"ds,0x18,none", "ds,0x0,none", "ds,0x28,#13(0x28)", "ds,0x80,#13(0x80)", "ss,0x0,none",
            "ss,0x3,#13(0x0)", "ss,0x18,#13(0x18)", "ss,0x50,#12(0x50)", "es,0x50,#11(0x50)", "fs,0x8,none"})
    void segmentLoadsAreChecked(String register, String selector, String fault) {
        bed.descriptor(0x50, SystemBed.DATA64 & ~SystemBed.PRESENT);
        bed.gate(12, 0x8E, 1, SystemBed.KERNEL_CODE);
        bed.kernel("mov eax, " + selector + "\nmov " + register + ", eax\nhlt");
        assertThat(bed.fault()).isEqualTo(fault);
    }

    @ParameterizedTest
    @CsvSource({"INTEL,0", "AMD,0x1234"})
    void aNullSelectorClearsTheBaseOnIntelOnly(String model, String base) {
        bed = new SystemBed(ProcessorModels.named(model));
        bed.cpu.segments[SegmentRegister.FS].base = 0x1234;
        bed.kernel("xor eax, eax\nmov fs, eax\nhlt");
        assertThat(bed.cpu.segments[SegmentRegister.FS].base).isEqualTo((long) Long.decode(base));
    }

    @Test
    void larLslAndVerrLookWithoutFaulting() {
        bed.kernel("""
                mov ecx, 0x08
                lar eax, ecx
                lsl ebx, ecx
                setz dl
                mov ecx, 0x80
                verr cx
                setz dh
                mov ecx, 0x10
                verw cx
                setz sil
                hlt""");
        assertThat(bed.cpu.gpr[Cpu.RAX]).isEqualTo(0xAF_9B00);
        assertThat(bed.cpu.gpr[Cpu.RBX]).isEqualTo(0xFFFF_FFFFL);
        assertThat(bed.cpu.gpr[Cpu.RDX] & 0xFFFF).isEqualTo(0x0001);
        assertThat(bed.cpu.gpr[Cpu.RSI] & 0xFF).isEqualTo(1);
    }

    /** IOPL 0: the TSS's map decides; the map base, the limit, the port, the size. */
    @ParameterizedTest
    @CsvSource({"0x68,0x100,in al,none", "0x68,0x100,in eax,none", "0x68,0x7D,in al,none", "0x68,0x7D,in ax,#13(0x0)",
            "0x68,0x7E,in al,#13(0x0)", "0x68,0x6F,in ax,none", "0xFFFF,0x0,in al,#13(0x0)", "0xA7,0x0,in al,#13(0x0)",
            "0xA6,0x0,in al,none"})
    void theIoMapDecidesBytewiseAndReadsTwoBytes(String base, String port, String instruction, String fault) {
        SegmentRegister tr = bed.cpu.segments[SegmentRegister.TR];
        tr.limit = 0xA7;
        bed.ram.write8(SystemBed.TSS_BASE + 0x66, Integer.decode(base) & 0xFF);
        bed.ram.write8(SystemBed.TSS_BASE + 0x67, Integer.decode(base) >>> 8);
        bed.ram.write8(SystemBed.TSS_BASE + 0x68 + (0x7E >>> 3), 1 << (0x7E & 7));
        bed.user("mov edx, " + port + "\n" + instruction + ", dx\nud2");
        assertThat(bed.fault()).isEqualTo(fault.equals("none") ? "#6" : fault);
    }

    @Test
    void fsgsbaseNeedsItsCr4Bit() {
        assertThat(bed.kernel("rdfsbase rax").fault()).isEqualTo("#6");
        bed.cpu.cr4 |= ControlRegisters.CR4_FSGSBASE;
        bed.kernel("mov rax, 0x123456789\nwrgsbase rax\nrdgsbase rbx\nhlt");
        assertThat(bed.cpu.gpr[Cpu.RBX]).isEqualTo(0x1_2345_6789L);
        assertThat(bed.kernel("mov rax, 0x800000000000\nwrfsbase rax").fault()).isEqualTo(GP);
    }

    @Test
    void tsdKeepsTheCounterToRing0() {
        assertThat(bed.user("rdtsc\nud2").fault()).isEqualTo("#6");
        bed.cpu.cr4 |= ControlRegisters.CR4_TSD;
        assertThat(bed.user("rdtsc\nud2").fault()).isEqualTo(GP);
    }

    @Test
    void cpuidNamesTheVendor() {
        for (var model : ProcessorModels.all()) {
            SystemBed named = new SystemBed(model);
            named.kernel("xor eax, eax\ncpuid\nhlt");
            String expected = model.vendor().name().equals("INTEL") ? "Genu" : "Auth";
            assertThat((int) named.cpu.gpr[Cpu.RBX]).isEqualTo(java.nio.ByteBuffer.wrap(expected.getBytes())
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt());
        }
        assertThat(new SystemBed(ProcessorModels.AIRMONT).kernel("stac").fault()).isEqualTo("#6");
        assertThat(new SystemBed(ProcessorModels.AIRMONT).kernel("mov eax, 0x200620\nmov cr4, rax").fault()).isEqualTo(
                GP);
    }

    @ParameterizedTest
    @CsvSource({"cr0,4,#6", "cr0,8,#7", "cr4,0x200,#6"})
    void sseObeysEmTsAndOsfxsr(String register, String bit, String fault) {
        bed.kernel("mov rax, " + register + "\nxor rax, " + bit + "\nmov " + register + ", rax\naddps xmm0, xmm1\nhlt");
        assertThat(bed.fault()).isEqualTo(fault);
    }

    @Test
    void fxsaveAndFxrstorKeepTheStateAndCheckIt() {
        bed.cpu.xmm[31] = 0x1122_3344_5566_7788L;
        bed.cpu.mxcsr = 0x7F80;
        bed.kernel("""
                mov ebx, 0x40000
                fxsave64 [rbx]
                xorps xmm15, xmm15
                fninit
                fxrstor64 [rbx]
                hlt""");
        assertThat(bed.cpu.xmm[31]).isEqualTo(0x1122_3344_5566_7788L);
        assertThat(bed.ram.read64(SystemBed.DATA + 24)).isEqualTo(0xFFFF_0000_7F80L);
        assertThat(bed.kernel("mov ebx, 0x40008\nfxsave64 [rbx]").fault()).isEqualTo(GP);
        assertThat(bed.kernel("mov ebx, 0x40000\nor dword [rbx+24], 0x10000\nfxrstor64 [rbx]").fault()).isEqualTo(GP);
        assertThat(bed.kernel("mov ebx, 0x40008\nmovaps xmm0, [rbx]").fault()).isEqualTo(GP);
        assertThat(bed.kernel("mov ebx, 0x40008\nmovups xmm0, [rbx]\nud2").fault()).isEqualTo("#6");
    }

    @Test
    void countsAreScansWhereCpuidLacksThem() {
        bed.kernel("mov eax, 0x100\ntzcnt ebx, eax\nlzcnt ecx, eax\nhlt");
        assertThat(bed.cpu.gpr[Cpu.RBX]).as("BSF and TZCNT agree but for 0").isEqualTo(8);
        assertThat(bed.cpu.gpr[Cpu.RCX]).as("LZCNT").isEqualTo(23);
        SystemBed old = new SystemBed(ProcessorModels.AIRMONT);
        old.kernel("mov eax, 0x100\nlzcnt ecx, eax\nxor eax, eax\nmov ebx, 77\ntzcnt ebx, eax\nhlt");
        assertThat(old.cpu.gpr[Cpu.RCX]).as("BSR").isEqualTo(8);
        assertThat(old.cpu.gpr[Cpu.RBX]).as("BSF of 0").isEqualTo(77);
    }
}
