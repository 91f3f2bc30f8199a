package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;

/** The XSAVE family (SDM vol. 1, chapter 13); init optimisation and MXCSR as measured on Zen 5. */
final class XsaveTest {

    private static final long AREA = SystemBed.DATA;
    private static final long COMPACTED = 1L << 63;
    private static final long FILL = 0xCCCC_CCCC_CCCC_CCCCL;

    private final SystemBed bed = new SystemBed(ProcessorModels.INTEL);
    private final Cpu cpu = bed.cpu;

    @BeforeEach
    void enable() {
        cpu.cr4 |= ControlRegisters.CR4_OSXSAVE;
        cpu.xcr0 = 0x207;
        bed.ram.fill(AREA, 4096, 0xCC);
        bed.ram.fill(AREA + 512, 64, 0);
    }

    private SystemBed execute(String instruction, long mask) {
        return bed.kernel("mov eax, " + mask + "\nxor edx, edx\nmov rdi, 0x40000\n" + instruction + " [rdi]\nhlt");
    }

    private long area(int offset) {
        return bed.ram.read64(AREA + offset);
    }

    /** Something in every component. */
    private void fillState() {
        for (int i = 0; i < 32; i++) {
            cpu.xmm[i] = 0x1111L * (i + 1);
            cpu.ymmHigh[i] = 0x2222L * (i + 1);
        }
        cpu.mxcsr = 0x1FA0;
        cpu.fpu.control = 0x27F;
        cpu.fpu.significand[0] = 0x8000_0000_0000_0000L;
        cpu.fpu.signExponent[0] = 0x3FFF;
        cpu.fpu.tag = 1;
        cpu.setPkru(0x5550);
    }

    private void clearState() {
        Arrays.fill(cpu.xmm, 7);
        Arrays.fill(cpu.ymmHigh, 7);
        cpu.mxcsr = 0x1F80;
        cpu.fpu.reset();
        cpu.setPkru(0);
    }

    @ParameterizedTest
    @CsvSource({"xsave64,xrstor64", "xsaveopt64,xrstor64", "xsavec64,xrstor64", "xsaves64,xrstors64", "xsave,xrstor"})
    void whatIsSavedComesBack(String save, String restore) {
        fillState();
        execute(save, 0x207);
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(area(512)).as("XSTATE_BV").isEqualTo(0x207);
        clearState();
        execute(restore, 0x207);
        assertThat(bed.fault()).isEqualTo("none");
        for (int i = 0; i < 32; i++) {
            assertThat(cpu.xmm[i]).isEqualTo(0x1111L * (i + 1));
            assertThat(cpu.ymmHigh[i]).isEqualTo(0x2222L * (i + 1));
        }
        assertThat(cpu.mxcsr).isEqualTo(0x1FA0);
        assertThat(cpu.fpu.control).isEqualTo(0x27F);
        assertThat(cpu.fpu.signExponent[0]).isEqualTo(0x3FFF);
        assertThat(cpu.pkru).isEqualTo(0x5550);
    }

    @ParameterizedTest
    @CsvSource({"INTEL,2688", "AMD,832"})
    void standardOffsetsAreThoseOfCpuid(String model, int pkru) {
        SystemBed other = new SystemBed(ProcessorModels.named(model));
        other.cpu.cr4 |= ControlRegisters.CR4_OSXSAVE;
        other.cpu.xcr0 = 0x207;
        other.cpu.ymmHigh[1] = 0x1234;
        other.cpu.setPkru(0x40);
        other.kernel("mov eax, 0x207\nxor edx, edx\nxsave64 [0x40000]\nmov eax, 0xD\nmov ecx, 9\ncpuid\nhlt");
        assertThat(other.ram.read64(AREA + 576 + 8)).isEqualTo(0x1234);
        assertThat(other.ram.read64(AREA + pkru)).isEqualTo(0x40);
        assertThat(other.cpu.gpr[Cpu.RAX]).isEqualTo(8);
        assertThat(other.cpu.gpr[Cpu.RBX]).isEqualTo(pkru);
    }

