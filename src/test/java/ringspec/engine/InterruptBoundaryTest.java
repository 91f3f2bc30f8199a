package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.trace.TraceEvent;

/** What comes between two instructions: interrupts, NMI, single step, instruction breakpoints (SDM vol. 3A, 6.8 and 6.9; 3B, 19.3). */
class InterruptBoundaryTest {

    private static final int IRQ = 0x40;
    private static final long DR6_BS = 1 << 14;

    private final EngineBed bed = new EngineBed();
    private final Cpu cpu = bed.cpu;

    @ParameterizedTest
    @CsvSource({"'sti\nnop\nnop', 2", "'nop\nsti\nsti\nnop', 3", "'sti\ncli\nnop', -1", "'sti\nmov ax, ss\nnop', 4",
            "'mov ax, ss\nmov ss, ax\nsti\nnop\nnop', 7"})
    void stiHoldsInterruptsOffForOneInstruction(String text, int frameOffset) {
        bed.request(IRQ);
        bed.run(text + "\nhlt");
        if (frameOffset < 0) {
            assertThat(cpu.trace.all(TraceEvent.InterruptTaken.class)).isEmpty();
        } else {
            assertThat(bed.stack(0) - EngineBed.CODE).isEqualTo(frameOffset);
            assertThat(cpu.rip).isEqualTo(bed.handler(IRQ) + 1);
        }
    }

    @Test
    void movSsHoldsInterruptsOff() {
        bed.request(IRQ);
        cpu.setRflags(Rflags.IF);
        cpu.interruptShadow = true;
        bed.run("nop\nnop\nhlt");
        assertThat(bed.stack(0)).isEqualTo(EngineBed.CODE + 1);
    }

    @Test
    void anInterruptEndsHlt() {
        cpu.setRflags(Rflags.IF);
        bed.run("hlt\nnop");
        assertThat(cpu.halted).isTrue();
        assertThat(cpu.instructions).isEqualTo(1);
        bed.request(IRQ);
        bed.engine.run(cpu, 100);
        assertThat(bed.stack(0)).as("after HLT").isEqualTo(EngineBed.CODE + 1);
    }

    @Test
    void anNmiNeedsNoIfAndBlocksTheNext() {
        cpu.nmiPending = true;
        bed.write(bed.handler(Vector.NMI), "nop\nhlt");
        bed.run("nop\nhlt");
        cpu.nmiPending = true;
        bed.engine.run(cpu, 100);
        assertThat(cpu.trace.all(TraceEvent.InterruptTaken.class)).hasSize(1);
        assertThat(cpu.nmiBlocked).isTrue();
    }

    @Test
    void aLongRepLetsInterruptsIn() {
        cpu.gpr[Cpu.RDI] = EngineBed.DATA;
        cpu.gpr[Cpu.RCX] = 1000;
        cpu.setRflags(Rflags.IF);
        bed.write(EngineBed.CODE, "rep stosb\nhlt");
        bed.engine.step(cpu);
        assertThat(cpu.gpr[Cpu.RCX]).isBetween(1L, 999L);
        assertThat(cpu.rip).isEqualTo(EngineBed.CODE);
        bed.request(IRQ);
        bed.write(bed.handler(IRQ), "mov rbx, [rsp + 16]\niretq");
        bed.engine.run(cpu, 1000);
        assertThat(cpu.gpr[Cpu.RBX] & Rflags.RF).as("RF in the frame between two iterations").isEqualTo(Rflags.RF);
        assertThat(cpu.gpr[Cpu.RCX]).isZero();
        assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(EngineBed.DATA + 1000);
        assertThat(cpu.flags.has(Rflags.RF)).isFalse();
    }

    @Test
    void singleStepTrapsAfterEachInstruction() {
        bed.write(bed.handler(Vector.DB), "inc r15\nmov r14, [rsp]\niretq");
        bed.run("""
                pushfq
                or qword [rsp], 0x100
                popfq
                nop
                xor ecx, ecx
                mov ecx, 3
                rep lodsb
                pushfq
                and qword [rsp], ~0x100
                popfq
                after: nop
                hlt
                """);
        // NOP, XOR, MOV, three iterations, PUSHFQ, AND, and the POPFQ that began with TF = 1
        assertThat(cpu.gpr[15]).isEqualTo(9);
        assertThat(cpu.gpr[14]).as("after the POPFQ that clears TF").isEqualTo(cpu.rip - 2);
        assertThat(cpu.dr[6] & DR6_BS).isEqualTo(DR6_BS);
    }

    @Test
    void intDoesNotTrapIntoItsHandler() {
        bed.write(bed.handler(Vector.DB), "inc r15\nmov r14, [rsp]\niretq");
        bed.write(bed.handler(0x30), "inc r13\niretq");
        bed.run("pushfq\nor qword [rsp], 0x100\npopfq\nint 0x30\nnop\npushfq\nand qword [rsp], ~0x100\npopfq\nhlt");
        assertThat(cpu.gpr[13]).isEqualTo(1);
        // IRETQ restores TF without a trap of its own, since it began with TF = 0: NOP, PUSHFQ, AND, POPFQ trap
        assertThat(cpu.gpr[15]).isEqualTo(4);
    }

    @Test
    void anInstructionBreakpointFaultsBeforeAndRfLetsPass() {
        bed.write(bed.handler(Vector.DB), "inc r15\nor qword [rsp + 16], 0x10000\niretq");
        cpu.dr[7] = 0x402;
        cpu.dr[0] = EngineBed.CODE + 1;
        bed.run("inc eax\nnop\ninc ebx\nhlt");
        assertThat(cpu.gpr[15]).as("no instruction begins there").isZero();
        cpu.dr[0] = EngineBed.CODE + 3;
        cpu.rip = EngineBed.CODE;
        cpu.halted = false;
        bed.engine.run(cpu, 1000);
        assertThat(cpu.gpr[15]).isEqualTo(1);
        assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(2);
        assertThat(cpu.dr[6] & 15).isEqualTo(1);
    }
}
