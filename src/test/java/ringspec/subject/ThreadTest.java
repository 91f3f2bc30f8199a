package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringspec.kernel.KernelLayout;
import ringspec.machine.Stop;
import ringspec.trace.TraceEvent;

/** Threads of a process: how they begin, wait, share the processor and end. */
final class ThreadTest {

    private static final String DATA = """
            section .data
            align 8
            shared:
                dq 0
            other:
                dq 0
            section .bss
            align 16
                resb 1024
            stack_1:
                resb 1024
            stack_2:
                resb 1024
            """;

    private static String run(Configuration configuration, String... programs) {
        return GuestPrograms.runToEnd(boot(configuration, programs));
    }

    private static BootedMachine boot(Configuration configuration, String... programs) {
        String[] texts = programs.clone();
        for (int i = 0; i < texts.length; i++) {
            texts[i] += "\n" + DATA;
        }
        return GuestPrograms.boot(configuration, texts);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aThreadBeginsWithItsStackAndArgumentAndNothingElse(Configuration configuration) {
        run(configuration, """
                _start:
                    mov rbx, -1
                    movq xmm0, rbx
                    spawn thread, stack_1, 0x123456789, 0
                    expect 3
                    call0 SYS_THREAD_YIELD
                    expect_at shared, 1
                    exit
                thread:
                    mov rax, rbx
                    or rax, rbp
                    or rax, r15
                    expect 0
                    movq rax, xmm0
                    expect 0
                    mov rax, rdi
                    expect 0x123456789
                    lea rdx, [rel stack_1]
                    mov rax, rsp
                    expect rdx
                    mov qword [rel shared], 1
                    exit
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void whatNoThreadCanBeginWithIsRefused(Configuration configuration) {
        run(configuration, """
                _start:
                    call5 SYS_THREAD_CREATE, 2, USER_MAX, 0, 0, 0
                    expect ERROR_INVAL
                    call5 SYS_THREAD_CREATE, 2, 0xFFFF800000000000, 0, 0, 0
                    expect ERROR_INVAL
                    call5 SYS_THREAD_CREATE, 2, 0x800000000000, 0, 0, 0
                    expect ERROR_INVAL
                    call5 SYS_THREAD_CREATE, 2, 0, USER_MAX + 16, 0, 0
                    expect ERROR_INVAL
                    call5 SYS_THREAD_CREATE, 2, 0, -16, 0, 0
                    expect ERROR_INVAL
                    call5 SYS_THREAD_CREATE, 2, 0, 0x1008, 0, 0
                    expect ERROR_INVAL
                    call5 SYS_THREAD_CREATE, 2, 0, 0, 0, 2
                    expect ERROR_INVAL
                    call5 SYS_THREAD_CREATE, 1, 0, 0, 0, 0
                    expect ERROR_TYPE
                    call5 SYS_THREAD_CREATE, 9, 0, 0, 0, 0
                    expect ERROR_BADSLOT
                    exit
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aWakeIsNotLostWheneverItComes(Configuration configuration) {
        run(configuration, """
                _start:
                    spawn thread, stack_1, 0, 1             ; suspended
                    mov r12, rax
                    call0 SYS_THREAD_YIELD
                    expect_at shared, 0
                    call1 SYS_THREAD_WAKE, r12              ; begins
                    expect 0
                    call0 SYS_THREAD_YIELD
                    expect_at shared, 1
                    call1 SYS_THREAD_WAKE, r12              ; after its thread_block
                    call1 SYS_THREAD_WAKE, r12              ; before the next one, twice
                    call1 SYS_THREAD_WAKE, r12
                    call0 SYS_THREAD_YIELD
                    expect_at shared, 3
                    call1 SYS_THREAD_DESTROY, r12
                    expect 0
                    call1 SYS_THREAD_WAKE, r12
                    expect ERROR_DEAD
                    call1 SYS_THREAD_DESTROY, r12
                    expect ERROR_DEAD
                    exit
                thread:
                    inc qword [rel shared]
                    call0 SYS_THREAD_BLOCK
                    expect 0
                    jmp thread
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void theEndOfAThreadGivesEveryFrameBack(Configuration configuration) {
        BootedMachine booted = boot(configuration, """
                _start:
                    call0 SYS_THREAD_YIELD
                    spawn thread, stack_1, 0, 0
                    mov r12, rax
                    spawn thread, stack_2, 0, 1
                    mov r13, rax
                    call0 SYS_THREAD_YIELD
                    call1 SYS_THREAD_DESTROY, r12
                    expect 0
                    call1 SYS_THREAD_DESTROY, r13
                    expect 0
                    call1 SYS_CAP_DELETE, r12
                    call1 SYS_CAP_DELETE, r13
                    call0 SYS_THREAD_BLOCK
                thread:
                    jmp thread
                """);
        BootedMachine fresh = boot(configuration, "_start: call0 SYS_THREAD_BLOCK");
        assertThat(fresh.run(100_000)).isInstanceOf(Stop.Halted.class);
        assertThat(booted.run(100_000)).isInstanceOf(Stop.Halted.class);
        assertThat(booted.symbols().framesByKind()).isEqualTo(fresh.symbols().framesByKind());
        GuestPrograms.assertSound(booted);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void peersThatNeverYieldShareTheProcessorBySlices(Configuration configuration) {
        BootedMachine booted = boot(configuration, """
                _start:
                    mov rbx, 0x1122334455667788
                    movq xmm3, rbx
                    spawn thread, stack_1, 0, 0
                .wait:
                    inc qword [rel other]
                    cmp qword [rel shared], 100000
                    jb .wait
                    movq rax, xmm3
                    expect rbx
                    exit
                thread:
                    mov rbx, 0x99AABBCCDDEEFF00
                    movq xmm3, rbx
                .again:
                    inc qword [rel shared]
                    cmp qword [rel shared], 100000
                    jb .again
                    movq rax, xmm3
                    expect rbx
                    exit
                """);
        GuestPrograms.runToEnd(booted);
        assertThat(booted.machine().trace().all(TraceEvent.InterruptTaken.class)).hasSizeBetween(25, 45)
                .allMatch(taken -> taken.vector() == KernelLayout.TIMER_VECTOR && taken.cpl() == 3);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aLessUrgentThreadRunsWhenNobodyElseCanAndIsPreempted(Configuration configuration) {
        run(configuration, """
                _start:
                    call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0
                    mov r14, rax
                    spawn low, stack_1, r14, 0x100
                    spawn lower, stack_2, r14, 0x200
                    mov ecx, 50000
                .spin:
                    loop .spin
                    call0 SYS_THREAD_YIELD
                    expect_at shared, 0                     ; nobody has run
                    call2 SYS_IPC_RECV, r14, buffer
                    expect 1
                    expect_at shared, 1                     ; the more urgent of the two, and no further
                    expect_at other, 0
                    call1 SYS_PROC_DESTROY, 2
                low:
                    inc qword [rel shared]
                    call2 SYS_IPC_NOTIFY, rdi, 1
                    inc qword [rel shared]
                    exit
                lower:
                    mov qword [rel other], 1
                    exit
                section .bss
                buffer:
                    resb 128
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aReceiverThatNobodyCouldMeetIsWoken(Configuration configuration) {
        run(configuration, """
                _start:
                    call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0
                    mov r14, rax
                    spawn sender, stack_1, r14, 0
                    call2 SYS_IPC_RECV, r14, buffer
                    expect ERROR_DEAD
                    exit
                sender:
                    exit
                section .bss
                buffer:
                    resb 128
                """);
    }
}
