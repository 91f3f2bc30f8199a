package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/** What an engine owes to the instruction boundary: exact counts, exact faults, and events where the manuals put them. */
class InterpreterTest {

    private static final String SUM = """
            mov ecx, 100
            xor eax, eax
            next:
            add rax, rcx
            push rax
            pop rdx
            dec rcx
            jne next
            hlt
            """;
    private static final int SUM_LENGTH = 2 + 5 * 100 + 1;

    private final EngineBed bed = new EngineBed();
    private final Cpu cpu = bed.cpu;

    @Test
    void countsEveryInstruction() {
        bed.run(SUM);
        assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(5050);
        assertThat(cpu.instructions).isEqualTo(SUM_LENGTH);
        assertThat(cpu.halted).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64})
    void stopsAtTheExactCount(int stride) {
        bed.write(EngineBed.CODE, SUM);
        for (long until = stride; until < SUM_LENGTH; until += stride) {
            bed.engine.run(cpu, until);
            assertThat(cpu.instructions).isEqualTo(until);
        }
        bed.engine.run(cpu, Long.MAX_VALUE);
        assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(5050);
        assertThat(cpu.instructions).isEqualTo(SUM_LENGTH);
    }

    @Test
    void stepsOneInstruction() {
        bed.write(EngineBed.CODE, "nop\nnop\nhlt");
        bed.engine.step(cpu);
        assertThat(cpu.rip).isEqualTo(EngineBed.CODE + 1);
        assertThat(cpu.instructions).isEqualTo(1);
        bed.engine.step(cpu);
        bed.engine.step(cpu);
        bed.engine.step(cpu);
        assertThat(cpu.instructions).as("a halted processor does nothing").isEqualTo(3);
    }

    @Test
    void detailChangesNothing() {
        EngineBed detailed = bed.fork();
        detailed.cpu.trace.detail = true;
        detailed.cpu.memory.contextChanged();
        String program = SUM.replace("hlt", "mov rbx, [0x1FF000]\nmov byte [rel $ + 9], 0x90\nud2");
        cpu.trace.clear();
        bed.run(program);
        detailed.run(program);
        assertThat(detailed.cpu.gpr).isEqualTo(cpu.gpr);
        assertThat(detailed.cpu.instructions).isEqualTo(cpu.instructions);
        assertThat(detailed.cpu.flags.value()).isEqualTo(cpu.flags.value());
        assertThat(detailed.cpu.trace.all(TraceEvent.Executed.class)).hasSizeGreaterThan(SUM_LENGTH);
        assertThat(withoutDetail(detailed.cpu.trace)).isEqualTo(withoutDetail(cpu.trace)).isNotEmpty();
    }

    private static List<Trace.Stamped> withoutDetail(Trace trace) {
        return trace.events().stream().filter(stamped -> !(stamped.event() instanceof TraceEvent.Executed)
                && !(stamped.event() instanceof TraceEvent.MemoryRead)
                && !(stamped.event() instanceof TraceEvent.MemoryWrite)
                && !(stamped.event() instanceof TraceEvent.PageWalkWrite)).toList();
    }

    @Test
    void codeThatChangesItsOwnBlock() {
        bed.run("""
                mov eax, 1
                mov byte [rel patched + 1], 7
                patched: mov bl, 3
                hlt
                """);
        assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(7);
        assertThat(cpu.instructions).isEqualTo(4);
    }

    @Test
    void forksShareCodeUntilOneWrites() {
        bed.run("mov ebx, 1\nhlt");
        EngineBed fork = bed.fork();
        fork.ram.write8(EngineBed.CODE + 1, 9);
        for (EngineBed machine : List.of(bed, fork)) {
            machine.cpu.rip = EngineBed.CODE;
            machine.cpu.halted = false;
            machine.engine.run(machine.cpu, 100);
        }
        assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(1);
        assertThat(fork.cpu.gpr[Cpu.RBX]).isEqualTo(9);
    }

    @Test
    void anInstructionAcrossTwoPages() {
        long crossing = EngineBed.CODE + 0x1000 - 2;
        bed.write(crossing, "mov eax, 0x11223344\nhlt");
        cpu.rip = crossing;
        bed.map(EngineBed.CODE + 0x1000, false);
        bed.engine.run(cpu, 100);
        TraceEvent.FaultTaken fault = bed.onlyFault();
        assertThat(fault.vector()).isEqualTo(Vector.PF);
        assertThat(fault.rip()).isEqualTo(crossing);
        assertThat(fault.cr2()).as("first byte of the second page").isEqualTo(EngineBed.CODE + 0x1000);
        assertThat(fault.errorCode()).as("an instruction fetch from an absent page").isEqualTo(0x10);
        bed.map(EngineBed.CODE + 0x1000, true);
        for (int second : new int[]{0x44, 0x55}) {
            bed.ram.write8(crossing + 2, second);
            cpu.rip = crossing;
            cpu.halted = false;
            bed.engine.run(cpu, cpu.instructions + 2);
            assertThat(cpu.gpr[Cpu.RAX] >>> 8 & 0xFF).isEqualTo(second);
        }
    }

    @Test
    void aFaultCountsWhatCameBefore() {
        bed.run("nop\nnop\nnop\nud2\nnop");
        assertThat(bed.onlyFault().vector()).isEqualTo(Vector.UD);
        assertThat(bed.onlyFault().rip()).isEqualTo(EngineBed.CODE + 3);
        Trace.Stamped stamped = cpu.trace.events().stream().filter(e -> e.event() instanceof TraceEvent.FaultTaken)
                .findFirst()
                .orElseThrow();
        assertThat(stamped.time()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"06, 6", "66666666666666666666666666666690, 13", "0F0B, 6"})
    void whatIsNoInstruction(String bytes, int vector) {
        byte[] code = HexFormat.of().parseHex(bytes);
        bed.ram.write(EngineBed.CODE, code, 0, code.length);
        bed.engine.run(cpu, 100);
        assertThat(bed.onlyFault().vector()).isEqualTo(vector);
        assertThat(bed.onlyFault().rip()).isEqualTo(EngineBed.CODE);
    }

    @ParameterizedTest
    @CsvSource({"'mov rax, [rbp]', 12", "'mov rax, [rsi]', 13", "'mov [rbp+rsi], eax', 12", "'push rax', 12",
            "'pop qword [rdi]', 12",
            "'call $+5', 12", "'ret', 12", "'leave', 12", "'push qword [rsi]', 13", "'enter 8, 0', 12",
            "'mov rax, [fs:rbp]', 13",
            "'lodsb', 13"})
    void nonCanonicalReferences(String instruction, int vector) {
        long nowhere = 0x1234_0000_0000_0000L;
        cpu.gpr[Cpu.RBP] = nowhere;
        cpu.gpr[Cpu.RSI] = nowhere;
        cpu.gpr[Cpu.RDI] = EngineBed.DATA;
        // The stack is unusable, so that delivery ends in shutdown: the first fault is what counts.
        cpu.gpr[Cpu.RSP] = nowhere;
        long[] before = cpu.gpr.clone();
        bed.run(instruction);
        assertThat(cpu.trace.all(TraceEvent.FaultTaken.class).getFirst().vector()).isEqualTo(vector);
        assertThat(cpu.gpr).isEqualTo(before);
        assertThat(cpu.shutdown).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"call rax", "jmp rax", "push rax\nret", "call [rbx]", "jmp [rbx]"})
    void aBranchOutOfCanonicalSpaceFaultsItself(String text) {
        cpu.gpr[Cpu.RAX] = 0x8000_0000_0000L;
        cpu.gpr[Cpu.RBX] = EngineBed.DATA;
        bed.ram.write64(EngineBed.DATA, 0x8000_0000_0000L);
        bed.run(text);
        long pushed = text.startsWith("push") ? 1 : 0;
        assertThat(bed.onlyFault().vector()).isEqualTo(Vector.GP);
        assertThat(bed.stack(1)).as("saved RIP").isEqualTo(EngineBed.CODE + pushed);
        assertThat(bed.stack(4)).as("saved RSP").isEqualTo(EngineBed.STACK - 8 * pushed);
    }

    @Test
    void aHandlerThatFaultsForEverEnds() {
        bed.write(bed.handler(Vector.UD), "add rsp, 40\nud2");
        bed.run("ud2");
        assertThat(cpu.instructions).isEqualTo(1_000_000);
    }

    @Test
    void recentInstructionsEndWithTheFaultingOne() {
        bed.run("mov eax, 1\nmov ebx, 2\njmp on\nnop\non: inc eax\nmov rcx, [0x70000000]");
        bed.engine.run(cpu, 100);
        List<String> recent = bed.engine.recentInstructions(cpu, 6).stream().map(r -> r.text().split(" ")[0]).toList();
        assertThat(recent).containsExactly("mov", "mov", "jmp", "inc", "mov", "hlt");
        assertThat(bed.engine.recentInstructions(cpu, 2).getFirst().rip()).isEqualTo(bed.onlyFault().rip());
    }

    @Test
    void stringInstructionsGoOnWhereTheyFaulted() {
        cpu.gpr[Cpu.RDI] = EngineBed.DATA + 0x1000 - 100;
        cpu.gpr[Cpu.RCX] = 300;
        bed.map(EngineBed.DATA + 0x1000, false);
        bed.run("mov al, 0x5A\nrep stosb\nhlt");
        assertThat(bed.onlyFault().cr2()).isEqualTo(EngineBed.DATA + 0x1000);
        assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(200);
        assertThat(bed.stack(3) & Rflags.RF).as("RF in the frame of a fault").isEqualTo(Rflags.RF);
        bed.map(EngineBed.DATA + 0x1000, true);
        cpu.halted = false;
        bed.write(bed.handler(Vector.PF), "add rsp, 8\niretq");
        cpu.rip = bed.handler(Vector.PF);
        bed.engine.run(cpu, cpu.instructions + 100);
        byte[] expected = new byte[300];
        Arrays.fill(expected, (byte) 0x5A);
        assertThat(bed.ram.read(EngineBed.DATA + 0x1000 - 100, 300)).isEqualTo(expected);
        assertThat(cpu.gpr[Cpu.RCX]).isZero();
        assertThat(cpu.flags.has(Rflags.RF)).as("RF after completion").isFalse();
    }
}
