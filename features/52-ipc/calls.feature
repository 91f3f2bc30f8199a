Feature: Call and reply
  A call sends and waits for the answer; the answer goes to that caller and no other, by a Reply capability that works once (D33).

  Background:
    Given the child program client
      """
      _start:                                                     ; 0 endpoint; RDI = what to ask
          mov [rel message], rdi
          mov qword [rel message + 64], 8
          mov rbx, rdi
      call:
          call2 SYS_IPC_CALL, 0, message
      answered:
          mov rbp, [rel message]
          exit
      section .data
      message: times 16 dq 0
      """

  @IPC-04
  Scenario: Two clients are answered in the other order, each with its own answer
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 3, 11, 0x111, 0    ; slot 4
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 3, 11, 0x222, 0    ; slot 5
          create_process client, client_size                      ; 6 and 7
          call3 SYS_CAP_TRANSFER, 4, 7, 2
          start_process 7, 100                                    ; 8
          create_process client, client_size                      ; 9 and 10
          call3 SYS_CAP_TRANSFER, 5, 10, 2
          start_process 10, 200                                   ; 11
          call2 SYS_IPC_RECV, 3, first
          call2 SYS_IPC_RECV, 3, second
      received:
          add qword [rel second], 1
          add qword [rel first], 2
          mov rbx, [rel second + 120]
          mov rbp, [rel first + 120]
          call2 SYS_IPC_REPLY, rbx, second
          call2 SYS_IPC_REPLY, rbp, first
      replied:
          call2 SYS_IPC_REPLY, rbp, first
      again:
          call0 SYS_THREAD_YIELD
          exit
      section .data
      first:  times 16 dq 0
      second: times 16 dq 0
      """
    When it runs to received
    Then the 64-bit word at first is 100
    And the 64-bit word at first + 112 is 0x111
    And the 64-bit word at second is 200
    And the 64-bit word at second + 112 is 0x222
    And slot 12 of process 1 holds a Reply
    And slot 13 of process 1 holds a Reply
    When it runs to replied
    Then RAX is 0
    And slot 12 of process 1 is empty
    And slot 13 of process 1 is empty
    When it runs to again
    Then RAX is ERROR_BADSLOT
    When process 3 returns from its system call 1
    Then RAX is 0
    And the 64-bit word at the child's message is 201
    When process 2 returns from its system call 1
    Then RAX is 0
    And the 64-bit word at the child's message is 102
