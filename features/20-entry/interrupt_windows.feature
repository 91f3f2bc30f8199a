Feature: Interrupts in the middle of the way
  Between SYSCALL and the stack switch, and between restoring the user's RSP and SYSRET, the processor runs in ring 0 on a stack
  that isn't the kernel's. IF is clear there (D43); what can't be masked has a stack of its own (D08).

  Background:
    Given the program
      """
      _start:
          mov eax, SYS_CAP_INSPECT
          mov edi, 2
          lea rsi, [rel info]
          mov ebx, 0x1234
      call:
          syscall
      returned:
          nop
      after:
          jmp after
      section .data
      info: times 5 dq 0
      """

  @ENTRY-11
  Scenario: A maskable interrupt that arrives at any instruction of a system call is taken in ring 3 only
    When it runs to call
    And an interrupt with vector 0x40 arrives before each instruction up to after, on a machine of its own
    Then at least 60 instructions were disturbed
    And every interrupt was taken exactly once, with CPL 3
    And every register and the result are as without the interrupt

  @ENTRY-12
  Scenario: An NMI is taken at any instruction, on IST2, and does no harm
    When it runs to call
    And an NMI arrives before each instruction up to after, on a machine of its own
    Then at least 60 instructions were disturbed
    And every NMI was taken at once, on the stack of IST2
    And every register and the result are as without the interrupt

  @ENTRY-12
  Scenario: So is a debug exception, on IST4
    An instruction breakpoint of the debug registers hits each instruction in turn.
    When it runs to call
    And a debug exception hits each kernel instruction up to after, on a machine of its own
    Then at least 60 instructions were disturbed
    And every debug exception was taken at once, on the stack of IST4
    And every register and the result are as without the interrupt
