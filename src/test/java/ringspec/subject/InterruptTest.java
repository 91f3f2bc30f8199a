package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringspec.kernel.KernelLayout;
import ringspec.machine.Stop;
import ringspec.trace.TraceEvent;

/** Interrupt lines bound to endpoints, and a driver in ring 3 with the ports of its device. */
final class InterruptTest {

    private static final String DRIVER = """
            _start:
                call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 31, 4, 0
                mov r12, rax
                call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0
                mov r13, rax
                call3 SYS_IRQ_BIND, r12, r13, 0
                expect ERROR_INVAL
                call3 SYS_IRQ_BIND, r13, r12, 2
                expect ERROR_TYPE
                call3 SYS_IRQ_BIND, r12, r13, 2
                expect 0
                call3 SYS_IRQ_BIND, r12, r13, 2
                expect ERROR_BUSY
                call3 SYS_IRQ_BIND, r12, 0, 2
                expect ERROR_BUSY
                mov dx, 0x3F9                           ; IER: received data
                mov al, 1
                out dx, al
                mov dx, 0x3FC                           ; MCR: OUT2 lets the interrupt through
                mov al, 8
                out dx, al
            """;
    private static final String ECHO = """
            .next:
                call2 SYS_IPC_RECV, r13, buffer
                expect 1
                expect_at buffer, 2
                mov dx, 0x3F8
                in al, dx
                out dx, al
                mov bl, al
                call3 SYS_IRQ_BIND, r12, 0, 2           ; only the endpoint that it is bound to may acknowledge it
                expect ERROR_BUSY
                call3 SYS_IRQ_BIND, r12, r13, 2
                expect 0
                cmp bl, '!'
                jne .next
            """;
    private static final String DATA = """
                exit
            section .bss
            buffer:
                resb 128
            """;

    private static String serial(BootedMachine booted) {
        return new String(booted.machine().serialOutput(), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aDriverInRing3EchoesWhatArrives(Configuration configuration) {
        BootedMachine booted = GuestPrograms.boot(configuration, DRIVER + ECHO + DATA);
        byte[] input = "Hello, driver!".getBytes(StandardCharsets.US_ASCII);
        booted.machine().scheduleSerialInput(50_000, input);
        assertThat(GuestPrograms.runToEnd(booted)).isEqualTo("Hello, driver!");
        assertThat(booted.machine().trace().all(TraceEvent.EndOfInterrupt.class)).hasSize(input.length);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void aLineThatWasNotAcknowledgedStaysSilent(Configuration configuration) {
        BootedMachine booted = GuestPrograms.boot(configuration, DRIVER + """
                    call2 SYS_IPC_RECV, r13, buffer
                    expect 1
                    call2 SYS_IPC_RECV, r13, buffer
                """ + DATA);
        booted.machine().scheduleSerialInput(50_000, new byte[]{'a'});
        booted.machine().scheduleSerialInput(90_000, new byte[]{'b'});
        assertThat(booted.run(1_000_000)).isInstanceOf(Stop.Halted.class);
        assertThat(booted.machine().trace().all(TraceEvent.EndOfInterrupt.class)).hasSize(1);
        GuestPrograms.assertSound(booted);
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void thePortsAreTheDriversAlone(Configuration configuration) {
        BootedMachine booted = GuestPrograms.boot(configuration, DRIVER + """
                    call0 SYS_THREAD_YIELD
                    mov dx, 0x3F8
                    mov al, 'y'
                    out dx, al
                """ + DATA, """
                _start:
                    mov dx, 0x3F8
                    mov al, 'n'
                    out dx, al
                """);
        assertThat(booted.run(1_000_000)).isEqualTo(new Stop.Exited(KernelLayout.EXIT_ALL_ENDED));
        assertThat(serial(booted)).matches("kernel: process 2 \\(p2\\) killed by #GP\\(0x0\\) rip=0x[0-9a-f]+\ny");
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void withTheCapabilityThePortsAndTheBindingGo(Configuration configuration) {
        BootedMachine booted = GuestPrograms.boot(configuration, DRIVER + """
                    call1 SYS_CAP_DELETE, r12
                    expect 0
                    call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 1, 4, 0
                    mov r12, rax
                    call3 SYS_IRQ_BIND, r12, r13, 2         ; not bound any more; READ alone opens no port
                    expect 0
                    mov dx, 0x3FD
                    in al, dx
                """ + DATA);
        assertThat(booted.run(1_000_000)).isEqualTo(new Stop.Exited(KernelLayout.EXIT_INIT_KILLED));
        assertThat(serial(booted)).contains("killed by #GP(0x0)");
    }

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void anInterruptThatNobodyBoundIsEndedAndDropped(Configuration configuration) {
        BootedMachine booted = GuestPrograms.boot(configuration, """
                _start:
                    mov ecx, 1000
                .again:
                    loop .again
                    exit
                """);
        booted.machine().scheduleInterrupt(50_000, 0x24);
        booted.machine().run(100);
        booted.machine().injectInterrupt(0x24);
        booted.machine().injectInterrupt(0x51);
        GuestPrograms.runToEnd(booted);
        assertThat(booted.machine().trace().all(TraceEvent.EndOfInterrupt.class)).hasSize(2);
    }
}
