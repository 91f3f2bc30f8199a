Feature: When the other side is gone
  Whoever waits for something that has ended wakes up with DEAD, and is not left waiting.

  @IPC-07
  Scenario Outline: <waiter> wakes when <what>
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call3 SYS_CAP_TRANSFER, 3, 2, 31                        ; slot 4, child of 3
          call5 SYS_THREAD_CREATE, 2, waiter, stack_top, 0, 0     ; slot 5
          call0 SYS_THREAD_YIELD
      waiting:
          <end>
      ended:
          call0 SYS_THREAD_YIELD
          exit
      waiter:
          call2 <call>, 4, message
      woken:
          exit
      section .data
      message: times 16 dq 0
      section .bss
          resb 1024
      stack_top:
          resb 16
      """
    When it runs to waiting
    Then thread 2 of process 1 is blocked
    When it runs to ended
    Then RAX is 0
    And thread 2 of process 1 is ready
    When it runs to woken
    Then RAX is ERROR_DEAD

    Examples:
      | waiter     | what                            | call         | end                    |
      | a sender   | its capability is revoked       | SYS_IPC_SEND | call1 SYS_CAP_REVOKE, 3 |
      | a receiver | its capability is revoked       | SYS_IPC_RECV | call1 SYS_CAP_REVOKE, 3 |
      | a caller   | its capability is revoked       | SYS_IPC_CALL | call1 SYS_CAP_REVOKE, 3 |

  @IPC-07
  Scenario: A caller wakes when the server dies before it replies
    Given the child program server
      """
      _start:
          call2 SYS_IPC_RECV, 0, message
      received:
          ud2
      section .data
      message: times 16 dq 0
      """
    And the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          create_process server, server_size                      ; 4 and 5
          call3 SYS_CAP_TRANSFER, 3, 5, 1
          start_process 5, 0
          call2 SYS_IPC_CALL, 3, message
      woken:
          exit
      section .data
      message: times 16 dq 0
      """
    When it runs to woken
    Then RAX is ERROR_DEAD

  @IPC-07
  Scenario Outline: <call> wakes when the last that could meet it ends without having done so
    Given the child program other
      """
      _start:                                                     ; 0 endpoint
          call0 SYS_THREAD_YIELD
      leaving:
          exit
      """
    And the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          create_process other, other_size                        ; 4 and 5
          call3 SYS_CAP_TRANSFER, 3, 5, <right>
          start_process 5, 0
          call2 SYS_<call>, 3, message
      woken:
          exit
      section .data
      message: times 16 dq 0
      """
    When process 2 returns from its system call 1
    Then thread 1 of process 1 is blocked
    When it runs to woken
    Then RAX is ERROR_DEAD
    And process 2 is not alive

    Examples:
      | call     | right |
      | IPC_SEND | 1     |
      | IPC_CALL | 1     |
      | IPC_RECV | 2     |

  @IPC-07
  Scenario: An endpoint outlives the process that it was made from, to which nothing can be transferred any more
    Given the child program server
      """
      _start:
          call0 SYS_THREAD_BLOCK
          exit
      """
    And the program
      """
      _start:
          create_process server, server_size                      ; 3 and 4
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 4, 31, 0, 0        ; slot 5
          call1 SYS_PROC_DESTROY, 4
      destroyed:
          call2 SYS_IPC_NOTIFY, 5, 1
      notified:
          call3 SYS_CAP_TRANSFER, 5, 4, 1
      transferred:
          exit
      """
    When it runs to destroyed
    Then RAX is 0
    When it runs to transferred
    Then RAX is ERROR_DEAD
