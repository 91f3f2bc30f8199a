Feature: From the user's stack to the thread's kernel stack
  SYSCALL leaves RSP alone and reads no TSS. The entry code has to find the kernel stack without a free register and without
  trusting RSP (D07).

  @ENTRY-06
  Scenario: Nothing is stored through the user's RSP
    Given the fixture "hello"
    When it reaches a SYSCALL in ring 3
    And the registers are remembered
    And it reaches LSTAR
    Then RSP is the remembered RSP
    When memory accesses are traced
    And it reaches the dispatch
    Then the trace holds a MemoryWrite event
    And every traced write went to the kernel's half

  @ENTRY-07
  Scenario: The kernel stack in use is the one in TSS.RSP0
    Given the fixture "hello"
    When it reaches the dispatch
    Then RSP lies within 0x4000 bytes below TSS.RSP0
    And the page of TSS.RSP0 belongs to the running thread's kernel stack

  @ENTRY-07
  Scenario: Each thread brings its own
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          syscall
          jmp _start
      """
    And the fixture "hello" as a second process
    When process 2 enters ring 3
    And it reaches the dispatch
    Then RSP lies within 0x4000 bytes below TSS.RSP0
    And the page of TSS.RSP0 belongs to the running thread's kernel stack
    And TSS.RSP0 is not that of process 1

  @ENTRY-08
  Scenario Outline: A hostile RSP (<what>) neither hurts the kernel nor gets lost
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          mov rsp, <rsp>
      call:
          syscall
      returned:
          nop
          jmp returned
      """
    When it runs to returned
    Then RAX is 0
    And RSP is <rsp>
    And no fault happened in ring 0

    Examples:
      | what                   | rsp                |
      | zero                   | 0                  |
      | a kernel address       | 0xFFFFFFFF80200800 |
      | the direct map         | 0xFFFF800000001000 |
      | non-canonical          | 0x8000000000000000 |
      | unmapped               | 0x123456000        |
      | the program's own code | 0x400000           |

  @ENTRY-10
  Scenario: All general registers and the user's RSP are in the save area before dispatch
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
      call:
          syscall
          ud2
      """
    When it runs to call
    And the debugger fills the general registers but RAX with a pattern
    And the registers are remembered
    And it reaches the dispatch
    Then the save area holds the remembered registers
    And the save area's RIP is call + 2
    And the save area's RFLAGS is the remembered RFLAGS
