package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.elf.ElfImage;
import ringspec.kernel.KernelLayout;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.trace.TraceEvent;
import ringspec.trace.TraceEvent.InterruptTaken.Source;

/**
 * An NMI, a #DB or a maskable interrupt before every single instruction that two processes and the kernel execute on the way
 * through system calls, an interrupt, thread switches and the end of one of them: the other finds everything as if nothing had
 * been (ENTRY-11, ENTRY-12).
 */
final class EntryInjectionTest {

    private static final int UNUSED_VECTOR = 0x51;
    private static final long BUDGET = 20_000;

    private static final String WATCHED = """
            _start:
                mov rbx, 0x1111222233334444
                mov rbp, 0x5555666677778888
                mov rdi, 0x0102030405060708
                mov rsi, 0x1112131415161718
                mov rdx, 0x2122232425262728
                mov r8, 0x3132333435363738
                mov r9, 0x4142434445464748
                mov r10, 0x5152535455565758
                mov r12, 0x6162636465666768
                mov r13, 0x7172737475767778
                mov r14, 0x0182838485868788
                mov r15, 0x1192939495969798
                movq xmm0, rbx
                movq xmm15, rbp
                mov eax, SYS_THREAD_YIELD
                syscall
                mov eax, 99
                syscall
            interrupted:
                nop
                mov eax, SYS_THREAD_YIELD
                syscall
                mov r11, 0x0192939495969798
                mov rcx, r11
            done:
                jmp done
            """;
    private static final String OTHER = """
            _start:
                call0 SYS_THREAD_YIELD
                movq xmm0, rcx
                movq xmm15, rcx
                exit
            """;

    /** What the watched process has in its hands at the end. */
    private record Outcome(long rip, long rflags, int cs, int ss, long gsBase, long kernelGsBase, long cr3, String gpr,
            String xmm, long rsp0) {

        static Outcome of(BootedMachine booted) {
            Cpu cpu = booted.machine().cpu();
            return new Outcome(cpu.rip, cpu.flags.value(), cpu.segments[SegmentRegister.CS].selector,
                    cpu.segments[SegmentRegister.SS].selector, cpu.segments[SegmentRegister.GS].base,
                    cpu.msrs.kernelGsBase,
                    cpu.cr3, Arrays.toString(cpu.gpr), Arrays.toString(cpu.xmm), booted.machine().ram().read64(
                            KernelLayout.TSS_PHYSICAL + KernelLayout.TSS_RSP0));
        }
    }

