Feature: Returning later, and step by step

  @RET-06
  Scenario: Single-step over a system call traps in ring 3, never in ring 0
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
      call:
          syscall
      returned:
          nop
          ud2
      """
    When it runs to call
    And the debugger sets RFLAGS.TF to 1
    And it runs to its end
    Then process 1 was killed by #DB at returned
    And no fault happened in ring 0

  @RET-08
  Scenario: A call that had to wait returns on its own stack, in its own address space
    Given the child program client
      """
      _start:
          mov rbx, rsp
          call2 SYS_IPC_CALL, 0, message
      answered:
          exit
      section .data
      message: times 16 dq 0
      """
    And the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          create_process client, client_size                      ; 4 and 5
          call3 SYS_CAP_TRANSFER, 3, 5, 2
          start_process 5, 0
          call2 SYS_IPC_RECV, 3, message
          mov rbx, [rel message + 120]
          call2 SYS_IPC_REPLY, rbx, message
          call0 SYS_THREAD_YIELD
          exit
      section .data
      message: times 16 dq 0
      """
    When process 2 returns from its system call 1
    Then CPL is 3
    And RAX is 0
    And CR3 is the user PML4 of process 2
    And RSP is 0x7FFFFFFFF000
    And RBX is 0x7FFFFFFFF000
    And the last SYSRET went out with the user PML4 of process 2
