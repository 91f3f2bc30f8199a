Feature: Pointers from ring 3
  Only UserCopy touches user memory: below USER_MAX, without wrap, page by page, with the rights of ring 3. A fault inside is the
  FAULT error and never a fault of the kernel (D16).

  @SYS-14 @SYS-13
  Scenario Outline: <call> with a buffer <where> is FAULT
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0         ; slot 3
          call3 SYS_MEM_ALLOC, 1, 8192, 31                         ; slot 4
          call6 SYS_MEM_MAP, 4, 2, 0x10000000, 0, 4096, 3
          call6 SYS_MEM_MAP, 4, 2, 0x20000000, 0, 4096, 1
      call:
          call2 SYS_<call>, <slot>, <pointer>
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_FAULT
    And the kernel's state is as remembered
    And no fault happened in ring 0

    Examples:
      | call        | slot | where                               | pointer            |
      | CAP_INSPECT | 2    | in the kernel's half                | 0xFFFF800000000000 |
      | CAP_INSPECT | 2    | in the kernel's text                | 0xFFFFFFFF80200000 |
      | CAP_INSPECT | 2    | at a non-canonical address          | 0x800000000000     |
      | CAP_INSPECT | 2    | at a far non-canonical address      | 0x8000000000000000 |
      | CAP_INSPECT | 2    | that isn't mapped                   | 0x30000000         |
      | CAP_INSPECT | 2    | at 0                                | 0                  |
      | CAP_INSPECT | 2    | that is read-only                   | 0x20000000         |
      | CAP_INSPECT | 2    | in the program's text               | 0x400000           |
      | CAP_INSPECT | 2    | that crosses the end of a mapping   | 0x10000FF8         |
      | CAP_INSPECT | 2    | that crosses USER_MAX               | 0x7FFFFFFFEFF8     |
      | CAP_INSPECT | 2    | that wraps                          | 0xFFFFFFFFFFFFFFF8 |
      | IPC_SEND    | 3    | in the kernel's half                | 0xFFFF800000000000 |
      | IPC_SEND    | 3    | that isn't mapped                   | 0x30000000         |
      | IPC_SEND    | 3    | that crosses the end of a mapping   | 0x10000FC0         |
      | IPC_SEND    | 3    | that crosses USER_MAX               | 0x7FFFFFFFEFC0     |
      | IPC_SEND    | 3    | that wraps                          | 0xFFFFFFFFFFFFFFC0 |
      | IPC_RECV    | 3    | in the kernel's half                | 0xFFFF800000000000 |
      | IPC_RECV    | 3    | that is read-only                   | 0x20000000         |
      | IPC_RECV    | 3    | that crosses the end of a mapping   | 0x10000FC0         |
      | IPC_CALL    | 3    | that isn't mapped                   | 0x30000000         |
      | IPC_CALL    | 3    | that is read-only                   | 0x20000000         |
      | IPC_CALL    | 3    | at a non-canonical address          | 0x800000000000     |

  @SYS-14
  Scenario: A buffer of which only a part can be written is not written at all
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, 7                          ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 4096, 3
          call2 SYS_CAP_INSPECT, 2, 0x10000FE8                     ; 24 of 40 bytes are there
      returned:
          exit
      """
    When it runs to returned
    Then RAX is ERROR_FAULT
    And memory is zero from 0x10000000 to 0x10000FFF

  @SYS-14
  Scenario: A buffer that ends with the last user byte is fine
    Given the program
      """
      _start:
          mov rbx, 0x7FFFFFFFEFD8
          call2 SYS_CAP_INSPECT, 2, rbx
      returned:
          exit
      """
    When it runs to returned
    Then RAX is 0
    And the 64-bit word at 0x7FFFFFFFEFD8 is TYPE_PROCESS

  @SYS-15
  Scenario: A message is read once: what changes while its sender waits has no effect
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0         ; slot 3
          call5 SYS_THREAD_CREATE, 2, sender, 0x7FFFFFFFD000, 0, 0
          call0 SYS_THREAD_YIELD
          mov qword [rel sent], 0xBAD
          mov qword [rel sent + 64], 64
          mov qword [rel sent + 104], 4
          call2 SYS_IPC_RECV, 3, received
      done:
          exit
      sender:
          call2 SYS_IPC_SEND, 3, sent
          exit
      section .data
      sent:
          dq 0x600D, 0, 0, 0, 0, 0, 0, 0
          dq 8, 0, 0, 0, 0, 0, 0, 0
      received:
          times 16 dq 0
      """
    When it runs to done
    Then RAX is 0
    And the 64-bit word at received is 0x600D
    And the 64-bit word at received + 64 is 8
    And the 64-bit word at received + 104 is 0

  @SYS-15
  Scenario: The buffer that changes right after the kernel's first read has no effect either
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0         ; slot 3
          call5 SYS_THREAD_CREATE, 2, receiver, 0x7FFFFFFFD000, 0, 0
          call0 SYS_THREAD_YIELD
          call2 SYS_IPC_SEND, 3, sent
          call0 SYS_THREAD_YIELD
          exit
      receiver:
          call2 SYS_IPC_RECV, 3, received
      done:
          exit
      section .data
      sent:
          dq 0x600D, 0, 0, 0, 0, 0, 0, 0
          dq 8, 0, 0, 0, 0, 0, 0, 0
      received:
          times 16 dq 0
      """
    When it reaches the handler of system call 4
    Then user memory is read at most once by each system call
    When it runs to done
    Then the 64-bit word at received is 0x600D
    And user memory is read at most once by each system call