    private long done;

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void anNmiBeforeAnyInstructionChangesNothing(Configuration configuration) {
        int places = everywhere(configuration, booted -> {
            booted.machine().injectNmi();
            booted.machine().step();
            assertThat(booted.machine().trace().all(TraceEvent.InterruptTaken.class)).singleElement()
                    .matches(taken -> taken.source() == Source.NMI);
        }, false);
        assertThat(places).isGreaterThan(400);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aBreakpointOnAnyInstructionOfTheKernelChangesNothing(Configuration configuration) {
        everywhere(configuration, booted -> {
            Cpu cpu = booted.machine().cpu();
            cpu.dr[0] = cpu.rip;
            cpu.dr[7] = 1;
            booted.machine().step();
            assertThat(booted.machine().trace().all(TraceEvent.FaultTaken.class)).singleElement()
                    .matches(taken -> taken.vector() == 1 && taken.cpl() == 0);
            // Only RF in the frame can keep it from striking again for ever.
        }, true);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void anInterruptComesInRing3OnlyAndChangesNothing(Configuration configuration) {
        everywhere(configuration, booted -> booted.machine().injectInterrupt(UNUSED_VECTOR), false);
    }

    /**
     * Forks the machine before each instruction, disturbs the fork, and lets it run on.
     *
     * @return how many instructions there were
     */
    private int everywhere(Configuration configuration, Consumer<BootedMachine> disturb, boolean kernelOnly) {
        BootedMachine booted = GuestPrograms.boot(configuration, WATCHED, OTHER);
        ElfImage image = ElfImage.parse(AssemblyProgram.assemble("p1", WATCHED, Map.of())).orThrow();
        done = image.symbols().addressOf("done").orElseThrow();
        long interrupted = image.symbols().addressOf("interrupted").orElseThrow();
        Machine machine = booted.machine();
        while (machine.cpu().cpl() == 0) {
            machine.step();
        }
        BootedMachine undisturbed = booted.fork();
        passThrough(undisturbed, interrupted);
        Outcome expected = run(undisturbed);
        int places = 0;
        boolean planted = false;
        for (; machine.cpu().rip != done; places++) {
            assertThat(places).as("instructions on the way").isLessThan(5_000);
            if (machine.cpu().rip == interrupted && !planted) {
                planted = true;
                machine.injectInterrupt(UNUSED_VECTOR + 1);
            }
            if (machine.cpu().cpl() == 0 || !kernelOnly) {
                BootedMachine fork = booted.fork();
                String where = booted.symbols().locate(machine.cpu().rip).orElse("0x%x".formatted(machine.cpu().rip));
                disturb.accept(fork);
                assertThat(run(fork)).as("disturbed before %s", where).isEqualTo(expected);
                assertSound(fork, where);
            }
            machine.step();
        }
        return places;
    }

    private void passThrough(BootedMachine booted, long interrupted) {
        booted.machine().addBreakpoint(interrupted);
        assertThat(booted.run(BUDGET)).isInstanceOf(Stop.Breakpoint.class);
        booted.machine().removeBreakpoint(interrupted);
        booted.machine().injectInterrupt(UNUSED_VECTOR + 1);
    }

    private Outcome run(BootedMachine booted) {
        Machine machine = booted.machine();
        machine.addBreakpoint(done);
        assertThat(booted.run(BUDGET)).isEqualTo(new Stop.Breakpoint(done));
        // At the first round of the loop an interrupt may still be waiting.
        machine.step();
        machine.run(200);
        while (machine.cpu().rip != done || machine.cpu().cpl() != 3) {
            machine.step();
        }
        return Outcome.of(booted);
    }

    private static void assertSound(BootedMachine booted, String where) {
        Machine machine = booted.machine();
        assertThat(machine.trace().all(TraceEvent.FaultTaken.class)).as(where).noneMatch(taken -> taken.vector() != 1);
        assertThat(machine.trace().all(TraceEvent.TlbStaleUse.class)).as(where).isEmpty();
        assertThat(machine.trace().all(TraceEvent.InterruptTaken.class)).as(where).noneMatch(
                taken -> taken.source() == Source.EXTERNAL && taken.cpl() == 0);
        assertThat(machine.trace().all(TraceEvent.EndOfInterrupt.class)).as(where)
                .hasSizeGreaterThanOrEqualTo(machine.trace().all(TraceEvent.InterruptInService.class).size());
        assertThat(machine.cpu().flags.has(Rflags.IF)).isTrue();
    }

    /** The page tables of the process that ran last are gone by then. */
    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void anNmiWhileNobodyRunsChangesNothing(Configuration configuration) {
        BootedMachine booted = GuestPrograms.boot(configuration, """
                _start:
                    call0 SYS_THREAD_BLOCK
                    exit
                """, "_start: call0 SYS_THREAD_YIELD\nexit");
        for (int i = 0; i < 3; i++) {
            assertThat(booted.run(BUDGET)).isInstanceOf(Stop.Halted.class);
            booted.machine().injectNmi();
        }
        booted.machine().injectInterrupt(UNUSED_VECTOR);
        assertThat(booted.run(BUDGET)).isInstanceOf(Stop.Halted.class);
        assertThat(booted.symbols().perCpu(KernelLayout.PERCPU_NMI_COUNT)).isEqualTo(3);
        GuestPrograms.assertSound(booted);
    }
}
