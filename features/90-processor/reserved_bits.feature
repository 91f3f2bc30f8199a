@processor
Feature: Reserved bits
  The processor alone, without a kernel: a kernel that sets a bit that isn't there must hear of it.

  Rule: WRMSR of EFER
    SDM vol. 3A, 2.2.1, and APM vol. 2, 3.1.7: #GP(0) for a reserved bit, and for LME changed while paging is on.

    Scenario Outline: EFER with <what>
      Given the processor in ring 0 with the program
        """
        _start:
            mov ecx, EFER
            rdmsr
            <change>
        write:
            wrmsr
        """
      When the processor runs to its first halt
      Then it delivers #GP(0x0) at write

      Examples:
        | what                      | change            |
        | bit 1                     | or eax, 1 << 1    |
        | bit 9                     | or eax, 1 << 9    |
        | bit 16                    | or eax, 1 << 16   |
        | bit 63                    | or edx, 1 << 31   |
        | LME cleared, paging on    | and eax, ~0x100   |

  Rule: MOV to a control register
    SDM vol. 2B, MOV - Move to/from Control Registers, "Protected Mode" and "64-Bit Mode Exceptions"; SDM vol. 3A, 2.5; APM vol. 2, 3.1.

    Scenario Outline: <register> with <what>
      Given the processor in ring 0 with the program
        """
        _start:
            mov rax, <register>
            mov rbx, <bits>
            <change>
        write:
            mov <register>, rax
        """
      When the processor runs to its first halt
      Then it delivers #GP(0x0) at write

      Examples:
        | register | what                      | bits    | change       |
        | cr0      | bit 32                    | 1 << 32 | or rax, rbx  |
        | cr0      | PG without PE             | 1       | xor rax, rbx |
        | cr0      | NW without CD             | 1 << 29 | or rax, rbx  |
        | cr0      | PG cleared in 64-bit mode | 1 << 31 | xor rax, rbx |
        | cr3      | bit 63, without PCIDE     | 1 << 63 | or rax, rbx  |
        | cr3      | bit 52                    | 1 << 52 | or rax, rbx  |
        | cr4      | bit 15                    | 1 << 15 | or rax, rbx  |
        | cr4      | bit 32                    | 1 << 32 | or rax, rbx  |
        | cr4      | LA57                      | 1 << 12 | or rax, rbx  |
        | cr4      | PAE cleared in long mode  | 1 << 5  | xor rax, rbx |
        | cr8      | bit 4                     | 1 << 4  | or rax, rbx  |

    Scenario: The reserved bits of CR0 below 32 are ignored
      Given the processor in ring 0 with the program
        """
        _start:
            mov rax, cr0
            mov rbx, rax
            or rax, 0x1FFAFFC0
            mov cr0, rax
            mov rcx, cr0
            xor rcx, rbx
            hlt
        after:
        """
      When the processor runs to its first halt
      Then it halts before after without an exception
      And RCX is 0x0

  Rule: Control registers that aren't there
    SDM vol. 2B, MOV - Move to/from Control Registers: #UD for CR1, CR5, CR6, CR7 and CR9 to CR15; APM vol. 3, MOV CRn.

    Scenario Outline: MOV from CR<number>
      Given the processor in ring 0 with the program
        """
        _start:
            .byte <bytes>
        """
      When the processor runs to its first halt
      Then it delivers #UD at _start

      Examples:
        | number | bytes                  |
        | 1      | 0x0F, 0x20, 0xC8       |
        | 5      | 0x0F, 0x20, 0xE8       |
        | 7      | 0x0F, 0x20, 0xF8       |
        | 9      | 0x44, 0x0F, 0x20, 0xC8 |
        | 15     | 0x44, 0x0F, 0x20, 0xF8 |

  Rule: A reserved bit in a page-table entry
    SDM vol. 3A, 4.7, and APM vol. 2, 8.4.2: #PF with RSVD, and with P, since the bit counts only in an entry that is present.

    Scenario Outline: A <access> <where> in ring <ring>
      Given the processor in ring 0 with the program
        """
        _start:
            mov rcx, <address>
            <enter>
        here:
            <instruction>
        .section .user
        user:
            <instruction>
        """
      When the processor runs to its first halt
      Then it delivers <fault> at <at>
      And CR2 is <address>

      Examples:
        | access | where                 | ring | address      | enter                    | instruction   | fault    | at   |
        | read   | through bit 51        | 0    | RESERVED_BIT | nop                      | mov rax,[rcx] | #PF(0x9) | here |
        | write  | through bit 51        | 0    | RESERVED_BIT | nop                      | mov [rcx],rax | #PF(0xb) | here |
        | read   | through bit 51        | 3    | RESERVED_BIT | enter_ring3 user, 0x2    | mov rax,[rcx] | #PF(0xd) | user |
        | write  | through bit 51        | 3    | RESERVED_BIT | enter_ring3 user, 0x2    | mov [rcx],rax | #PF(0xf) | user |
        | read   | of a page not present | 0    | UNMAPPED     | nop                      | mov rax,[rcx] | #PF(0x0) | here |
        | write  | of a read-only page   | 3    | READ_ONLY    | enter_ring3 user, 0x2    | mov [rcx],rax | #PF(0x7) | user |
