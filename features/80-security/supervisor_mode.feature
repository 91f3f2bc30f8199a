Feature: SMEP, SMAP, WP and UMIP
  The kernel can neither execute nor touch user pages by accident, nor write its own text; ring 3 can't learn where the
  kernel's tables are. SDM vol. 3A, 4.6 and 2.5.

  @SEC-01
  Scenario Outline: A kernel fetch from a user page faults (<tables> page tables)
    Given the fixture "hello"
    When it enters ring 3
    Then bit SMEP of CR4 is 1
    When the debugger makes ring 0 execute at the file's e_entry, under the <tables> page tables
    And the processor executes one instruction
    Then the last fault was #PF(0x11) in ring 0

    Examples:
      | tables |
      | kernel |
      | user   |

  @SEC-02
  Scenario: AC is clear whenever the kernel runs outside UserCopy
    Given the fixture "hello"
    When it runs to its end
    Then bit SMAP of CR4 is 1
    And RFLAGS.AC was set in ring 0 only while user memory was copied
    And user memory was copied at least once

  @SEC-02
  Scenario Outline: A planted <access> of user memory by the kernel faults
    Given the fixture "hello"
    When it reaches the dispatch
    And the debugger plants "<instruction>" there, with RBX = the file's e_entry
    And the processor executes one instruction
    Then the last fault was #PF(<error>) in ring 0

    Examples:
      | access | instruction    | error |
      | read   | mov rax, [rbx] | 0x1   |
      | write  | mov [rbx], rax | 0x3   |

  @SEC-03
  Scenario: AC set by ring 3 doesn't open user memory to the kernel
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          push 0x40202
          popfq
      call:
          syscall
          ud2
      """
    When it runs to call
    Then RFLAGS.AC is 1
    When it reaches the dispatch
    And the debugger plants "mov rax, [rbx]" there, with RBX = call
    And the processor executes one instruction
    Then the last fault was #PF(0x1) in ring 0

  @SEC-03
  Scenario: Nor does AC set by ring 3 and an interrupt
    Interrupt delivery leaves AC alone: the stub must clear it itself.
    Given the program
      """
      _start:
          push 0x40202
          popfq
      loop:
          jmp loop
      """
    When it runs to loop
    And an interrupt with vector 0x40 arrives
    And it reaches the kernel symbol interrupt_dispatch
    Then RFLAGS.AC is 0
    When the debugger plants "mov rax, [rbx]" there, with RBX = loop
    And the processor executes one instruction
    Then the last fault was #PF(0x1) in ring 0

  @SEC-08
  Scenario Outline: Not even ring 0 writes <what>
    Given the fixture "hello"
    When it reaches the dispatch
    Then bit WP of CR0 is 1
    When the debugger plants "mov [rbx], rax" there, with RBX = <address>
    And the processor executes one instruction
    Then the last fault was #PF(0x3) in ring 0

    Examples:
      | what                        | address                             |
      | the text it runs            | the kernel symbol syscall_dispatch  |
      | the trampoline              | the kernel symbol syscall_entry     |
      | the dispatch table          | the kernel symbol syscall_table     |
      | text through the direct map | 0xFFFF800000200000                  |

  @SEC-09
  Scenario Outline: <instruction> tells ring 3 nothing
    Given the program
      """
      _start:
          lea rbx, [rsp - 64]
      culprit:
          <instruction>
          ud2
      """
    When it runs to its end
    Then bit UMIP of CR4 is 1
    And process 1 was killed by #GP(0x0) at culprit

    Examples:
      | instruction  |
      | sgdt [rbx]   |
      | sidt [rbx]   |
      | sldt rax     |
      | sldt [rbx]   |
      | str rax      |
      | str [rbx]    |
      | smsw rax     |
      | smsw [rbx]   |
