Feature: What a system call leaves alone
  A caller may keep values in every register but RAX, RCX and R11, whether the call succeeds or not (D13).

  @SYS-07
  Scenario Outline: A refused <name> keeps every register
    Given the program
      """
      _start:
          mov eax, <number>
      call:
          syscall
      returned:
          jmp returned
      """
    When it runs to call
    And the debugger fills the general registers but RAX with a pattern
    And the registers are remembered
    And it runs to returned
    Then RAX is negative
    And only RAX, RCX, R11 and RIP differ from the remembered registers

    Examples:
      | number | name           |
      | 0      | mem_map        |
      | 1      | mem_unmap      |
      | 2      | mem_grant      |
      | 3      | mem_alloc      |
      | 4      | ipc_send       |
      | 5      | ipc_recv       |
      | 6      | ipc_call       |
      | 7      | ipc_reply      |
      | 8      | ipc_notify     |
      | 9      | cap_create     |
      | 10     | cap_delete     |
      | 11     | cap_transfer   |
      | 12     | cap_revoke     |
      | 13     | cap_inspect    |
      | 14     | proc_create    |
      | 15     | proc_destroy   |
      | 16     | thread_create  |
      | 17     | thread_destroy |
      | 20     | thread_wake    |
      | 21     | irq_bind       |
      | 22     | (no call)      |

  @SYS-07
  Scenario Outline: A successful <name> keeps every register
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 8192, 31                        ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 4096, 3
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 4
          call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 31, 4, 0       ; slot 5
          call5 SYS_THREAD_CREATE, 2, _start, 0x7FFFFFFFD000, 0, 1 ; slot 6, suspended
          call3 SYS_PROC_CREATE, 2, -1, 0                         ; slot 7
          call2 SYS_IPC_NOTIFY, 4, 1
          mov eax, SYS_<NAME>
          mov rdi, <rdi>
          mov rsi, <rsi>
          mov rdx, <rdx>
          mov r10, <r10>
          mov r8, <r8>
          mov r9, <r9>
      call:
          syscall
      returned:
          jmp returned

      section .data
      message:
          dq 0x0A6B6F, 0, 0, 0, 0, 0, 0, 0    ; data
          dq 3                                ; length
          dq 0, 0, 0, 0, 0                    ; caps, cap_count
          dq 0, 0                             ; badge, reply
      info:
          times 5 dq 0
      received:
          times 16 dq 0
      """
    When it runs to call
    And the debugger fills the registers RBX, RBP, RSP, R12, R13, R14, R15 with a pattern
    And the registers are remembered
    And it runs to returned
    Then RAX is not negative
    And only RAX, RCX, R11 and RIP differ from the remembered registers

    Examples:
      | name           | NAME           | rdi | rsi        | rdx            | r10  | r8   | r9 |
      | mem_map        | MEM_MAP        | 3   | 2          | 0x10001000     | 4096 | 4096 | 3  |
      | mem_unmap      | MEM_UNMAP      | 2   | 0x10000000 | 4096           | 0    | 0    | 0  |
      | mem_grant      | MEM_GRANT      | 3   | 7          | 1              | 0    | 4096 | 0  |
      | mem_alloc      | MEM_ALLOC      | 1   | 4096       | 3              | 0    | 0    | 0  |
      | ipc_send       | IPC_SEND       | 0   | message    | 0              | 0    | 0    | 0  |
      | ipc_recv       | IPC_RECV       | 4   | received   | 0              | 0    | 0    | 0  |
      | ipc_call       | IPC_CALL       | 0   | message    | 0              | 0    | 0    | 0  |
      | ipc_notify     | IPC_NOTIFY     | 4   | 2          | 0              | 0    | 0    | 0  |
      | cap_create     | CAP_CREATE     | 2   | 4          | 3              | 7    | 0    | 0  |
      | cap_delete     | CAP_DELETE     | 5   | 0          | 0              | 0    | 0    | 0  |
      | cap_transfer   | CAP_TRANSFER   | 3   | 7          | 1              | 0    | 0    | 0  |
      | cap_revoke     | CAP_REVOKE     | 4   | 0          | 0              | 0    | 0    | 0  |
      | cap_inspect    | CAP_INSPECT    | 2   | info       | 0              | 0    | 0    | 0  |
      | proc_create    | PROC_CREATE    | 2   | -1         | 0              | 0    | 0    | 0  |
      | proc_destroy   | PROC_DESTROY   | 7   | 0          | 0              | 0    | 0    | 0  |
      | thread_create  | THREAD_CREATE  | 2   | _start     | 0x7FFFFFFFE000 | 0    | 1    | 0  |
      | thread_destroy | THREAD_DESTROY | 6   | 0          | 0              | 0    | 0    | 0  |
      | thread_yield   | THREAD_YIELD   | 0   | 0          | 0              | 0    | 0    | 0  |
      | thread_wake    | THREAD_WAKE    | 6   | 0          | 0              | 0    | 0    | 0  |
      | irq_bind       | IRQ_BIND       | 5   | 4          | 1              | 0    | 0    | 0  |

  @SYS-07
  Scenario: A compiled program finds its registers intact around many calls
    Given the fixture "registers"
    When it runs to its end
    Then process 1 ended by itself
    And the fixture's expectations hold
