Feature: Where capabilities come from
  cap_create makes fresh objects, or weaker children of what the caller holds; nothing is made out of numbers (D27).

  @CAP-03
  Scenario Outline: <what> is refused with <error>
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 3, 0, 0         ; slot 3: READ, WRITE
          call3 SYS_MEM_ALLOC, 1, 8192, 3                         ; slot 4
      call:
          call5 SYS_CAP_CREATE, <type>, <source>, <rights>, <a>, <b>
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is <error>
    And the kernel's state is as remembered

    Examples:
      | what                                    | type           | source | rights | a      | b    | error          |
      | raw memory from a Process               | TYPE_MEMORY    | 2      | 3      | 0x1000 | 4096 | ERROR_RIGHTS   |
      | more rights than the source has         | TYPE_ENDPOINT  | 3      | 7      | 1      | 0    | ERROR_RIGHTS   |
      | a part beyond the Memory's end          | TYPE_MEMORY    | 4      | 3      | 4096   | 8192 | ERROR_INVAL    |
      | a part that is not whole pages          | TYPE_MEMORY    | 4      | 3      | 0      | 100  | ERROR_INVAL    |
      | a Reply, which the kernel alone makes   | TYPE_REPLY     | 2      | 3      | 0      | 0    | ERROR_RIGHTS   |
      | a type that there isn't                 | 99             | 2      | 3      | 0      | 0    | ERROR_INVAL    |
      | anything from an empty slot             | TYPE_ENDPOINT  | 9      | 3      | 0      | 0    | ERROR_BADSLOT  |

  @CAP-03
  Scenario: A child has what was asked for and no more
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 3, 1, 7, 0         ; slot 4
          call3 SYS_MEM_ALLOC, 1, 16384, 31                       ; slot 5
          call5 SYS_CAP_CREATE, TYPE_MEMORY, 5, 3, 4096, 8192     ; slot 6
      made:
          exit
      """
    When it runs to made
    Then slot 3 of process 1 holds an Endpoint with rights 31
    And slot 4 of process 1 holds an Endpoint with rights 1
    And slot 3 of process 1 and slot 4 of process 1 are the same object
    And slot 6 of process 1 holds a Memory with rights 3

  @CAP-03
  Scenario: Only init may name an interrupt
    Given the child program child
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 0, 3, 4, 0
      returned:
          mov rbx, rax
          exit
      """
    And the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 3, 4, 0        ; slot 3
      made:
          create_process child, child_size                        ; 4 and 5
          call3 SYS_CAP_TRANSFER, 5, 5, 31                        ; the child's own Process, in its slot 0
          start_process 5, 0
          exit
      """
    When it runs to made
    Then slot 3 of process 1 holds an Interrupt with rights 3
    When process 2 enters ring 3
    And process 2 returns from its system call 1
    Then RAX is ERROR_RIGHTS
