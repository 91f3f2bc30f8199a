@processor
Feature: SYSCALL and SYSRET in their corners
  The processor alone, without a kernel.

  Rule: The RPL of SS after SYSRET with a STAR base of RPL 0
    SDM vol. 2B, SYSRET: SS.Selector is (IA32_STAR[63:48] + 8) OR 3. APM vol. 3, SYSRET: it is STAR[63:48] + 8 as it stands; CS
    gets RPL 3 on both.

    Background:
      Given the processor in ring 0 with the program
        """
        _start:
            enable_syscall entry, 0x700
            write_msr STAR, 0x0010000800000000
            mov rcx, user
            mov r11, 0x2
            sysretq
        entry:
            hlt
        .section .user
        user:
            mov eax, ss
            mov ebx, cs
        done:
            jmp done
        """

    @INTEL
    Scenario: Intel forces RPL 3
      When the processor runs to done
      Then RAX is 0x1b
      And RBX is 0x23
      And CPL is 3

    @AMD
    Scenario: AMD takes STAR's bits, which are RPL 0
      When the processor runs to done
      Then RAX is 0x18
      And RBX is 0x23
      And CPL is 3

  Rule: SYSCALL saves RFLAGS before the mask, without RF, and keeps what SFMASK doesn't clear
    SDM vol. 2B, SYSCALL, "Operation": R11 := RFLAGS; RFLAGS := RFLAGS AND NOT(IA32_FMASK). APM vol. 3, SYSCALL: RF is cleared.

    Scenario Outline: The mask <mask>
      Given the processor in ring 0 with the program
        """
        _start:
            enable_syscall entry, <mask>
            enter_ring3 user, 0x244CD7
        entry:
            hlt
        .section .user
        user:
            syscall
        """
      When the processor runs to entry
      Then bits 31:0 of R11 are 0x244cd7
      And RFLAGS is <rflags>
      And CPL is 0

      Examples:
        | mask     | rflags   |
        | 0x0      | 0x244cd7 |
        | 0x44700  | 0x2008d7 |
        | 0x8d5    | 0x244402 |
        | 0xffffff | 0x2      |

  Rule: A trap flag that SFMASK clears makes no trap; one that it leaves makes one before the first instruction of the handler
    SDM vol. 3B, 17.3.1.4 (19.3.1.4): single-step after the instruction if TF was set when it began, except where it cleared TF
    by entering a handler. SDM vol. 2B, SYSCALL; APM vol. 3, SYSCALL.

    Scenario: TF masked
      Given the processor in ring 0 with the program
        """
        _start:
            enable_syscall entry, 0x100
            push USER_SS
            push USER_STACK
            push 0x2
            push USER_CS
            push user
            iretq
        entry:
            nop
        done:
            hlt
        after:
        .section .user
        user:
            pushfq
            or dword ptr [rsp], 0x100
            popfq
            syscall
        """
      When the processor runs to its first halt
      Then it halts before after without an exception
      And bits 8:8 of R11 are 1

    Scenario: TF not masked
      Given the processor in ring 0 with the program
        """
        _start:
            enable_syscall entry, 0
            enter_ring3 user, 0x2
        entry:
            nop
            hlt
        .section .user
        user:
            pushfq
            or dword ptr [rsp], 0x100
            popfq
            syscall
        """
      When the processor runs to its first halt
      Then it delivers #DB at entry
      And the saved CPL is 0
      And the saved RFLAGS.TF is 1

  Rule: Without EFER.SCE neither exists
    SDM vol. 2B, SYSCALL and SYSRET: #UD if IA32_EFER.SCE = 0; APM vol. 3 likewise.

    Scenario Outline: <instruction>
      Given the processor in ring 0 with the program
        """
        _start:
            mov rcx, _start
        here:
            <instruction>
        """
      When the processor runs to its first halt
      Then it delivers #UD at here

      Examples:
        | instruction |
        | syscall     |
        | sysretq     |

  Rule: SYSRET is for ring 0
    SDM vol. 2B, SYSRET, and APM vol. 3, SYSRET: #GP(0) if CPL is not 0.

    Scenario: SYSRETQ in ring 3
      Given the processor in ring 0 with the program
        """
        _start:
            enable_syscall _start, 0
            enter_ring3 user, 0x2
        .section .user
        user:
            sysretq
        """
      When the processor runs to its first halt
      Then it delivers #GP(0x0) at user
      And the saved CPL is 3