    @Test
    void compactedComponentsLieOneAfterTheOther() {
        fillState();
        execute("xsavec64", 0x200);
        assertThat(area(520)).isEqualTo(COMPACTED | 0x200);
        assertThat(area(576)).isEqualTo(0x5550);
        execute("xsavec64", 0x207);
        assertThat(area(576)).isEqualTo(0x2222);
        assertThat(area(832)).isEqualTo(0x5550);
    }

    /** In the initial configuration: XSAVE writes everything, XSAVEOPT MXCSR alone, XSAVEC the header alone. */
    @ParameterizedTest
    @CsvSource({"xsave64,037f,1f80,0,0", "xsaveopt64,cccc,1f80,cc,0", "xsavec64,cccc,cccccccc,cc,8000000000000007"})
    void initOptimisation(String instruction, String fcw, String mxcsr, String xmm, String layout) {
        execute(instruction, 7);
        assertThat(area(512)).isZero();
        assertThat(area(520)).isEqualTo(Long.parseUnsignedLong(layout, 16));
        assertThat(area(0) & 0xFFFF).isEqualTo(Long.parseLong(fcw, 16));
        assertThat(area(24) & 0xFFFF_FFFFL).isEqualTo(Long.parseLong(mxcsr, 16));
        assertThat(area(160) & 0xFF).isEqualTo(Long.parseLong(xmm, 16));
    }

    @Test
    void mxcsrCountsAsInUseForTheCompactingInstructionsAlone() {
        cpu.mxcsr = 0x1F81;
        execute("xsave64", 7);
        assertThat(area(512)).isZero();
        execute("xsavec64", 7);
        assertThat(area(512)).isEqualTo(2);
        bed.kernel("mov ecx, 1\nxgetbv\nhlt");
        assertThat(cpu.gpr[Cpu.RAX]).as("XGETBV with ECX = 1").isEqualTo(2);
    }

    @Test
    void bitsThatWerentRequestedStayInTheHeader() {
        bed.ram.write64(AREA + 512, 0x205);
        execute("xsave64", 2);
        assertThat(area(512)).isEqualTo(0x205);
        cpu.xmm[0] = 1;
        execute("xsave64", 3);
        assertThat(area(512)).isEqualTo(0x206);
    }

    @Test
    void absentComponentsAreInitialisedAndMxcsrIsLoadedAllTheSame() {
        fillState();
        bed.ram.write64(AREA + 24, 0x1FC0);
        execute("xrstor64", 7);
        assertThat(cpu.xmm).containsOnly(0L);
        assertThat(cpu.ymmHigh).containsOnly(0L);
        assertThat(cpu.fpu.control).isEqualTo(0x37F);
        assertThat(cpu.mxcsr).as("from memory").isEqualTo(0x1FC0);
        assertThat(cpu.pkru).as("not requested").isEqualTo(0x5550);
        bed.ram.write64(AREA + 520, COMPACTED | 7);
        execute("xrstor64", 4);
        assertThat(cpu.mxcsr).as("compacted, SSE not requested").isEqualTo(0x1FC0);
        execute("xrstor64", 2);
        assertThat(cpu.mxcsr).as("compacted, SSE absent").isEqualTo(0x1F80);
    }

    /** Header offset and what is written there, on top of a header that is well-formed. */
    @ParameterizedTest
    @CsvSource({"xrstor64,512,0x8", "xrstor64,512,0x400", "xrstor64,520,0x7", "xrstor64,528,0x1", "xrstor64,24,0x10000",
            "xrstors64,520,0x7"})
    void badHeadersOfTheStandardFormatAreRefused(String instruction, int offset, String value) {
        bed.ram.write64(AREA + 24, 0x1F80);
        bed.ram.write64(AREA + offset, Long.decode(value));
        fillState();
        assertThat(execute(instruction, 7).fault()).isEqualTo("#13(0x0)");
        assertThat(cpu.xmm[0]).as("nothing has changed").isEqualTo(0x1111);
    }

