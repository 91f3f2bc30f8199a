Feature: Each thread has a kernel stack of its own
  A thread that waits in a system call leaves its registers on its stack: no other thread may come near.

  @ENTRY-13
  Scenario: Two threads that wait in system calls don't overlap, and both come back intact
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0         ; slot 3
          call5 SYS_THREAD_CREATE, 2, waiter, 0x7FFFFFFFD000, 1, 0
          call5 SYS_THREAD_CREATE, 2, waiter, 0x7FFFFFFFE000, 2, 0
          call0 SYS_THREAD_YIELD
      both_wait:
          call2 SYS_IPC_NOTIFY, 3, 1
          call2 SYS_IPC_NOTIFY, 3, 2
          call0 SYS_THREAD_YIELD
          call0 SYS_THREAD_YIELD
      done:
          exit
      waiter:
          mov r12, rdi
          imul r13, rdi, 0x1111
          imul r14, rdi, 0x2222
          mov r15, rsp
          sub rsp, 128
          call2 SYS_IPC_RECV, 3, rsp
          add rsp, 128
          imul rax, r12, 0x1111
          cmp rax, r13
          jne wrong
          imul rax, r12, 0x2222
          cmp rax, r14
          jne wrong
          cmp r15, rsp
          jne wrong
          inc qword [rel intact]
      wrong:
          exit
      section .data
      intact: dq 0
      """
    When it runs to both_wait
    Then thread 2 of process 1 is blocked
    And thread 3 of process 1 is blocked
    And the kernel stacks of process 1 do not overlap
    When it runs to done
    Then the 64-bit word at intact is 2
