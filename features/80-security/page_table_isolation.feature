Feature: Kernel page-table isolation
  While ring 3 runs, of the kernel only what SYSCALL, interrupt delivery and SYSRET need is mapped (D14, D15).

  @SEC-04 @KPTI
  Scenario Outline: The user PML4 maps nothing of the kernel but the trampoline set (<fixture>)
    Given the fixture "<fixture>"
    When it enters ring 3
    Then the upper half of the user page tables maps only these, all with U=0:
      | what              | pages | W | NX |
      | trampoline        | 1     | 0 | 0  |
      | per-CPU page      | 1     | 1 | 1  |
      | GDT               | 1     | 1 | 1  |
      | IDT               | 1     | 1 | 1  |
      | TSS               | 3     | 1 | 1  |
      | IST stacks        | 4     | 1 | 1  |
      | own save areas    | 1     | 1 | 1  |
    When it runs to its end
    Then the fixture's expectations hold

    Examples:
      | fixture  |
      | hello    |
      | sections |

  @SEC-04 @KPTI
  Scenario: Another process's save area is not among it
    Given the fixture "syscall-loop"
    And the fixture "hello" as a second process
    When process 2 enters ring 3
    Then the save area of process 1 is not mapped in the user page tables
    And the save area of process 2 is mapped in the user page tables

  @SEC-05 @KPTI
  Scenario: No global translation outlives the switch of page tables
    Given the fixture "hello"
    When it reaches the dispatch
    Then only pages of the trampoline set are global in either page table
    And the TLB holds no global translation outside the trampoline set

  @SEC-06
  Scenario: No frame of the kernel can be reached from ring 3
    Given the fixture "sections"
    And the fixture "hello" as a second process
    When it enters ring 3
    Then no user page lies in a frame of the kernel or of a page table

  @SEC-07
  Scenario: No page is writable and executable, in any page table
    Given the fixture "mem/use"
    When it enters ring 3
    Then no page is writable and executable in any page table
    When it runs to its end, with a look at all page tables at every way into and out of ring 0
    Then the fixture's expectations hold

  @SEC-07
  Scenario: mem_map refuses a page that is both
    Given the program
      """
      _start:
          mov eax, SYS_MEM_ALLOC
          mov edi, 1
          mov esi, 4096
          mov edx, 7
          syscall
          mov edi, eax
          mov eax, SYS_MEM_MAP
          mov esi, 2
          mov edx, 0x10000000
          xor r10d, r10d
          mov r8d, 4096
          mov r9d, 7
          syscall
      returned:
          jmp returned
      """
    When it runs to returned
    Then RAX is -5
    And 0x10000000 is not mapped in the user page tables
