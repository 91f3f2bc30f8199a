package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import ringspec.cpu.Cpu;
import ringspec.cpu.Vector;
import ringspec.memory.Frame;

/** A run with breakpoints stops exactly where single steps find RIP at one of them. */
final class BreakpointsTest {

    private static final long SEED = 20_260_103;

    /** Loops, a call, a page fault whose handler skips the load, REP, and a branch to itself. */
    private static final String PROGRAM = """
            mov rcx, 20
            outer:
                mov rbx, 3
            inner:
                add rax, rbx
                inc rdx
                dec rbx
                jnz inner
                mov rsi, [rdi]
                call routine
                dec rcx
                jnz outer
            mov rdi, %d
            mov rcx, 5
            rep stosb
            mov rcx, 4
            again: loop again
            hlt
            routine:
                xor rax, rdx
                ret
            """.formatted(EngineBed.DATA);

    private static EngineBed bed() {
        EngineBed bed = new EngineBed();
        bed.map(0x10_0000, false);
        bed.write(bed.handler(Vector.PF), "add rsp, 8\nadd qword ptr [rsp], 3\niretq");
        bed.cpu.gpr[Cpu.RDI] = 0x10_0000;
        return bed.write(EngineBed.CODE, PROGRAM);
    }

    private record Seen(long rip, long time, long rax) {
    }

    private static Seen seen(Cpu cpu) {
        return new Seen(cpu.rip, cpu.instructions, cpu.gpr[Cpu.RAX]);
    }

    /** Every state that single steps pass through. */
    private static List<Seen> stepped() {
        EngineBed bed = bed();
        List<Seen> states = new ArrayList<>();
        while (!bed.cpu.halted) {
            states.add(seen(bed.cpu));
            bed.engine.step(bed.cpu);
        }
        return states;
    }

    @Test
    void stopsWhereStepsWould() {
        List<Seen> states = stepped();
        assertThat(states).hasSizeGreaterThan(300);
        List<Long> addresses = states.stream().map(Seen::rip).distinct().toList();
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            Set<Long> chosen = new HashSet<>();
            Breakpoints breakpoints = new Breakpoints();
            for (int i = random.nextInt(4); i >= 0; i--) {
                long address = addresses.get(random.nextInt(addresses.size()));
                chosen.add(address);
                breakpoints.add(address);
            }
            List<Seen> expected = states.subList(1, states.size()).stream().filter(state -> chosen.contains(state
                    .rip()))
                    .toList();
            assertThat(stops(breakpoints)).as("breakpoints at %s", chosen).isEqualTo(expected);
        }
    }

    private static List<Seen> stops(Breakpoints breakpoints) {
        EngineBed bed = bed();
        List<Seen> stops = new ArrayList<>();
        while (true) {
            bed.engine.run(bed.cpu, 1_000_000, breakpoints);
            if (bed.cpu.halted) {
                return stops;
            }
            stops.add(seen(bed.cpu));
        }
    }

    @Test
    void theBudgetCountsBeforeABreakpoint() {
        EngineBed bed = bed();
        Breakpoints breakpoints = new Breakpoints();
        breakpoints.add(EngineBed.CODE + 100);
        bed.engine.run(bed.cpu, 5, breakpoints);
        assertThat(bed.cpu.instructions).isEqualTo(5);
    }

    @Test
    void addressesComeAndGo() {
        Breakpoints breakpoints = new Breakpoints();
        long one = 0xFFFF_FFFF_8020_0000L;
        breakpoints.add(one);
        breakpoints.add(one);
        breakpoints.add(0x5005);
        assertThat(breakpoints.contains(one)).isTrue();
        assertThat(breakpoints.contains(one + 64 * Frame.SIZE)).isFalse();
        assertThat(breakpoints.mayBeNear(one + 1)).isTrue();
        Breakpoints copy = new Breakpoints();
        copy.copyFrom(breakpoints);
        breakpoints.remove(one);
        breakpoints.remove(one);
        assertThat(breakpoints.contains(one)).isFalse();
        assertThat(breakpoints.mayBeNear(one)).isFalse();
        assertThat(breakpoints.contains(0x5005)).isTrue();
        assertThat(copy.contains(one)).isTrue();
    }
}
