package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static ringspec.cpu.FpuState.ES;
import static ringspec.cpu.FpuState.IE;
import static ringspec.cpu.FpuState.SF;
import static ringspec.cpu.FpuState.ZE;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.FpuState;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.Vector;
import ringspec.isa.Decoder;
import ringspec.isa.Instruction;
import ringspec.memory.PhysicalMemory;
import ringspec.trace.Trace;

/** x87 instructions on a processor: the stack, pending exceptions, error pointers, and the images in memory. */
final class X87Test {

    private static final int PML4 = 0x1000;
    private static final int PDPT = 0x2000;
    private static final int PD = 0x3000;
    /** Of a 2-MByte page mapped to itself. */
    private static final int PRESENT_WRITABLE = 3;
    private static final int LARGE = 0x80;
    private static final int DATA = 0x10_000;

    private Cpu cpu = boot(ProcessorModels.AMD);

    private static Cpu boot(ProcessorModel model) {
        PhysicalMemory ram = new PhysicalMemory(0x20_0000);
        ram.write64(PML4, PDPT | PRESENT_WRITABLE);
        ram.write64(PDPT, PD | PRESENT_WRITABLE);
        ram.write64(PD, LARGE | PRESENT_WRITABLE);
        Cpu cpu = new Cpu(model, ram, null, new Trace());
        ProcessorReset.longMode(cpu, PML4, 0, 0);
        cpu.gpr[Cpu.RDX] = DATA;
        return cpu;
    }

    /** Executes instructions given as bytes, one after the other from page offset 0. */
    private void run(String... instructions) {
        int offset = 0;
        for (String text : instructions) {
            byte[] bytes = HexFormat.of().parseHex(text);
            Instruction instruction = (Instruction) Decoder.decode(bytes, 0, bytes.length);
            Operations.bind(instruction, offset, cpu.model).execute(cpu);
            offset += bytes.length;
        }
    }

    private String st(int i) {
        int physical = cpu.fpu.physical(i);
        return "%04x:%016x".formatted(cpu.fpu.signExponent[physical], cpu.fpu.significand[physical]);
    }

    private static final String FLD1 = "d9e8";
    private static final String FLDZ = "d9ee";
    private static final String FLDPI = "d9eb";
    private static final String DIVIDE_BY_ZERO = "d8f1";
    private static final String FNOP = "d9d0";
    private static final String FXSAVE64_RDX = "480fae02";
    private static final String FNSTENV_RDX = "d932";

    @Test
    void theStackGrowsDown() {
        run(FLD1, FLDPI);
        assertThat(cpu.fpu.top()).isEqualTo(6);
        assertThat(cpu.fpu.tag).isEqualTo(0xC0);
        assertThat(st(0)).isEqualTo("4000:c90fdaa22168c235");
        run("ded9");
        assertThat(cpu.fpu.tag).as("FCOMPP pops both").isZero();
        assertThat(cpu.fpu.status).as("greater").isZero();
    }

    @Test
    void stackFaultsSayTheirDirectionInC1() {
        run("d8c1");
        assertThat(cpu.fpu.status).isEqualTo(IE | SF);
        assertThat(st(0)).isEqualTo("ffff:c000000000000000");
        run("dbe3", FLD1, FLD1, FLD1, FLD1, FLD1, FLD1, FLD1, FLD1);
        assertThat(cpu.fpu.status & 0x3FF).isZero();
        run(FLD1);
        assertThat(cpu.fpu.status & 0x3FF).isEqualTo(IE | SF | FpuState.C1);
        assertThat(st(0)).isEqualTo("ffff:c000000000000000");
    }

    @Test
    void anUnmaskedExceptionWaitsForTheNextWaitingInstruction() {
        cpu.fpu.setControl(FpuState.CONTROL_AT_INIT & ~ZE);
        run(FLDZ, FLD1, DIVIDE_BY_ZERO);
        assertThat(cpu.fpu.status & 0xFF).isEqualTo(ZE | ES);
        assertThat(st(0)).as("operands stay").isEqualTo("3fff:8000000000000000");
        assertThatExceptionOfType(Fault.class).isThrownBy(() -> run(FNOP)).matches(f -> f.vector() == Vector.MF);
        assertThatExceptionOfType(Fault.class).isThrownBy(() -> run("9b")).matches(f -> f.vector() == Vector.MF);
        run("dfe0", "dbe2", FNOP);
        assertThat(cpu.gpr[Cpu.RAX] & ZE).as("FNSTSW AX didn't wait").isNotZero();
    }

