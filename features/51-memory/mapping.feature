Feature: Mapping memory
  mem_map puts exactly the pages asked for into a process, with no more rights than the capability gives, or changes nothing.

  @MEM-02
  Scenario Outline: Rights <rights> and prot <prot> give W=<W> NX=<NX>
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 12288, <rights>                 ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x20000000, 0, 12288, 1
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 4096, 4096, <prot>
      mapped:
          exit
      """
    When it runs to mapped
    Then RAX is 0
    And these pages are mapped in the user page tables:
      | from       | to         | U | W   | NX   |
      | 0x10000000 | 0x10000FFF | 1 | <W> | <NX> |
    And 0xFFFF000 is not mapped in the user page tables
    And 0x10001000 is not mapped in the user page tables
    And 0x10000000 of process 1 and 0x20001000 of process 1 lie in the same frame

    Examples:
      | rights | prot | W | NX |
      | 1      | 1    | 0 | 1  |
      | 3      | 3    | 1 | 1  |
      | 7      | 5    | 0 | 0  |
      | 31     | 1    | 0 | 1  |

  @MEM-02
  Scenario Outline: prot <prot> is more than rights <rights>
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, <rights>                  ; slot 3
      call:
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 4096, <prot>
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_RIGHTS
    And the kernel's state is as remembered

    Examples:
      | rights | prot |
      | 1      | 3    |
      | 1      | 5    |
      | 2      | 3    |
      | 3      | 5    |

  @MEM-03
  Scenario Outline: <what> is refused with <error>
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 8192, 7                         ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 4096, 3
      call:
          call6 SYS_MEM_MAP, 3, 2, <vaddr>, <offset>, <length>, <prot>
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is <error>
    And the kernel's state is as remembered

    Examples:
      | what                          | vaddr              | offset | length | prot | error        |
      | a misaligned address          | 0x20000001         | 0      | 4096   | 3    | ERROR_INVAL  |
      | a misaligned offset           | 0x20000000         | 8      | 4096   | 3    | ERROR_INVAL  |
      | half a page                   | 0x20000000         | 0      | 2048   | 3    | ERROR_INVAL  |
      | no page at all                | 0x20000000         | 0      | 0      | 3    | ERROR_INVAL  |
      | more than the Memory has      | 0x20000000         | 4096   | 8192   | 3    | ERROR_INVAL  |
      | an offset that wraps          | 0x20000000         | -4096  | 8192   | 3    | ERROR_INVAL  |
      | W and X at once               | 0x20000000         | 0      | 4096   | 7    | ERROR_INVAL  |
      | the null page                 | 0x0                | 0      | 4096   | 3    | ERROR_INVAL  |
      | the page at USER_MAX          | 0x7FFFFFFFF000     | 0      | 4096   | 3    | ERROR_INVAL  |
      | a range across USER_MAX       | 0x7FFFFFFFE000     | 0      | 8192   | 3    | ERROR_INVAL  |
      | a kernel address              | 0xFFFF800000000000 | 0      | 4096   | 3    | ERROR_INVAL  |
      | a non-canonical address       | 0x800000000000     | 0      | 4096   | 3    | ERROR_INVAL  |
      | what is mapped already        | 0x10000000         | 0      | 4096   | 3    | ERROR_EXISTS |
      | half of it mapped already     | 0xFFFF000          | 0      | 8192   | 3    | ERROR_EXISTS |
      | the program's own text        | 0x400000           | 0      | 4096   | 3    | ERROR_EXISTS |
      | the guard page below the stack | 0x7FFFFFFFA000    | 0      | 4096   | 3    | ERROR_INVAL  |

  @MEM-03
  Scenario Outline: In a process without a stack, too, <what> is refused
    No guard page of a stack is in the way there.
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 8192, 7                         ; slot 3
          call3 SYS_PROC_CREATE, 2, -1, 0                         ; slot 4
      call:
          call6 SYS_MEM_MAP, 3, 4, <vaddr>, 0, <length>, 3
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_INVAL
    And the kernel's state is as remembered

    Examples:
      | what                    | vaddr              | length |
      | the page at USER_MAX    | 0x7FFFFFFFF000     | 4096   |
      | a range across USER_MAX | 0x7FFFFFFFE000     | 8192   |
      | a non-canonical address | 0x800000000000     | 4096   |
      | a range that wraps      | 0xFFFFFFFFFFFFF000 | 8192   |

  @MEM-04
  Scenario: After mem_unmap a touch faults, and no stale translation helps
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 12288, 7                        ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 12288, 3
          mov rbx, 0x10000000
          mov byte [rbx], 1
          mov byte [rbx + 4096], 1
      mapped:
          call3 SYS_MEM_UNMAP, 2, 0x10000000, 8192
      touch:
          mov byte [rbx], 2
          ud2
      """
    When it runs to mapped
    Then 0x10000000 is mapped in the user page tables
    And 0x10000000 is mapped in the kernel page tables
    When it runs to touch
    Then RAX is 0
    And 0x10000000 is not mapped in the user page tables
    And 0x10000000 is not mapped in the kernel page tables
    And 0x10001000 is not mapped in the user page tables
    And 0x10001000 is not mapped in the kernel page tables
    And 0x10002000 is mapped in the user page tables
    And the TLB holds no translation of 0x10000000
    And the TLB holds no translation of 0x10001000
    When it runs to its end
    Then process 1 was killed by #PF(0x6) with CR2 0x10000000
    And the trace holds no TlbStaleUse event

  @MEM-04
  Scenario Outline: Unmapping <what> is refused with <error>
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 4096, 3
      call:
          call3 SYS_MEM_UNMAP, 2, <vaddr>, <length>
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is <error>
    And the kernel's state is as remembered

    Examples:
      | what                   | vaddr              | length | error           |
      | a misaligned address   | 0x10000008         | 4096   | ERROR_INVAL     |
      | half a page            | 0x10000000         | 2048   | ERROR_INVAL     |
      | what isn't mapped      | 0x20000000         | 4096   | ERROR_NOTMAPPED |
      | more than is mapped    | 0x10000000         | 8192   | ERROR_NOTMAPPED |
      | a kernel address       | 0xFFFF800000000000 | 4096   | ERROR_INVAL     |
