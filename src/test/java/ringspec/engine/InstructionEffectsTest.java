package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.Cpu;
import ringspec.trace.TraceEvent;

/** Small programs whose outcome follows from the manual's text, chosen for what is easily got wrong. Each leaves its answer in RAX. */
class InstructionEffectsTest {

    private final EngineBed bed = new EngineBed();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # register parts (SDM vol. 1, 3.4.1.1)
            mov rax, -1; mov eax, 5                                             | 5
            mov rax, -1; mov ax, 5                                              | 0xFFFFFFFFFFFF0005
            mov rax, -1; mov al, 5                                              | 0xFFFFFFFFFFFFFF05
            mov rax, -1; mov ah, 5                                              | 0xFFFFFFFFFFFF05FF
            mov eax, 0x1234; xchg al, ah                                        | 0x3412
            mov rax, -1; mov ebx, 7; cmp eax, eax; cmovne eax, ebx              | 0xFFFFFFFF
            mov rax, -1; mov ebx, 7; cmp eax, eax; cmovne ax, bx                | 0xFFFFFFFFFFFFFFFF
            mov rax, -1; mov cl, 32; shl eax, cl                                | 0xFFFFFFFF
            mov rax, 0xAAAAAAAA00000001; xor edx, edx; bsf eax, edx             | 0xAAAAAAAA00000001
            # widening
            mov eax, 0x80; movsx rax, al                                        | 0xFFFFFFFFFFFFFF80
            mov eax, 0x8000; cwde                                               | 0xFFFF8000
            mov eax, 0x80000000; cdqe                                           | 0xFFFFFFFF80000000
            mov eax, 0x80000000; cdq; mov rax, rdx                              | 0xFFFFFFFF
            mov rax, 0x8000000000000000; cqo; mov rax, rdx                      | 0xFFFFFFFFFFFFFFFF
            mov eax, 0x11223344; bswap eax                                      | 0x44332211
            # addresses
            mov rbx, -1; lea eax, [rbx + 2]                                     | 1
            mov rbx, 0x20000; mov ecx, 3; lea rax, [rbx + rcx*8 - 4]            | 0x20014
            mov rbx, 0x100020000; mov dword [0x20000], 77; mov eax, [ebx]       | 77
            lea rax, [rel here]; here: lea rbx, [rel here]; sub rax, rbx        | 0
            # the stack
            mov rbx, rsp; push rsp; pop rax; sub rax, rbx                       | 0
            push 1; push 2; push 3; push qword [rsp + 8]; pop rax               | 2
            push 1; push 99; pop qword [rsp]; pop rax                           | 99
            mov rbx, rsp; push rbx; pop rsp; mov rax, rsp; sub rax, rbx         | 0
            mov rbx, rsp; push -1; mov rax, rbx; sub rax, rsp                   | 8
            mov rbx, rsp; push word 5; mov rax, rbx; sub rax, rsp               | 2
            push -2; pop rax                                                    | 0xFFFFFFFFFFFFFFFE
            mov rbx, rsp; enter 16, 0; leave; mov rax, rsp; sub rax, rbx        | 0
            mov rbp, 0x30000; mov qword [0x2FFF8], 7; enter 0, 2; mov rax, [rsp + 8] | 7
            push 5; call f; jmp e; f: mov eax, [rsp + 8]; ret 8; e: nop         | 5
            # compare and exchange
            mov qword [0x20000], 5; mov eax, 5; mov ebx, 9; cmpxchg [0x20000], rbx; mov rax, [0x20000] | 9
            mov qword [0x20000], 6; mov eax, 5; mov ebx, 9; cmpxchg [0x20000], rbx                     | 6
            mov rdx, 0xBBBBBBBB00000002; mov eax, 1; cmpxchg edx, ecx; mov rax, rdx | 0xBBBBBBBB00000002
            mov qword [0x20000], 5; mov rax, 0x20000; xadd [rax], rax; mov rax, [0x20000] | 0x20005
            mov eax, 3; xadd rax, rax                                           | 6
            mov rbx, 0x20000; mov [rbx], rbx; xchg [rbx], rbx; mov rax, rbx     | 0x20000
            # bit strings: a register offset reaches out of the operand, an immediate doesn't
            mov rbx, 0x20008; mov rcx, -1; bts qword [rbx], rcx; mov rax, [0x20000] | 0x8000000000000000
            mov rbx, 0x20000; mov ecx, 100; bts dword [rbx], ecx; mov eax, [0x2000C] | 16
            bts dword [0x20000], 100; mov eax, [0x20000]                        | 16
            mov eax, 1; mov ecx, 65; btc rax, rcx                               | 3
            # strings
            mov rdi, 0x20000; mov ecx, 3; mov eax, 0x41; rep stosw; mov rax, [0x20000] | 0x0000004100410041
            std; mov rsi, 0x20003; mov dword [0x20000], 0x04030201; lodsb; cld; lodsb; and eax, 255 | 3
            mov rsi, 0x20000; mov rdi, 0x20008; mov byte [0x2000B], 1; mov ecx, 8; repe cmpsb; mov eax, ecx | 4
            mov rdi, 0x20000; mov byte [0x20005], 7; mov al, 7; mov ecx, 16; repne scasb; lea rax, [rdi - 0x20000] | 6
            mov ecx, 0; mov rdi, 0; mov eax, 5; rep stosq                       | 5
            mov rsi, 0x20000; mov rdi, 0x20001; mov byte [rsi], 9; mov ecx, 7; rep movsb; mov rax, [rsi] | 9
            # loops
            mov ecx, 5; xor eax, eax; l: inc eax; loop l                        | 5
            mov rcx, 0x100000003; xor eax, eax; l: inc eax; db 0x67; loop l      | 3
            xor ecx, ecx; mov eax, 1; jrcxz e; inc eax; e: nop                  | 1
            # table look-up
            mov rbx, 0x20000; mov byte [0x20010], 0x5A; mov eax, 0x10; xlatb    | 0x5A
            # flags as bytes
            mov eax, 0; sub eax, 1; lahf; shr eax, 8; and eax, 255              | 0x97
            mov eax, 0x4100; sahf; setz al; adc al, 0; and eax, 255             | 2
            mov al, 0x7F; add al, 1; seto al; and eax, 255                      | 1
            stc; inc ecx; setc al; and eax, 255                                 | 1
            # division
            mov rdx, 1; mov rax, 0; mov rbx, 3; div rbx                         | 0x5555555555555555
            mov rax, -7; cqo; mov rbx, 2; idiv rbx; mov rax, rdx                | 0xFFFFFFFFFFFFFFFF
            mov eax, 0xFFFF; mov bl, 1; idiv bl; movzx eax, al                  | 255
            """)
    void leavesInRax(String text, String expected) {
        bed.run(text.replace(';', '\n') + "\nhlt");
        assertThat(bed.cpu.trace.all(TraceEvent.FaultTaken.class)).isEmpty();
        assertThat(Long.toHexString(bed.cpu.gpr[Cpu.RAX])).isEqualTo(Long.toHexString(value(expected)));
    }

    private static long value(String expected) {
        return expected.startsWith("0x") ? Long.parseUnsignedLong(expected.substring(2), 16) : Long.parseLong(expected);
    }

    /** CPL, IOPL before, and RFLAGS after POPFQ of everything but TF (SDM vol. 2, POPF, table 4-17). */
    @ParameterizedTest
    @CsvSource({"0, 0, 0x47ED7", "0, 3, 0x47ED7", "3, 0, 0x44CD7", "3, 3, 0x47ED7"})
    void popfqChangesWhatThePrivilegeAllows(int cpl, int iopl, String expected) {
        bed.write(EngineBed.CODE, "popfq");
        bed.cpu.setRflags((long) iopl << 12);
        bed.cpu.setCpl(cpl);
        bed.cpu.gpr[Cpu.RSP] = EngineBed.DATA;
        bed.ram.write64(EngineBed.DATA, 0x57ED5);
        bed.engine.step(bed.cpu);
        assertThat("0x%X".formatted(bed.cpu.flags.value())).isEqualTo(expected);
    }
}
