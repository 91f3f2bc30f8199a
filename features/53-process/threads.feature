Feature: Threads
  A thread starts where it was told, runs in turn with its like, sleeps until it is woken, and ends alone or with its process.

  @PROC-03
  Scenario: A thread starts at the given RIP and RSP with its argument in RDI and nothing else
    Given the program
      """
      _start:
          mov rbx, 0x5EC4E7
          movq xmm5, rbx
          call5 SYS_THREAD_CREATE, 2, thread, stack_top, 0x1234, 0
          mov rbp, rax
          call0 SYS_THREAD_YIELD
          exit
      thread:
          exit
      section .bss
          resb 4096
      stack_top:
          resb 16
      """
    When it runs to thread
    Then RSP is stack_top
    And RDI is 0x1234
    And RFLAGS is 0x202
    And the registers RAX, RBX, RDX, RSI, RBP, R8, R9, R10, R12, R13, R14, R15 are 0
    And all vector registers are 0
    And CS is 0x23
    And SS is 0x1B

  @PROC-03
  Scenario Outline: <what> is refused
    Given the program
      """
      _start:
      call:
          call5 SYS_THREAD_CREATE, 2, <entry>, <stack>, 0, 0
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_INVAL
    And the kernel's state is as remembered

    Examples:
      | what                      | entry              | stack              |
      | an entry at USER_MAX      | 0x7FFFFFFFF000     | 0x7FFFFFFFE000     |
      | an entry in the kernel    | 0xFFFFFFFF80200000 | 0x7FFFFFFFE000     |
      | a non-canonical entry     | 0x800000000000     | 0x7FFFFFFFE000     |
      | a stack above USER_MAX    | 0x400000           | 0x7FFFFFFFF008     |
      | a stack in the kernel     | 0x400000           | 0xFFFFFFFF80219000 |
      | a non-canonical stack     | 0x400000           | 0x800000000000     |

  @PROC-04
  Scenario: thread_destroy of oneself does not return, and the last thread's end ends the process
    Given the program
      """
      _start:
          call1 SYS_THREAD_DESTROY, -1
      returned:
          ud2
      """
    When it runs to its end
    Then process 1 ended by itself
    And the machine ended with exit code 0

  @PROC-04
  Scenario: thread_destroy of oneself does not return either while other threads live, and frees the stack
    Given the program
      """
      _start:
          call cycle                                               ; page tables stay once they are there
      before:
          call cycle
      after:
          exit
      cycle:
          call5 SYS_THREAD_CREATE, 2, thread, 0x7FFFFFFFD000, 0, 0 ; slot 3
          call0 SYS_THREAD_YIELD
          call1 SYS_CAP_DELETE, 3
          ret
      thread:
          call1 SYS_THREAD_DESTROY, -1
          inc qword [rel returned]
      again:
          call0 SYS_THREAD_YIELD
          jmp again
      section .data
      returned: dq 0
      """
    When it runs to before
    And the free frames are counted
    And it runs to after
    Then the 64-bit word at returned is 0
    And process 1 has 1 thread
    And as many frames are free as were counted

  @PROC-04
  Scenario: Destroying another thread frees its stack
    Given the program
      """
      _start:
          call cycle                                               ; page tables stay once they are there
      before:
          call cycle
      destroyed:
          exit
      cycle:
          call5 SYS_THREAD_CREATE, 2, thread, 0x7FFFFFFFD000, 0, 0 ; slot 3
          call0 SYS_THREAD_YIELD
      running:
          call1 SYS_THREAD_DESTROY, 3
          mov rbx, rax
          call1 SYS_CAP_DELETE, 3
          call0 SYS_THREAD_YIELD
          ret
      thread:
          call0 SYS_THREAD_YIELD
          jmp thread
      """
    When it runs to before
    And the free frames are counted
    And it runs to running
    Then process 1 has 2 threads
    When it runs to destroyed
    Then RBX is 0
    And process 1 has 1 thread
    And as many frames are free as were counted

  @PROC-05
  Scenario: Threads of one priority run in turn when they yield
    Given the program
      """
      _start:
          call5 SYS_THREAD_CREATE, 2, thread, 0x7FFFFFFFD000, 1, 0
          call5 SYS_THREAD_CREATE, 2, thread, 0x7FFFFFFFE000, 2, 0
          mov edi, 0
      thread:
          mov r12, rdi
          mov ebx, 3
      again:
          mov rcx, [rel position]
          lea rdx, [rel log]
          mov [rdx + rcx*8], r12
          inc qword [rel position]
          call0 SYS_THREAD_YIELD
          dec ebx
          jnz again
          cmp qword [rel position], 9
          jne wait
      done:
          exit
      wait:
          exit
      section .data
      position: dq 0
      log: times 16 dq 0x55
      """
    When it runs to done
    Then the 64-bit words at log start with 0, 1, 2, 0, 1, 2, 0, 1, 2

  @PROC-06
  Scenario Outline: A wake <order> the block is not lost
    Given the program
      """
      _start:
          call5 SYS_THREAD_CREATE, 2, sleeper, 0x7FFFFFFFD000, 0, 0 ; slot 3
          <before>
          call1 SYS_THREAD_WAKE, 3
      woke:
          mov rbx, rax
          call0 SYS_THREAD_YIELD
          exit
      sleeper:
          call0 SYS_THREAD_BLOCK
      awake:
          exit
      """
    When it runs to woke
    Then RAX is 0
    When it runs to awake
    Then RAX is 0

    Examples:
      | order  | before                 |
      | before | nop                    |
      | after  | call0 SYS_THREAD_YIELD |

  @PROC-06
  Scenario: Many wakes are one token
    Given the program
      """
      _start:
          call5 SYS_THREAD_CREATE, 2, sleeper, 0x7FFFFFFFD000, 0, 0 ; slot 3
          call1 SYS_THREAD_WAKE, 3
          call1 SYS_THREAD_WAKE, 3
          call0 SYS_THREAD_YIELD
          call0 SYS_THREAD_YIELD
      checked:
          exit
      sleeper:
          call0 SYS_THREAD_BLOCK
      once:
          call0 SYS_THREAD_BLOCK
      twice:
          exit
      """
    When it runs to once
    Then RAX is 0
    When it runs to checked
    Then thread 2 of process 1 is blocked
