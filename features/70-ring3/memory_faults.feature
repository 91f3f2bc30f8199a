Feature: Page faults of ring 3
  SDM vol. 3A, 4.7: bit 0 P, bit 1 W/R, bit 2 U/S, bit 4 I/D. With KPTI the kernel's addresses are not even present.

  @RING3-07
  Scenario Outline: <access> <address> is a page fault
    Given the program
      """
      _start:
          mov rax, <address>
      culprit:
          <instruction>
          ud2
      """
    When it runs to its end
    Then process 1 was killed by #PF(<error>) with KPTI and #PF(<without>) without, CR2 <address>

    Examples:
      | access    | address            | instruction    | error | without |
      | reading   | 0xFFFFFFFF80200000 | mov rbx, [rax] | 0x4   | 0x5     |
      | writing   | 0xFFFFFFFF80200000 | mov [rax], rbx | 0x6   | 0x7     |
      | executing | 0xFFFFFFFF80200000 | jmp rax        | 0x14  | 0x15    |
      | reading   | 0xFFFF800000000000 | mov rbx, [rax] | 0x4   | 0x5     |
      | writing   | 0xFFFF800000000000 | mov [rax], rbx | 0x6   | 0x7     |
      | executing | 0xFFFF800000000000 | jmp rax        | 0x14  | 0x15    |
      | reading   | 0xFFFFFFFF80208000 | mov rbx, [rax] | 0x5   | 0x5     |
      | writing   | 0xFFFFFFFF80208000 | mov [rax], rbx | 0x7   | 0x7     |
      | executing | 0xFFFFFFFF80208000 | jmp rax        | 0x15  | 0x15    |
      | reading   | 0x0                | mov rbx, [rax] | 0x4   | 0x4     |
      | writing   | 0x10000000         | mov [rax], rbx | 0x6   | 0x6     |

  @RING3-08
  Scenario Outline: Executing <where> is a page fault with the I/D bit
    Given the program
      """
      _start:
          mov rax, <address>
          jmp rax

      section .data
      data:
          ret
      """
    When it runs to its end
    Then process 1 was killed by #PF(0x15) with CR2 <address>

    Examples:
      | where     | address        |
      | the stack | 0x7FFFFFFFE000 |
      | .data     | data           |

  @RING3-08
  Scenario Outline: The compiled program <fixture> dies the same way
    Given the fixture "<fixture>"
    When it runs to its end
    Then the fixture's expectations hold

    Examples:
      | fixture       |
      | execute-stack |
      | write-rodata  |
      | null-deref    |
