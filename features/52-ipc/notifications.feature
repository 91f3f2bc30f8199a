Feature: Notifications
  A notification never blocks and is never lost: its bits are OR-ed into a word that the next receive takes (D32).

  @IPC-05
  Scenario: Bits add up, are delivered once, and then the receiver blocks
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call2 SYS_IPC_NOTIFY, 3, 1
          call2 SYS_IPC_NOTIFY, 3, 4
          call2 SYS_IPC_NOTIFY, 3, 1
      notified:
          call2 SYS_IPC_RECV, 3, message
      received:
          call5 SYS_THREAD_CREATE, 2, other, stack_top, 0, 0
          call2 SYS_IPC_RECV, 3, message
      again:
          call2 SYS_IPC_RECV, 3, message
          exit
      other:
          nop
      other_runs:
          call2 SYS_IPC_NOTIFY, 3, 0x8000000000000000
          call0 SYS_THREAD_YIELD
      other_again:
          exit
      section .bss
      message: resb 128
          resb 1024
      stack_top:
          resb 16
      """
    When it runs to notified
    Then RAX is 0
    When it runs to received
    Then RAX is 1
    And the 64-bit word at message is 5
    When it runs to other_runs
    Then thread 1 of process 1 is blocked
    When it runs to again
    Then RAX is 1
    And the 64-bit word at message is 0x8000000000000000
    When it runs to other_again
    Then thread 1 of process 1 is blocked

  @IPC-05
  Scenario: A pending notification comes before a waiting sender
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call5 SYS_THREAD_CREATE, 2, sender, stack_top, 0, 0
          call0 SYS_THREAD_YIELD
          call2 SYS_IPC_NOTIFY, 3, 2
          call2 SYS_IPC_RECV, 3, message
      first:
          call2 SYS_IPC_RECV, 3, message
      second:
          exit
      sender:
          call2 SYS_IPC_SEND, 3, sent
          exit
      section .data
      sent: times 16 dq 0
      section .bss
      message: resb 128
          resb 1024
      stack_top:
          resb 16
      """
    When it runs to first
    Then RAX is 1
    When it runs to second
    Then RAX is 0
