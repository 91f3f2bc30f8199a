Feature: SFMASK, the flags that ring 3 can't bring along
  What SFMASK doesn't clear, the kernel runs with: interrupts before it has a stack, single-step through its first
  instructions, string operations that run backwards, SMAP switched off (D09).

  Background:
    Given the constant FLAGS is 0
    And the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          pushfq
          or qword [rsp], FLAGS
          popfq
      call:
          syscall
          ud2
      """

  @MSR-04
  Scenario: The kernel is entered with interrupts off
    When it runs to call
    Then RFLAGS.IF is 1
    When it reaches LSTAR
    Then RFLAGS.IF is 0

  @MSR-05
  Scenario Outline: <flag> set by ring 3 is clear at LSTAR
    Given the constant FLAGS is <bit>
    When it runs to call
    Then RFLAGS.<flag> is 1
    When it reaches LSTAR
    Then RFLAGS.<flag> is 0
    And bit <flag> of R11 is 1

    Examples:
      | flag | bit     |
      | DF   | 0x400   |
      | NT   | 0x4000  |
      | AC   | 0x40000 |

  @MSR-05
  Scenario: TF set by ring 3 is clear at LSTAR
    The debugger sets TF, for a program that sets it itself traps before it reaches its SYSCALL.
    When it runs to call
    And the debugger sets RFLAGS.TF to 1
    And it reaches LSTAR
    Then RFLAGS.TF is 0
    And bit TF of R11 is 1

  @MSR-05
  Scenario: IOPL 3 is 0 at LSTAR
    Ring 3 can't raise IOPL; an IRETQ of a careless kernel could have.
    When it runs to call
    And the debugger sets RFLAGS.IOPL to 3
    And it reaches LSTAR
    Then RFLAGS.IOPL is 0
    And bits 13:12 of R11 are 3