    @Test
    void emulationAndTaskSwitchesRaiseNm() {
        for (long bit : new long[]{ControlRegisters.CR0_EM, ControlRegisters.CR0_TS}) {
            cpu.cr0 |= bit;
            assertThatExceptionOfType(Fault.class).isThrownBy(() -> run(FLD1)).matches(f -> f.vector() == Vector.NM);
            assertThatExceptionOfType(Fault.class).isThrownBy(() -> run("dbe3")).matches(f -> f.vector() == Vector.NM);
            cpu.cr0 &= ~bit;
        }
        cpu.cr0 |= ControlRegisters.CR0_TS;
        assertThatExceptionOfType(Fault.class).isThrownBy(() -> run("9b")).matches(f -> f.vector() == Vector.NM);
        cpu.cr0 &= ~ControlRegisters.CR0_MP;
        run("9b");
    }

    @Test
    void amdKeepsAllErrorPointersButShowsThemInFxsaveOnlyIfAnExceptionIsPending() {
        run(FLD1, "d80a", FXSAVE64_RDX);
        assertThat(cpu.memory.read64(DATA + 8)).as("FIP").isZero();
        assertThat(cpu.memory.read16(DATA + 6)).as("FOP").isZero();
        run(FLD1, "d80a", FNSTENV_RDX);
        assertThat(cpu.memory.read32(DATA + 12)).as("FIP").isEqualTo(2);
        assertThat(cpu.memory.read32(DATA + 16)).as("FOP and FCS").isEqualTo(0x00A << 16 | ProcessorReset.BOOT_CODE);
        assertThat(cpu.memory.read32(DATA + 20)).as("FDP").isEqualTo(DATA);
        cpu.fpu.initialize();
        cpu.fpu.setControl(FpuState.CONTROL_AT_INIT & ~IE);
        run("d80a", FXSAVE64_RDX);
        assertThat(cpu.memory.read16(DATA + 6)).as("FOP of an underflow of the stack").isEqualTo(0x00A);
        assertThat(cpu.memory.read64(DATA + 16)).as("FDP").isEqualTo(DATA);
    }

    @Test
    void intelShowsFipAlwaysAndTheOthersAfterUnmaskedExceptionsOnly() {
        cpu = boot(ProcessorModels.INTEL);
        run(FLD1, "d80a", FXSAVE64_RDX);
        assertThat(cpu.memory.read64(DATA + 8)).as("FIP").isEqualTo(2);
        assertThat(cpu.memory.read16(DATA + 6)).as("FOP").isZero();
        assertThat(cpu.memory.read64(DATA + 16)).as("FDP").isZero();
        cpu.fpu.initialize();
        cpu.fpu.setControl(FpuState.CONTROL_AT_INIT & ~IE);
        run("d80a", FNSTENV_RDX);
        assertThat(cpu.memory.read32(DATA + 16)).as("FOP, and no FCS").isEqualTo(0x00A << 16);
        assertThat(cpu.memory.read32(DATA + 20)).as("FDP").isEqualTo(DATA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dd32", "66dd32"})
    void saveInitializesAndRestoreBringsBack(String save) {
        run(FLD1, FLDPI, "d9fa", "d9f6");
        String before = cpu.fpu.toString();
        run(save);
        assertThat(cpu.fpu.status).isZero();
        assertThat(cpu.fpu.control).isEqualTo(FpuState.CONTROL_AT_INIT);
        assertThat(cpu.memory.read16(DATA + (save.startsWith("66") ? 4 : 8))).as("two-bit tags").isEqualTo(0x0FFF);
        run(save.replace("dd32", "dd22"));
        assertThat(cpu.fpu).hasToString(before);
    }

    @Test
    void environmentOfProtectedModeIn28Bytes() {
        run(FLD1, FLDZ, FNSTENV_RDX);
        assertThat(cpu.memory.read32(DATA)).isEqualTo(0xFFFF_037F);
        assertThat(cpu.memory.read32(DATA + 4)).isEqualTo(0xFFFF_3000);
        assertThat(cpu.memory.read32(DATA + 8)).as("1 is valid, 0 is zero").isEqualTo(0xFFFF_1FFF);
        assertThat(cpu.memory.read32(DATA + 24)).as("FDS").isEqualTo(0xFFFF_0000);
    }

    @Test
    void comparisonsToFlags() {
        run(FLD1, FLDZ, "dbf1");
        assertThat(cpu.flags.arithmetic()).as("0 < 1: CF").isEqualTo(1);
        run("dbf0");
        assertThat(cpu.flags.arithmetic()).as("equal: ZF").isEqualTo(0x40);
        run("dbf5");
        assertThat(cpu.flags.arithmetic()).as("unordered, since ST(5) is empty: ZF PF CF").isEqualTo(0x45);
    }

    @Test
    void constantsFollowTheRoundingControl() {
        cpu.fpu.setControl(0xF7F);
        run(FLDPI, "d9e9");
        assertThat(st(1)).isEqualTo("4000:c90fdaa22168c234");
        cpu.fpu.setControl(0xB7F);
        run("d9e9");
        assertThat(st(0)).isEqualTo("4000:d49a784bcd1b8aff");
        assertThat(st(1)).isEqualTo("4000:d49a784bcd1b8afe");
    }
}
