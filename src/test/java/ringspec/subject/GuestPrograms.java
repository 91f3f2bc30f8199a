package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.mm.FrameKind;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.trace.TraceEvent;

/**
 * Ring-3 programs that check what they see themselves: {@code expect VALUE} compares RAX and dies by #UD if it differs, so that a
 * run that ends by itself has found everything as expected. Each program is a process; the first is init.
 */
final class GuestPrograms {

    private static final long BUDGET = 3_000_000;
    private static final DesignedKernel KERNEL = DesignedKernel.REFERENCE;

    private static final String MACROS = """
            .macro expect value
                mov rcx, \\value
                cmp rax, rcx
                je .as_expected\\@
                ud2
            .as_expected\\@:
            .endm

            ; Compares a quadword of memory.
            .macro expect_at place, value
                mov rax, [rel \\place]
                expect \\value
            .endm

            .macro send endpoint, message
                lea rsi, [rel \\message]
                mov edi, \\endpoint
                mov eax, SYS_IPC_SEND
                syscall
            .endm

            .macro recv endpoint, message
                lea rsi, [rel \\message]
                mov edi, \\endpoint
                mov eax, SYS_IPC_RECV
                syscall
            .endm

            .macro call endpoint, message
                lea rsi, [rel \\message]
                mov edi, \\endpoint
                mov eax, SYS_IPC_CALL
                syscall
            .endm

            .macro reply slot, message
                lea rsi, [rel \\message]
                mov edi, \\slot
                mov eax, SYS_IPC_REPLY
                syscall
            .endm

            ; A thread of the own process on a stack of its own: RAX = its slot.
            .macro spawn entry, stack, argument, flags
                lea rsi, [rel \\entry]
                lea rdx, [rel \\stack]
                mov r10, \\argument
                mov r8, \\flags
                mov edi, 2
                mov eax, SYS_THREAD_CREATE
                syscall
            .endm
            """;

    private GuestPrograms() {
    }

    /** Both models, KPTI on and off. */
    static Stream<Configuration> configurations() {
        List<Configuration> all = new ArrayList<>();
        for (ProcessorModel model : ProcessorModels.all()) {
            all.add(new Configuration(model, false));
            all.add(new Configuration(model, true));
        }
        return all.stream();
    }

    /** A machine with the programs loaded, not yet run. */
    static BootedMachine boot(Configuration configuration, String... programs) {
        BootedMachine booted = KERNEL.boot(configuration);
        List<NamedElf> modules = new ArrayList<>();
        for (int i = 0; i < programs.length; i++) {
            String name = "p" + (i + 1);
            modules.add(new NamedElf(name, AssemblyProgram.assemble(name, MACROS + programs[i], Map.of())));
        }
        booted.loadModules(modules);
        return booted;
    }

    /** Runs to the end: every program must have ended by itself, and nothing may stay. Returns what was said. */
    static String runToEnd(BootedMachine booted) {
        Stop stop = booted.run(BUDGET);
        String serial = new String(booted.machine().serialOutput(), StandardCharsets.ISO_8859_1);
        assertThat(stop).as("it said: %s", serial).isEqualTo(new Stop.Exited(KernelLayout.EXIT_ALL_ENDED));
        assertThat(serial).doesNotContain("kernel:");
        assertSound(booted);
        assertThat(booted.symbols().framesByKind()).containsOnlyKeys(FrameKind.FREE, FrameKind.RESERVED,
                FrameKind.PAGE_TABLE);
        return serial;
    }

    /** No fault in ring 0, no stale translation, every interrupt ended once. */
    static void assertSound(BootedMachine booted) {
        Machine machine = booted.machine();
        assertThat(machine.trace().all(TraceEvent.TlbStaleUse.class)).isEmpty();
        assertThat(machine.trace().all(TraceEvent.FaultTaken.class)).noneMatch(taken -> taken.cpl() == 0);
        assertThat(machine.trace().all(TraceEvent.EndOfInterrupt.class))
                .hasSameSizeAs(machine.trace().all(TraceEvent.InterruptInService.class));
    }
}
