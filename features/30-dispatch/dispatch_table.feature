Feature: The 22-entry dispatch table
  Pointers to the handlers, in kernel rodata, indexed by the whole of RAX.

  @SYS-03
  Scenario Outline: Number <number> is <name>
    Given the program
      """
      _start:
          mov eax, <number>
          syscall
          ud2
      """
    When it reaches the dispatch
    And the processor enters a handler
    Then RIP is the kernel symbol sys_<name>
    And entry <number> of the table at syscall_table is the kernel symbol sys_<name>

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
      | 18     | thread_yield   |
      | 19     | thread_block   |
      | 20     | thread_wake    |
      | 21     | irq_bind       |

  @SYS-04
  Scenario Outline: <number> is no system call
    Given the program
      """
      _start:
          mov rax, <number>
          syscall
      returned:
          jmp returned
      """
    When it runs to returned
    Then RAX is -1
    And no handler was entered
    And no fault happened in ring 0

    Examples:
      | number             |
      | 22                 |
      | 23                 |
      | 255                |
      | 0x80000000         |
      | 0x8000000000000000 |
      | -1                 |

  @SYS-04
  Scenario: 21 is a system call and 22 is none
    The bound lies between them: with an empty slot the last call is refused for the slot, not for its number.
    Given the program
      """
      _start:
          call3 21, 63, 0, 1
          mov r12, rax
          call3 22, 63, 0, 1
      returned:
          jmp returned
      """
    When it runs to returned
    Then R12 is -2
    And RAX is -1

  @SYS-05
  Scenario: A number is a system call only with its upper half clear
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, 3
          mov r12, rax
          mov rdi, 1
          mov esi, 4096
          mov edx, 3
          mov rax, 0x100000000 + SYS_MEM_ALLOC
          syscall
          mov r13, rax
          call3 SYS_MEM_ALLOC, 1, 4096, 3
      returned:
          jmp returned
      """
    When it runs to returned
    Then R12 is 3
    And R13 is -1
    And RAX is 4

  @SYS-05
  Scenario Outline: 2^32 + <k> is not <k>
    Given the program
      """
      _start:
          mov rax, 0x100000000 + <k>
          syscall
      returned:
          jmp returned
      """
    When it runs to returned
    Then RAX is -1
    And no handler was entered

    Examples:
      | k  |
      | 0  |
      | 1  |
      | 2  |
      | 3  |
      | 4  |
      | 5  |
      | 6  |
      | 7  |
      | 8  |
      | 9  |
      | 10 |
      | 11 |
      | 12 |
      | 13 |
      | 14 |
      | 15 |
      | 16 |
      | 17 |
      | 18 |
      | 19 |
      | 20 |
      | 21 |
