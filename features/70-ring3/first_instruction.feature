Feature: The first instruction in ring 3
  A process starts by the same SYSRETQ that ends a system call (D23), with nothing of the kernel in its registers (D22).

  Background:
    Given the fixture "hello"

  @RING3-01
  Scenario: SYSRETQ comes last, with the process's own page tables loaded before it
    When it enters ring 3
    Then the last privileged event was a SYSRETQ to the file's e_entry
    And before it CR3 was loaded with the PML4 that is now in use
    And CR3 is the user PML4 of process 1

  @RING3-02
  Scenario: Privilege level, selectors, RIP and RSP
    When it enters ring 3
    Then CPL is 3
    And CS is 0x23
    And SS is 0x1B
    And RIP is the file's e_entry
    And RSP is 0x7FFFFFFFF000

  @RING3-03
  Scenario: RFLAGS
    When it enters ring 3
    Then RFLAGS is 0x202

  @RING3-04
  Scenario: Every other register is clean
    SYSRET takes RIP from RCX and RFLAGS from R11, so these two hold what they must.
    When it enters ring 3
    Then RCX is the file's e_entry
    And R11 is 0x202
    And the registers RAX, RBX, RDX, RSI, RDI, RBP, R8, R9, R10, R12, R13, R14, R15 are 0
    And FS_BASE is 0
    And GS_BASE is 0
    And DS is 0x0
    And ES is 0x0
    And FS is 0x0
    And GS is 0x0
    And all vector registers are 0
    And MXCSR is 0x1F80
    And the x87 unit is as FNINIT leaves it

  @RING3-04
  Scenario: Nor does a process that starts after another see anything of it
    Given the program
      """
      _start:
          mov rbx, 0x5EC4E75EC4E7
          movq xmm3, rbx
          mov r15, rbx
          mov eax, SYS_THREAD_DESTROY
          mov rdi, -1
          syscall
      """
    And the fixture "hello" as a second process
    When process 2 enters ring 3
    Then the registers RAX, RBX, RDX, RSI, RDI, RBP, R8, R9, R10, R12, R13, R14, R15 are 0
    And all vector registers are 0

  @RING3-04
  Scenario: Nor does it see the upper halves of another's YMM registers
    Given a processor with AVX
    And the program
      """
      _start:
          vcmpps ymm3, ymm3, ymm3, 15
          vcmpps ymm12, ymm12, ymm12, 15
          mov eax, SYS_THREAD_DESTROY
          mov rdi, -1
          syscall
      """
    And the fixture "hello" as a second process
    When process 2 enters ring 3
    Then all vector registers are 0
    And the x87 unit is as FNINIT leaves it
