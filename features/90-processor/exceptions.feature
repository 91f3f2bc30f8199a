@processor
Feature: Exceptions and what they push
  The processor alone, without a kernel.

  Rule: A software interrupt through a gate of DPL 0
    SDM vol. 3A, 6.12.1.2 and 6.13: #GP with the vector's index and the IDT bit, vector * 8 + 2. INT1 and hardware don't look at the
    DPL (SDM vol. 2A, INT n/INTO/INT3/INT1). APM vol. 2, 8.9.4, and vol. 3, INT.

    Scenario Outline: <instruction> in ring 3
      Given the processor in ring 0 with the program
        """
        _start:
            enter_ring3 user, 0x2
        .section .user
        user:
            <instruction>
        next:
            nop
        """
      When the processor runs to its first halt
      Then it delivers <fault> at <rip>
      And the saved CPL is 3
      And the saved RFLAGS.RF is <rf>

      Examples:
        | instruction | fault      | rip  | rf |
        | int 0       | #GP(0x2)   | user | 1  |
        | int3        | #GP(0x1a)  | user | 1  |
        | int 3       | #GP(0x1a)  | user | 1  |
        | int 13      | #GP(0x6a)  | user | 1  |
        | int 0x80    | #GP(0x402) | user | 1  |
        | int 255     | #GP(0x7fa) | user | 1  |
        | int1        | #DB        | next | 0  |

    Scenario: A vector beyond the IDT's limit
      Given the processor in ring 0 with the program
        """
        _start:
            sub rsp, 16
            mov word ptr [rsp], 0x7FF
            mov rax, IDT
            mov [rsp + 2], rax
            lidt [rsp]
        here:
            int 0x80
        """
      When the processor runs to its first halt
      Then it delivers #GP(0x402) at here

    Scenario: A gate that isn't present
      Given the processor in ring 0 with the program
        """
        _start:
            mov byte ptr [IDT + 16 * 0x21 + 5], 0x0E
        here:
            int 0x21
        """
      When the processor runs to its first halt
      Then it delivers #NP(0x10a) at here

  Rule: RF in the pushed flags
    SDM vol. 3B, 17.3.1.1 (19.3.1.1): the RFLAGS image has RF = 1 for every fault but the #DB of an instruction breakpoint, RF as it
    was for traps, and RF = 1 for an interrupt between iterations of a string instruction. APM vol. 2, 3.1.6 and 8.

    Scenario Outline: <what>
      Given the processor in ring 0 with the program
        """
        _start:
            mov rbx, NON_CANONICAL
            xor ecx, ecx
        here:
            <instruction>
        next:
            nop
        """
      When the processor runs to its first halt
      Then it delivers <exception> at <rip>
      And the saved RFLAGS.RF is <rf>

      Examples:
        | what                 | instruction          | exception | rip  | rf |
        | a #DE                | div ecx              | #DE       | here | 1  |
        | a #UD                | ud2                  | #UD       | here | 1  |
        | a #GP                | mov eax, [rbx]       | #GP(0x0)  | here | 1  |
        | a #PF                | mov eax, [0x90000]   | #PF(0x0)  | here | 1  |
        | a breakpoint, a trap | int3                 | #BP       | next | 0  |
        | INT1, a trap         | int1                 | #DB       | next | 0  |

    Scenario: An instruction breakpoint pushes RF = 0, and IRETQ with RF = 1 gets past it
      Given the processor in ring 0 with the program
        """
        _start:
            mov rax, target
            mov dr0, rax
            mov rax, 0x402
            mov dr7, rax
        target:
            nop
        next:
            ud2
        vector_1:
            mov rbx, [rsp]
            mov rdx, [rsp + 16]
            or dword ptr [rsp + 16], 0x10000
            inc ecx
            iretq
        """
      When the processor runs to its first halt
      Then it delivers #UD at next
      And RBX is target
      And bits 16:16 of RDX are 0
      And RCX is 1

  Rule: Single step
    SDM vol. 3B, 17.3.1.4 (19.3.1.4): a trap after the instruction; after each iteration of a repeated string instruction; after
    MOV SS or POP SS not before the next instruction has completed (SDM vol. 3A, 6.8.3). APM vol. 2, 13.1.4.

    Scenario: REP MOVSB traps after each iteration, its own RIP saved until the last
      Given the processor in ring 0 with the program
        """
        _start:
            mov rsi, 0x80000
            mov rdi, 0x80100
            mov ecx, 3
            xor ebx, ebx
            xor edx, edx
            pushfq
            or dword ptr [rsp], 0x100
            popfq
        copy:
            rep movsb
        after:
            pushfq
            and dword ptr [rsp], ~0x100
            popfq
            hlt
        done:
        vector_1:
            mov rax, copy
            cmp [rsp], rax
            jne other
            inc ebx
            mov r9, [rsp + 16]
            iretq
        other:
            mov rax, after
            cmp [rsp], rax
            jne out
            inc edx
            mov r8, rcx
        out:
            iretq
        """
      When the processor runs to its first halt
      Then it halts before done without an exception
      And RBX is 2
      And RDX is 1
      And R8 is 0
      And bits 16:16 of R9 are 1

    Scenario Outline: <load> with TF set delays the trap
      Given the processor in ring 0 with the program
        """
        _start:
            mov eax, KERNEL_SS
            push rax
            pushfq
            or dword ptr [rsp], 0x100
            popfq
            <load>
            nop
        after:
            nop
        vector_1:
            inc edx
            cmp edx, <traps>
            je enough
            iretq
        enough:
            mov rbx, [rsp]
            hlt
        done:
        """
      When the processor runs to its first halt
      Then it halts before done without an exception
      And RBX is after

      Examples:
        | load       | traps |
        | mov ss, ax | 1     |

    Scenario: The trap flag in IRETQ's frame traps after the first instruction of the target
      Given the processor in ring 0 with the program
        """
        _start:
            enter_ring3 user, 0x102
        .section .user
        user:
            nop
        next:
            nop
        """
      When the processor runs to its first halt
      Then it delivers #DB at next
      And the saved CPL is 3
      And the saved RFLAGS.TF is 1

  Rule: Alignment checks need CR0.AM, RFLAGS.AC and CPL 3
    SDM vol. 3A, 6.15, interrupt 17; APM vol. 2, 8.2.17. The error code is 0.

    Scenario Outline: <what>
      Given the processor in ring 0 with the program
        """
        _start:
            mov rax, cr0
            or rax, <am> << 18
            mov cr0, rax
            enter_ring3 user, <rflags>
        .section .user
        user:
            mov rbx, buffer
        here:
            <instruction>
        next:
            ud2
        .data
        .align 16
        buffer:
            .quad 0, 0, 0, 0
        """
      When the processor runs to its first halt
      Then it delivers <exception> at <rip>

      Examples:
        | what                                | am | rflags  | instruction          | exception | rip  |
        | a doubleword at an odd address      | 1  | 0x40002 | mov eax, [rbx + 1]   | #AC(0x0)  | here |
        | a doubleword written                | 1  | 0x40002 | mov [rbx + 2], eax   | #AC(0x0)  | here |
        | a quadword at a multiple of 4       | 1  | 0x40002 | mov rax, [rbx + 4]   | #AC(0x0)  | here |
        | a word at an odd address            | 1  | 0x40002 | mov ax, [rbx + 3]    | #AC(0x0)  | here |
        | a byte                              | 1  | 0x40002 | mov al, [rbx + 3]    | #UD       | next |
        | aligned                             | 1  | 0x40002 | mov rax, [rbx + 8]   | #UD       | next |
        | AC clear                            | 1  | 0x2     | mov eax, [rbx + 1]   | #UD       | next |
        | AM clear                            | 0  | 0x40002 | mov eax, [rbx + 1]   | #UD       | next |
        | the doublewords of CMPXCHG8B        | 1  | 0x40002 | cmpxchg8b [rbx + 4]  | #AC(0x0)  | here |
        | 16 bytes of an SSE move are #GP     | 1  | 0x40002 | movaps xmm0, [rbx+8] | #GP(0x0)  | here |

    Scenario: Ring 0 isn't checked
      Given the processor in ring 0 with the program
        """
        _start:
            mov rax, cr0
            or rax, 1 << 18
            mov cr0, rax
            pushfq
            or dword ptr [rsp], 0x40000
            popfq
            mov eax, [SUPERVISOR_DATA + 1]
            hlt
        after:
        """
      When the processor runs to its first halt
      Then it halts before after without an exception

  Rule: Contributory exceptions
    SDM vol. 3A, 6.15, interrupt 8, table 6-5; APM vol. 2, 8.2.9: a #GP while a #GP is delivered makes #DF with error code 0; a
    fault while #DF is delivered shuts the processor down.

    Scenario: #GP within the delivery of #GP
      Given the processor in ring 0 with the program
        """
        _start:
            mov word ptr [IDT + 16 * 13 + 2], 0x38
            mov rbx, NON_CANONICAL
        here:
            mov eax, [rbx]
        """
      When the processor runs to its first halt
      Then it delivers #DF(0x0) at here

    Scenario: A fault within the delivery of #DF
      Given the processor in ring 0 with the program
        """
        _start:
            mov word ptr [IDT + 16 * 13 + 2], 0x38
            mov word ptr [IDT + 16 * 8 + 2], 0x38
            mov rbx, NON_CANONICAL
            mov eax, [rbx]
        """
      When the processor runs to its first halt
      Then the processor shuts down
