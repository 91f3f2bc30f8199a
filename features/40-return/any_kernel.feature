@any-kernel
Feature: The way out, of any kernel

  Background:
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

  @RET-01
  Scenario: The return is a SYSRETQ to the address in RCX
    When it runs to call
    And the trace is cleared
    And it runs to returned
    Then that SYSRET had operand size 64 and went to returned
    And CPL is 3

  @RET-02
  Scenario: Ring 3 gets its flags back, with interrupts on
    When it runs to call
    And the debugger sets RFLAGS.OF to 1
    And the debugger sets RFLAGS.DF to 1
    And the debugger sets RFLAGS.CF to 1
    And the debugger sets RFLAGS.AC to 1
    And the debugger sets RFLAGS.ID to 1
    And the registers are remembered
    And it runs to returned
    Then RFLAGS is the remembered RFLAGS
    And RFLAGS.IF is 1
    And RFLAGS.RF is 0

  @RET-04
  Scenario Outline: A return address of <rip>, which is not canonical, never reaches SYSRET or IRETQ
    SYSCALL in the last two bytes of the lower half leaves 0x800000000000 in RCX. On Intel SYSRETQ to it raises #GP in ring 0
    with ring 3's RSP (CVE-2012-0217), and IRETQ is no way out. The debugger sets RCX, so that the program needn't lie there.
    When it runs to call
    And it reaches LSTAR
    And the debugger sets RCX to <rip>
    And it runs on for 200000 instructions, or to its end
    Then no fault happened in ring 0
    And every SYSRET and IRETQ to ring 3 went to a canonical address

    Examples:
      | rip                |
      | 0x800000000000     |
      | 0x8000000000000000 |
      | 0xFFFF7FFFFFFFFFFF |

  @RET-06
  Scenario: Single-step over a system call traps in ring 3, never in ring 0
    When it runs to call
    And the debugger sets RFLAGS.TF to 1
    And it runs on for 200000 instructions, or to its end
    Then ring 3 first took #DB at returned
    And no fault happened in ring 0

  @RET-07
  Scenario: No register brings a kernel address to ring 3
    When it runs to returned
    Then no register holds a kernel address