    @ParameterizedTest
    @CsvSource({"520,0x8000000000000008,0", "520,0x8000000000000002,0x4", "520,0x8000000000000007,0x8000000000000000",
            "528,1,0", "568,1,0"})
    void badHeadersOfTheCompactedFormatAreRefused(int offset, String value, String present) {
        bed.ram.write64(AREA + 520, COMPACTED | 7);
        bed.ram.write64(AREA + offset, Long.parseUnsignedLong(value.replace("0x", ""), 16));
        bed.ram.write64(AREA + 512, Long.parseUnsignedLong(present.replace("0x", ""), 16));
        assertThat(execute("xrstor64", 7).fault()).isEqualTo("#13(0x0)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xsave64", "xsaveopt64", "xsavec64", "xsaves64", "xrstor64", "xrstors64"})
    void everyInstructionChecksOsxsaveTsAndAlignment(String instruction) {
        assertThat(bed.kernel(instruction + " [0x40020]").fault()).isEqualTo("#13(0x0)");
        cpu.cr0 |= ControlRegisters.CR0_TS;
        assertThat(execute(instruction, 7).fault()).isEqualTo("#7");
        cpu.cr4 &= ~ControlRegisters.CR4_OSXSAVE;
        assertThat(execute(instruction, 7).fault()).isEqualTo("#6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xsaves64", "xrstors64"})
    void supervisorInstructionsAreForRing0(String instruction) {
        assertThat(bed.user(instruction + " [0x280000]").fault()).isEqualTo("#13(0x0)");
    }

    @Test
    void aPageFaultChangesNothing() {
        fillState();
        // XSTATE_BV at the very end of what is mapped says that there is AVX state behind it.
        bed.ram.write64(0x3F_FFC0, 4);
        assertThat(bed.kernel("mov eax, 7\nxor edx, edx\nxrstor64 [0x3FFDC0]\nhlt").fault()).isEqualTo("#14(0x0)");
        assertThat(cpu.cr2).isEqualTo(0x40_0000);
        assertThat(cpu.ymmHigh[0]).isEqualTo(0x2222);
        assertThat(cpu.xmm[0]).isEqualTo(0x1111);
    }

    @ParameterizedTest
    @CsvSource({"1,0,none", "3,0,none", "7,0,none", "0x207,0,none", "0,0,#13(0x0)", "2,0,#13(0x0)", "5,0,#13(0x0)",
            "0xF,0,#13(0x0)",
            "0xE7,0,#13(0x0)", "7,1,#13(0x0)"})
    void xsetbvTakesWhatTheManualAllows(String value, int register, String fault) {
        bed.kernel("mov eax, " + value + "\nxor edx, edx\nmov ecx, " + register
                + "\nxsetbv\nxor eax, eax\nxor ecx, ecx\nxgetbv\nhlt");
        assertThat(bed.fault()).isEqualTo(fault);
        assertThat(cpu.xcr0).isEqualTo(fault.equals("none") ? Long.decode(value) : 0x207);
    }

    @Test
    void xcr0IsReadByAllAndWrittenByRing0() {
        assertThat(bed.user("mov ecx, 2\nxgetbv").fault()).isEqualTo("#13(0x0)");
        SystemBed writer = new SystemBed(ProcessorModels.INTEL);
        writer.cpu.cr4 |= ControlRegisters.CR4_OSXSAVE;
        assertThat(writer.user("mov eax, 3\nxor ecx, ecx\nxor edx, edx\nxsetbv").fault()).isEqualTo("#13(0x0)");
    }

    @Test
    void cpuidShowsTheSizesForWhatIsEnabled() {
        bed.kernel(
                "mov eax, 0xD\nxor ecx, ecx\ncpuid\nmov r8, rbx\nmov r9, rcx\nmov eax, 1\ncpuid\nmov r10, rcx\nmov eax, 0xD\nmov ecx, 1\ncpuid\nhlt");
        assertThat(cpu.gpr[8]).as("enabled").isEqualTo(2696);
        assertThat(cpu.gpr[9]).as("supported").isEqualTo(2696);
        assertThat(cpu.gpr[10] >>> 26 & 3).as("XSAVE and OSXSAVE").isEqualTo(3);
        assertThat(cpu.gpr[Cpu.RAX]).as("XSAVEOPT XSAVEC XGETBV1 XSAVES").isEqualTo(15);
        assertThat(cpu.gpr[Cpu.RBX]).as("compacted").isEqualTo(840);
        cpu.xcr0 = 7;
        bed.kernel("mov eax, 0xD\nxor ecx, ecx\ncpuid\nhlt");
        assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(832);
    }
}
