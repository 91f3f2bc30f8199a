@processor
Feature: Addresses that are not canonical
  The processor alone, without a kernel: who reports a non-canonical address, as which exception, and with which saved RIP.
  Emulators contradict each other here, and Intel and AMD do, too.

  Rule: SYSRET checks RCX on Intel, with CPL 0 still; on AMD the fetch in ring 3 finds out
    SDM vol. 2B, SYSRET, "Operation": #GP(0) if RCX is not canonical. APM vol. 3, SYSRET, has no such check.

    Background:
      Given the processor in ring 0 with the program
        """
        _start:
            enable_syscall entry, 0x700
            mov rcx, NON_CANONICAL
            mov r11, 0x2
            mov rsp, USER_STACK
        return:
            sysretq
        entry:
            hlt
        """

    @INTEL
    Scenario: On Intel SYSRETQ itself faults, in ring 0 on the user's stack
      When the processor runs to its first halt
      Then it delivers #GP(0x0) at return
      And the saved CPL is 0
      And the saved RSP is USER_STACK

    @AMD
    Scenario: On AMD ring 3 faults, at the address it was sent to
      When the processor runs to its first halt
      Then it delivers #GP(0x0) at NON_CANONICAL
      And the saved CPL is 3
      And the saved RSP is USER_STACK

  Rule: IRETQ checks the RIP that it pops before anything has changed
    SDM vol. 2A, IRET, "64-Bit Mode Exceptions"; APM vol. 3, IRET, "Action": #GP(0).

    Scenario Outline: IRETQ to a non-canonical RIP in ring <ring>
      Given the processor in ring 0 with the program
        """
        _start:
            push <ss>
            push USER_STACK
            push 0x2
            push <cs>
            mov rax, NON_CANONICAL
            push rax
        return:
            iretq
        """
      When the processor runs to its first halt
      Then it delivers #GP(0x0) at return
      And the saved CPL is 0

      Examples:
        | ring | cs        | ss        |
        | 3    | USER_CS   | USER_SS   |
        | 0    | KERNEL_CS | KERNEL_SS |

  Rule: A near branch to a non-canonical target faults as the branch
    SDM vol. 2A, JMP and CALL, and vol. 2B, RET, "64-Bit Mode Exceptions": #GP(0) if the target is non-canonical; the saved RIP is
    that of the branch, as for every fault (SDM vol. 3A, 6.5). APM vol. 3, JMP (Near), CALL (Near), RET (Near).

    Scenario Outline: <branch>
      Given the processor in ring 0 with the program
        """
        _start:
            mov rax, NON_CANONICAL
            <before>
        branch:
            <branch>
        """
      When the processor runs to its first halt
      Then it delivers #GP(0x0) at branch
      And the saved RSP is <rsp>
      And the saved CPL is 0

      Examples:
        | branch   | before   | rsp       |
        | jmp rax  | nop      | STACK     |
        | call rax | nop      | STACK     |
        | ret      | push rax | STACK - 8 |
        | ret 16   | push rax | STACK - 8 |

  Rule: Through the stack segment it is #SS, through any other #GP
    SDM vol. 2, "64-Bit Mode Exceptions" of each instruction: #SS(0) if a memory address referencing the SS segment is in a
    non-canonical form, else #GP(0). RSP and RBP as the base reference SS (SDM vol. 1, table 3-5).

    Scenario Outline: <instruction>
      Given the processor in ring 0 with the program
        """
        _start:
            mov rax, NON_CANONICAL
            mov rbp, rax
            mov rbx, rax
            lea rsp, [rax + <rsp>]
        access:
            <instruction>
        """
      When the processor runs to its first halt
      Then the processor shuts down

      Examples: with RSP itself non-canonical, ring 0 can't even deliver the exception
        | instruction | rsp |
        | push rcx    | 8   |
        | pop rcx     | 0   |
        | call access | 8   |

    Scenario Outline: ring 3: <instruction>
      Given the processor in ring 0 with the program
        """
        _start:
            enter_ring3 user, 0x2
        .section .user
        user:
            mov rax, NON_CANONICAL
            mov rbp, rax
            mov rbx, rax
            lea rsp, [rax + <rsp>]
        access:
            <instruction>
        """
      When the processor runs to its first halt
      Then it delivers <exception> at access
      And the saved CPL is 3

      Examples:
        | instruction            | rsp | exception |
        | push rcx               | 8   | #SS(0x0)  |
        | pop rcx                | 0   | #SS(0x0)  |
        | call user              | 8   | #SS(0x0)  |
        | ret                    | 0   | #SS(0x0)  |
        | leave                  | 0   | #SS(0x0)  |
        | enter 16, 0            | 8   | #SS(0x0)  |
        | mov rcx, [rsp]         | 0   | #SS(0x0)  |
        | mov rcx, [rbp]         | 0   | #SS(0x0)  |
        | mov rcx, [rbp + rcx*2] | 0   | #SS(0x0)  |
        | mov rcx, [rbx]         | 0   | #GP(0x0)  |
        | mov rcx, [rcx + rbp]   | 0   | #GP(0x0)  |
        | mov rcx, fs:[rbp]      | 0   | #GP(0x0)  |

  Rule: WRMSR refuses a non-canonical address
    SDM vol. 2D, WRMSR: #GP(0) for IA32_LSTAR, IA32_FS_BASE and others that hold a linear address; APM vol. 3, WRMSR.

    Scenario Outline: WRMSR of <msr>
      Given the processor in ring 0 with the program
        """
        _start:
            mov ecx, <msr>
            mov eax, 0
            mov edx, 0x8000
        write:
            wrmsr
        """
      When the processor runs to its first halt
      Then it delivers #GP(0x0) at write

      Examples:
        | msr        | note           |
        | 0xC0000082 | LSTAR          |
        | 0xC0000083 | CSTAR          |
        | 0xC0000100 | FS_BASE        |
        | 0xC0000101 | GS_BASE        |
        | 0xC0000102 | KERNEL_GS_BASE |
