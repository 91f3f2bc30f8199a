Feature: GS belongs to the kernel in ring 0 and to the user in ring 3
  SWAPGS must execute exactly once in each direction: one too few and the kernel runs on the user's base, one too many and
  ring 3 gets the kernel's (D08).

  @ENTRY-09
  Scenario: One SWAPGS in, one SWAPGS out
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
      call:
          syscall
      returned:
          jmp returned
      """
    When it runs to call
    Then GS_BASE is 0
    When the trace is cleared
    And it reaches the dispatch
    Then GS_BASE is a kernel address
    And the trace holds exactly 1 SwapGs event
    When it runs to returned
    Then GS_BASE is 0
    And MSR KERNEL_GS_BASE is a kernel address
    And the trace holds exactly 2 SwapGs events

  @ENTRY-09
  Scenario: A fault from ring 3 swaps once on its way in
    Given the program
      """
      _start:
          nop
      fault:
          ud2
      """
    When it runs to fault
    And the trace is cleared
    And it reaches the kernel symbol interrupt_dispatch
    Then GS_BASE is a kernel address
    And the trace holds exactly 1 SwapGs event

  @ENTRY-09
  Scenario: An interrupt that strikes the kernel itself leaves GS alone
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          syscall
      returned:
          jmp returned
      """
    When it reaches the dispatch
    And the trace is cleared
    And the debugger sets RFLAGS.IF to 1
    And an interrupt with vector 0x40 arrives
    And it reaches the kernel symbol interrupt_dispatch
    Then GS_BASE is a kernel address
    And the trace holds no SwapGs event
    When it runs to returned
    Then GS_BASE is 0
    And RAX is 0
