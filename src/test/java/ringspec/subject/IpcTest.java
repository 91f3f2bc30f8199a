package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringspec.machine.Stop;

/** Messages between processes. The second process serves the serial endpoint, which every process has in slot 0. */
final class IpcTest {

    /** Structures that the programs use: data, length, four slots, their number, badge, reply. */
    private static final String DATA = """
            section .data
            align 8
            hello:
                db 'hello', 0xEE, 0xEE, 0xEE
                dq -1, -1, -1, -1, -1, -1, -1
                dq 5
                dq -1, -1, -1, -1
                dq 0
                dq -1, -1
            number:
                dq 0, 0, 0, 0, 0, 0, 0, 0
                dq 8
                dq 0, 0, 0, 0
                dq 0
                dq 0, 0
            gift:
                dq 0, 0, 0, 0, 0, 0, 0, 0
                dq 0
                dq 2, 2, 2, 2
                dq 4
                dq 0, 0
            buffer:
                times 16 dq -1
            section .bss
            align 16
                resb 1024
            stack_1:
                resb 1024
            stack_2:
                resb 1024
            stack_3:
                resb 1024
            """;

    private static String run(Configuration configuration, String... programs) {
        String[] texts = programs.clone();
        for (int i = 0; i < texts.length; i++) {
            texts[i] += "\n" + DATA;
        }
        return GuestPrograms.runToEnd(GuestPrograms.boot(configuration, texts));
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aMessageArrivesByteForByteAndNothingElse(Configuration configuration) {
        run(configuration, """
                _start:
                    call0 SYS_THREAD_YIELD
                    send 0, hello
                    expect 0
                    exit
                """, """
                _start:
                    recv 0, buffer
                    expect 0
                    expect_at buffer, 0x6F6C6C6568
                    expect_at buffer + 8, 0
                    expect_at buffer + 56, 0
                    expect_at buffer + 64, 5
                    expect_at buffer + 72, 0
                    expect_at buffer + 96, 0
                    expect_at buffer + 104, 0
                    expect_at buffer + 112, 0
                    expect_at buffer + 120, 0
                    exit
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void sendersWaitInTheOrderInWhichTheyCameWithWhatTheyHadThen(Configuration configuration) {
        run(configuration, """
                _start:
                    call0 SYS_THREAD_YIELD                  ; the other one receives once and so serves the endpoint
                    send 0, number
                    spawn sender, stack_1, 1, 0
                    spawn sender, stack_2, 2, 0
                    spawn sender, stack_3, 3, 0
                    call0 SYS_THREAD_YIELD
                    call0 SYS_THREAD_YIELD
                    mov qword [rel number], 99              ; too late for any of them
                    exit
                sender:
                    mov [rel number], rdi
                    send 0, number
                    expect 0
                    exit
                """, """
                _start:
                    recv 0, buffer
                    mov r12d, 8
                .wait:
                    call0 SYS_THREAD_YIELD
                    dec r12d
                    jnz .wait
                    mov r12d, 1
                .next:
                    recv 0, buffer
                    expect 0
                    mov rax, [rel buffer]
                    expect r12
                    inc r12d
                    cmp r12d, 4
                    jne .next
                    exit
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aReplyAnswersItsCallerOnce(Configuration configuration) {
        String client = """
                _start:
                    call0 SYS_THREAD_YIELD
                    mov qword [rel number], %d
                    call 0, number
                    expect 0
                    expect_at number, %d
                    expect_at number + 112, 0
                    expect_at number + 120, 0
                    exit
                """;
        run(configuration, client.formatted(100, 101), """
                _start:
                    recv 0, buffer
                    expect 0
                    mov r12, [rel buffer + 120]             ; the first client's Reply
                    mov r14, [rel buffer]
                    recv 0, buffer
                    expect 0
                    mov r13, [rel buffer + 120]
                    inc qword [rel buffer]
                    reply r13d, buffer                      ; the second is answered first
                    expect 0
                    reply r13d, buffer
                    expect ERROR_BADSLOT
                    inc r14
                    mov [rel buffer], r14
                    reply r12d, buffer
                    expect 0
                    reply r12d, buffer
                    expect ERROR_BADSLOT
                    exit
                """, client.formatted(200, 201));
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void notificationBitsAddUpAndAreReceivedOnce(Configuration configuration) {
        run(configuration, """
                _start:
                    call2 SYS_IPC_NOTIFY, 0, 1
                    expect 0
                    call2 SYS_IPC_NOTIFY, 0, 4
                    call2 SYS_IPC_NOTIFY, 0, 1
                    call2 SYS_IPC_NOTIFY, 0, 0
                    expect ERROR_INVAL
                    call0 SYS_THREAD_YIELD
                    call2 SYS_IPC_NOTIFY, 0, 8
                    exit
                """, """
                _start:
                    recv 0, buffer
                    expect 1
                    expect_at buffer, 5
                    expect_at buffer + 8, 0
                    expect_at buffer + 64, 8
                    recv 0, buffer
                    expect 1
                    expect_at buffer, 8
                    exit
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void capabilitiesComeAlongIntoTheLowestSlots(Configuration configuration) {
        run(configuration, """
                _start:
                    call0 SYS_THREAD_YIELD
                    send 0, gift
                    expect 0
                    exit
                """, """
                _start:
                    recv 0, buffer
                    expect 0
                    expect_at buffer + 104, 4
                    expect_at buffer + 72, 3
                    expect_at buffer + 96, 6
                    lea rsi, [rel number]
                    mov edi, 6
                    mov eax, SYS_CAP_INSPECT
                    syscall
                    expect 0
                    expect_at number, TYPE_PROCESS
                    expect_at number + 8, 31
                    exit
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aMessageWithoutRoomIsRefusedAndTheReceiverWaitsOn(Configuration configuration) {
        run(configuration, """
                _start:
                    call0 SYS_THREAD_YIELD
                    mov r12d, 15
                .fill:
                    send 0, gift                            ; four of the 61 free slots each time
                    expect 0
                    call0 SYS_THREAD_YIELD
                    dec r12d
                    jnz .fill
                    send 0, gift
                    expect ERROR_FULL
                    send 0, hello
                    expect 0
                    exit
                """, """
                _start:
                    mov r12d, 15
                .next:
                    recv 0, buffer
                    expect 0
                    expect_at buffer + 104, 4
                    dec r12d
                    jnz .next
                    recv 0, buffer
                    expect 0
                    expect_at buffer + 104, 0
                    exit
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aQueuedMessageWithoutRoomGivesWayToTheNextSender(Configuration configuration) {
        run(configuration, """
                _start:
                    call0 SYS_THREAD_YIELD
                    mov r12d, 15
                .fill:
                    send 0, gift
                    expect 0
                    call0 SYS_THREAD_YIELD
                    dec r12d
                    jnz .fill
                    send 0, gift                            ; nobody receives now
                    expect ERROR_FULL
                    send 0, hello
                    expect 0
                    exit
                """, """
                _start:
                    mov r12d, 15
                .next:
                    recv 0, buffer
                    dec r12d
                    jnz .next
                    call0 SYS_THREAD_YIELD
                    call0 SYS_THREAD_YIELD
                    recv 0, buffer
                    expect 0
                    expect_at buffer + 104, 0
                    expect_at buffer + 64, 5
                    exit
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void whoWaitsForADeadProcessIsWoken(Configuration configuration) {
        BootedMachine booted = GuestPrograms.boot(configuration, """
                _start:
                    call0 SYS_THREAD_YIELD
                    call 0, number                          ; received, never answered
                    expect ERROR_DEAD
                    send 0, hello                           ; the kernel serves the line again
                    expect 0
                    exit
                """ + DATA, """
                _start:
                    recv 0, buffer
                    call0 SYS_THREAD_YIELD
                    ud2
                """ + DATA, """
                _start:
                    call0 SYS_THREAD_YIELD
                    send 0, number                          ; never received
                    expect ERROR_DEAD
                    exit
                """ + DATA);
        assertThat(booted.run(1_000_000)).isEqualTo(new Stop.Exited(0));
        assertThat(booted.machine().serialOutput()).asString().containsOnlyOnce("killed").contains("(p2) killed by #UD")
                .endsWith("hello");
        GuestPrograms.assertSound(booted);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aReceiverWhoseBufferIsGoneGetsAFaultAndTheMessageGoesToTheNext(Configuration configuration) {
        run(configuration, """
                _start:
                    mov r12d, 8
                .wait:
                    call0 SYS_THREAD_YIELD
                    dec r12d
                    jnz .wait
                    send 0, hello
                    expect 0
                    exit
                """, """
                _start:
                    call3 SYS_MEM_ALLOC, 1, 0x1000, 7
                    mov r12, rax
                    call6 SYS_MEM_MAP, r12, 2, 0x10000000, 0, 0x1000, 3
                    expect 0
                    spawn first, stack_1, 0, 0
                    call0 SYS_THREAD_YIELD
                    spawn second, stack_2, 0, 0
                    call0 SYS_THREAD_YIELD
                    call3 SYS_MEM_UNMAP, 2, 0x10000000, 0x1000
                    expect 0
                    exit
                first:
                    call2 SYS_IPC_RECV, 0, 0x10000000
                    expect ERROR_FAULT
                    exit
                second:
                    recv 0, buffer
                    expect 0
                    expect_at buffer + 64, 5
                    exit
                """);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void whatIsWrongIsRefusedInTheContractsOrder(Configuration configuration) {
        run(configuration, """
                _start:
                    call2 SYS_IPC_SEND, 64, 0
                    expect ERROR_BADSLOT
                    call2 SYS_IPC_SEND, 3, 0
                    expect ERROR_BADSLOT
                    call2 SYS_IPC_SEND, 2, 0
                    expect ERROR_TYPE
                    call2 SYS_IPC_REPLY, 0, 0
                    expect ERROR_TYPE
                    call2 SYS_IPC_SEND, 0, 0
                    expect ERROR_FAULT
                    call2 SYS_IPC_RECV, 0, _start           ; not writable
                    expect ERROR_FAULT
                    call2 SYS_IPC_CALL, 0, _start
                    expect ERROR_FAULT
                    call2 SYS_IPC_RECV, 0, USER_MAX - 64
                    expect ERROR_FAULT
                    call2 SYS_IPC_RECV, 0, -64
                    expect ERROR_FAULT
                    mov qword [rel number + 64], 65
                    send 0, number
                    expect ERROR_INVAL
                    mov qword [rel number + 64], 8
                    mov qword [rel gift + 104], 5
                    send 0, gift
                    expect ERROR_INVAL
                    mov qword [rel gift + 104], 4
                    mov qword [rel gift + 96], 63
                    send 0, gift
                    expect ERROR_BADSLOT
                    call 0, hello                           ; the kernel's own service answers with nothing
                    expect 0
                    expect_at hello, 0
                    expect_at hello + 64, 0
                    exit
                """);
    }
}
