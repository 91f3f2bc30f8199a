Feature: Every handler checks its capabilities first
  In this order: number, slot, type, rights, arguments, user memory, resources. A refusal changes nothing (D39).

  @SYS-11 @SYS-13
  Scenario Outline: <call> with slot <slot> is BADSLOT
    Given the program
      """
      _start:
      call:
          call6 SYS_<call>, <slot>, 2, 0x10000000, 0, 4096, 3
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_BADSLOT
    And the kernel's state is as remembered

    Examples:
      | call           | slot               |
      | MEM_MAP        | 9                  |
      | MEM_MAP        | 64                 |
      | MEM_UNMAP      | 9                  |
      | MEM_UNMAP      | 0xFFFFFFFFFFFFFFFF |
      | MEM_GRANT      | 9                  |
      | MEM_GRANT      | 64                 |
      | MEM_ALLOC      | 9                  |
      | MEM_ALLOC      | 0x100000001        |
      | IPC_SEND       | 9                  |
      | IPC_SEND       | 64                 |
      | IPC_RECV       | 9                  |
      | IPC_RECV       | 64                 |
      | IPC_CALL       | 9                  |
      | IPC_CALL       | 64                 |
      | IPC_REPLY      | 9                  |
      | IPC_REPLY      | 64                 |
      | IPC_NOTIFY     | 9                  |
      | IPC_NOTIFY     | 64                 |
      | CAP_DELETE     | 9                  |
      | CAP_DELETE     | 64                 |
      | CAP_TRANSFER   | 9                  |
      | CAP_TRANSFER   | 64                 |
      | CAP_REVOKE     | 9                  |
      | CAP_REVOKE     | 64                 |
      | CAP_INSPECT    | 9                  |
      | CAP_INSPECT    | 0x8000000000000002 |
      | PROC_CREATE    | 9                  |
      | PROC_CREATE    | 64                 |
      | PROC_DESTROY   | 9                  |
      | PROC_DESTROY   | 64                 |
      | THREAD_CREATE  | 9                  |
      | THREAD_CREATE  | 64                 |
      | THREAD_DESTROY | 9                  |
      | THREAD_DESTROY | 64                 |
      | THREAD_WAKE    | 9                  |
      | THREAD_WAKE    | 64                 |
      | IRQ_BIND       | 9                  |
      | IRQ_BIND       | 64                 |

  @SYS-11 @SYS-13
  Scenario Outline: <call> with nothing in the second capability's slot is BADSLOT
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 31, 4, 0            ; slot 3
      call:
          <code>
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_BADSLOT
    And the kernel's state is as remembered

    Examples:
      | call         | code                                             |
      | MEM_MAP      | call6 SYS_MEM_MAP, 1, 9, 0x10000000, 0, 4096, 3  |
      | MEM_GRANT    | call5 SYS_MEM_GRANT, 1, 64, 1, 0, 4096           |
      | CAP_TRANSFER | call3 SYS_CAP_TRANSFER, 0, 9, 1                  |
      | CAP_CREATE   | call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 64, 3, 0, 0 |
      | PROC_CREATE  | call3 SYS_PROC_CREATE, 2, 64, 4096               |
      | IRQ_BIND     | call3 SYS_IRQ_BIND, 3, 9, 1                      |

  @SYS-11
  Scenario: No number of a slot reaches what lies behind the table, another process's table for one
    The child's table is one of the frames behind the parent's; 64 slots are a frame.
    Given the child program child
      """
      _start:
          exit
      """
    And the program
      """
      _start:
          create_process child, child_size                             ; 3 and 4
          call3 SYS_CAP_TRANSFER, 0, 4, 3
          mov ebx, 64
          xor ebp, ebp                                                 ; how often the answer was another
      next:
          call2 SYS_CAP_INSPECT, rbx, info
          cmp rax, ERROR_BADSLOT
          je .refused
          inc ebp
      .refused:
          inc ebx
          cmp ebx, 4096
          jb next
      tried:
          exit
      section .bss
      info: resb 40
      """
    When it runs to tried
    Then RBX is 4096
    And RBP is 0

  @SYS-12 @SYS-13
  Scenario Outline: <call> of a capability of another type (slot <slot>) is TYPE
    Slot 0 is an Endpoint, 1 a Memory, 2 a Process.
    Given the program
      """
      _start:
      call:
          call6 SYS_<call>, <slot>, 2, 0x10000000, 0, 4096, 3
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_TYPE
    And the kernel's state is as remembered

    Examples:
      | call           | slot |
      | MEM_MAP        | 0    |
      | MEM_MAP        | 2    |
      | MEM_UNMAP      | 0    |
      | MEM_UNMAP      | 1    |
      | MEM_GRANT      | 0    |
      | MEM_GRANT      | 2    |
      | MEM_ALLOC      | 0    |
      | MEM_ALLOC      | 2    |
      | IPC_SEND       | 1    |
      | IPC_SEND       | 2    |
      | IPC_RECV       | 1    |
      | IPC_CALL       | 1    |
      | IPC_REPLY      | 0    |
      | IPC_REPLY      | 1    |
      | IPC_NOTIFY     | 2    |
      | PROC_CREATE    | 0    |
      | PROC_CREATE    | 1    |
      | PROC_DESTROY   | 0    |
      | PROC_DESTROY   | 1    |
      | THREAD_CREATE  | 0    |
      | THREAD_CREATE  | 1    |
      | THREAD_DESTROY | 0    |
      | THREAD_WAKE    | 2    |
      | IRQ_BIND       | 0    |
      | IRQ_BIND       | 2    |

  @SYS-12 @SYS-13
  Scenario Outline: <call> with another type instead of the <which> is TYPE
    All the other capabilities are the right ones.
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 31, 4, 0            ; slot 3
          call3 SYS_MEM_ALLOC, 1, 4096, 31                             ; slot 4
      call:
          <code>
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_TYPE
    And the kernel's state is as remembered

    Examples:
      | call         | which     | code                                            |
      | mem_map      | Memory    | call6 SYS_MEM_MAP, 0, 2, 0x10000000, 0, 4096, 3 |
      | mem_map      | Process   | call6 SYS_MEM_MAP, 4, 0, 0x10000000, 0, 4096, 3 |
      | mem_grant    | Memory    | call5 SYS_MEM_GRANT, 0, 2, 1, 0, 4096           |
      | mem_grant    | Process   | call5 SYS_MEM_GRANT, 4, 0, 1, 0, 4096           |
      | cap_create   | Memory    | call5 SYS_CAP_CREATE, TYPE_MEMORY, 0, 1, 0, 0   |
      | cap_transfer | Process   | call3 SYS_CAP_TRANSFER, 4, 0, 1                 |
      | proc_create  | image     | call3 SYS_PROC_CREATE, 2, 0, 4096               |
      | irq_bind     | Interrupt | call3 SYS_IRQ_BIND, 4, 0, 1                     |
      | irq_bind     | Endpoint  | call3 SYS_IRQ_BIND, 3, 2, 1                     |

  @SYS-12 @SYS-13
  Scenario Outline: <call> without <right> on the <object> is RIGHTS
    Given the program
      """
      _start:
          <source>                                                     ; slot 3
          call3 SYS_CAP_TRANSFER, 3, 2, <rights>                       ; slot 4, with less
          call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 31, 4, 0            ; slot 5
      call:
          <code>
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_RIGHTS
    And the kernel's state is as remembered

    Examples:
      | call        | right | object    | rights | source                                            | code                                            |
      | mem_alloc   | WRITE | Memory    | 29     | call3 SYS_CAP_TRANSFER, 1, 2, 31                  | call3 SYS_MEM_ALLOC, 4, 4096, 1                 |
      | cap_create  | WRITE | Process   | 29     | call3 SYS_CAP_TRANSFER, 2, 2, 31                  | call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 4, 3, 0, 0 |
      | proc_create | READ  | image     | 30     | call3 SYS_MEM_ALLOC, 1, 4096, 31                  | call3 SYS_PROC_CREATE, 2, 4, 4096               |
      | irq_bind    | READ  | Interrupt | 30     | call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 31, 4, 0 | call3 SYS_IRQ_BIND, 4, 0, 1                     |
      | irq_bind    | WRITE | Endpoint  | 29     | call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0  | call3 SYS_IRQ_BIND, 5, 4, 1                     |

  @SYS-12 @SYS-13
  Scenario Outline: <call> without <right> is RIGHTS
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0             ; slot 3
          call3 SYS_CAP_TRANSFER, 2, 2, <process>                      ; slot 4: a Process with less
          call3 SYS_MEM_ALLOC, 1, 4096, 31                             ; slot 5
          call3 SYS_CAP_TRANSFER, 5, 2, <memory>                       ; slot 6: a Memory with less
          call5 SYS_THREAD_CREATE, 2, _start, 0x7FFFFFFFE000, 0, 1     ; slot 7, suspended
          call3 SYS_CAP_TRANSFER, 7, 2, <thread>                       ; slot 8: a Thread with less
      call:
          <code>
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_RIGHTS
    And the kernel's state is as remembered

    Examples:
      | call           | right                        | process | memory | thread | code                                                    |
      | mem_map        | WRITE on the Process         | 29      | 31     | 31     | call6 SYS_MEM_MAP, 5, 4, 0x10000000, 0, 4096, 3          |
      | mem_map        | WRITE on the Memory          | 31      | 29     | 31     | call6 SYS_MEM_MAP, 6, 2, 0x10000000, 0, 4096, 3          |
      | mem_unmap      | WRITE on the Process         | 29      | 31     | 31     | call3 SYS_MEM_UNMAP, 4, 0x10000000, 4096                 |
      | mem_grant      | GRANT on the Memory          | 31      | 23     | 31     | call5 SYS_MEM_GRANT, 6, 2, 1, 0, 4096                    |
      | mem_grant      | WRITE on the Process         | 29      | 31     | 31     | call5 SYS_MEM_GRANT, 5, 4, 1, 0, 4096                    |
      | cap_transfer   | WRITE on the Process         | 29      | 31     | 31     | call3 SYS_CAP_TRANSFER, 3, 4, 1                          |
      | cap_transfer   | GRANT on the source          | 31      | 23     | 31     | call3 SYS_CAP_TRANSFER, 6, 2, 1                          |
      | cap_revoke     | REVOKE                       | 31      | 15     | 31     | call1 SYS_CAP_REVOKE, 6                                  |
      | proc_create    | EXECUTE on the Process       | 27      | 31     | 31     | call3 SYS_PROC_CREATE, 4, -1, 0                          |
      | proc_destroy   | WRITE on the Process         | 29      | 31     | 31     | call1 SYS_PROC_DESTROY, 4                                |
      | thread_create  | WRITE on the Process         | 29      | 31     | 31     | call5 SYS_THREAD_CREATE, 4, _start, 0x7FFFFFFFE000, 0, 1 |
      | thread_destroy | WRITE on the Thread          | 31      | 31     | 29     | call1 SYS_THREAD_DESTROY, 8                              |
      | thread_wake    | WRITE on the Thread          | 31      | 31     | 29     | call1 SYS_THREAD_WAKE, 8                                 |

  @SYS-12
  Scenario Outline: Of two mistakes the earlier one counts: <what> is <error>
    Given the program
      """
      _start:
          call3 SYS_CAP_TRANSFER, 2, 2, 1                              ; slot 3: a Process with READ alone
          call3 SYS_MEM_ALLOC, 1, 4096, 1                              ; slot 4: a Memory with READ alone
          <code>
      returned:
          exit
      """
    When it runs to returned
    Then RAX is <error>

    Examples:
      | what                                             | code                                                 | error         |
      | a bad number with a bad slot                     | call1 22, 99                                         | ERROR_NOSYS   |
      | an empty slot with one of another type           | call6 SYS_MEM_MAP, 0, 9, 0x10000000, 0, 4096, 3       | ERROR_BADSLOT |
      | another type with a missing right                | call6 SYS_MEM_MAP, 0, 3, 0x10000000, 0, 4096, 3       | ERROR_TYPE    |
      | another type behind a missing right              | call6 SYS_MEM_MAP, 4, 0, 0x10000000, 0, 4096, 3       | ERROR_TYPE    |
      | another type that lacks the right, too           | call2 SYS_IPC_SEND, 4, 0x10000000                    | ERROR_TYPE    |
      | no Process behind a Memory without GRANT         | call5 SYS_MEM_GRANT, 4, 0, 1, 0, 4096                | ERROR_TYPE    |
      | no Process behind a source without GRANT         | call3 SYS_CAP_TRANSFER, 4, 0, 1                      | ERROR_TYPE    |
      | an empty slot behind another type                | call5 SYS_MEM_GRANT, 0, 9, 1, 0, 4096                | ERROR_BADSLOT |
      | a missing right with a bad argument              | call6 SYS_MEM_MAP, 4, 3, 0x10000001, 0, 4096, 3       | ERROR_RIGHTS  |
      | a bad argument with a bad pointer                | call3 SYS_MEM_ALLOC, 1, 100, 7                       | ERROR_INVAL   |
      | another type with a bad pointer                  | call2 SYS_IPC_SEND, 1, 0xFFFF800000000000             | ERROR_TYPE    |
      | an empty slot with a bad pointer                 | call2 SYS_CAP_INSPECT, 9, 0xFFFF800000000000          | ERROR_BADSLOT |
