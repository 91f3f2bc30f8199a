Feature: The round trip
  A system call from ring 3 enters the kernel, is processed, comes back by SYSRET with the right value and all registers kept.

  @RING3-10
  Scenario: Once
    Given the program
      """
      _start:
          lea rsi, [rel info]
          mov eax, SYS_CAP_INSPECT
          mov edi, 2
      call:
          syscall
      returned:
          jmp returned

      section .data
      info:
          times 5 dq 0x55
      """
    When it runs to call
    And the registers are remembered
    And it runs to returned
    Then RAX is 0
    And only RAX, RCX, R11 and RIP differ from the remembered registers
    And the 64-bit words at info start with TYPE_PROCESS, 31
    And the trace holds a Syscall event
    And the trace holds a Sysret event

  @RING3-10 @long
  Scenario: Ten thousand times
    Given the fixture "syscall-loop"
    When it runs to its end
    Then the fixture's expectations hold
    And at least 10000 system calls were made
    And as many SYSRETs as SYSCALLs went back to ring 3

  @RING3-10 @long
  Scenario: Every program under fixtures/ does what its fixture.yaml says
    When every fixture runs to its end on a machine of its own
    Then at least 10 fixtures ran
    And the expectations of each hold
