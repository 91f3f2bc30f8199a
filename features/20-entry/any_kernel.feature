@any-kernel
Feature: The way in, of any kernel
  Number 0x7FFFFFFF is no system call of any kernel: it is refused, and everything around it must be right all the same.

  @ENTRY-01 @ENTRY-02 @ENTRY-03 @ENTRY-04
  Scenario: SYSCALL hands over the return address and the flags, and goes to LSTAR with CPL 0
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
          cmp eax, eax
      call:
          syscall
      next:
          ud2
      """
    When it runs to call
    And the registers are remembered
    And it reaches LSTAR
    Then RCX is next
    And R11 is the remembered RFLAGS
    And RFLAGS is R11 and not SFMASK
    And CPL is 0
    And RIP is the address in MSR LSTAR

  @ENTRY-05
  Scenario: SYSCALL itself touches no memory
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
      call:
          syscall
          ud2
      """
    When it runs to call
    And memory accesses are traced
    And the processor executes one instruction
    Then RIP is the address in MSR LSTAR
    And the trace holds no MemoryRead event
    And the trace holds no MemoryWrite event

  @ENTRY-06 @RET-03
  Scenario: Ring 0 never uses ring 3's stack
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
          lea rsp, [rel stack + 2048]
      call:
          syscall
      returned:
          ud2
      section .bss
      stack:
          resb 4096
      """
    When it runs to call
    And memory accesses are traced
    And it runs to returned
    Then RSP is stack + 2048
    And ring 0 wrote nothing near ring 3's RSP

  @ENTRY-08
  Scenario Outline: RSP <what> neither hurts the kernel nor gets lost
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
      call:
          syscall
      returned:
          nop
          jmp returned
      """
    When it runs to call
    And the debugger sets RSP to <rsp>
    And it runs to returned
    Then RSP is <rsp>
    And no fault happened in ring 0

    Examples:
      | what                | rsp                      |
      | 0                   | 0                        |
      | that isn't mapped   | 0x10008                  |
      | not canonical       | 0x800000000000           |
      | in the kernel       | the address in MSR LSTAR |
      | odd, in the program | _start + 1               |

  @ENTRY-09
  Scenario: GS of ring 3 may lead anywhere
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
      call:
          syscall
      returned:
          nop
          jmp returned
      """
    When it runs to call
    And the debugger sets GS_BASE to 0x123456789000
    And it runs to returned
    Then GS_BASE is 0x123456789000
    And no fault happened in ring 0

  @ENTRY-11
  Scenario: No interrupt can come while ring 0 has ring 3's RSP
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
          lea rsp, [rel stack + 2048]
      call:
          syscall
      returned:
          ud2
      section .bss
      stack:
          resb 4096
      """
    When it runs to call
    And it reaches LSTAR
    And it goes back to ring 3, with a look at RFLAGS.IF wherever ring 0 has ring 3's RSP
    Then RIP is returned

  @ENTRY-12
  Scenario Outline: <An event> before the stack switch is delivered onto a stack of its own
    SYSCALL leaves RSP to ring 3, and neither NMI nor #DB asks for RFLAGS.IF: the IDT must name a stack for them.
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
          lea rsp, [rel stack + 2048]
      call:
          syscall
          ud2
      section .bss
      stack:
          resb 4096
      """
    When it runs to call
    And it reaches LSTAR
    And <an event> strikes here
    Then vector <vector> was delivered onto a supervisor stack that is not at RSP stack + 2048

    Examples:
      | An event          | an event          | vector |
      | An NMI            | an NMI            | 2      |
      | A debug exception | a debug exception | 1      |
