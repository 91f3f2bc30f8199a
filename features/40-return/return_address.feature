Feature: A return address that SYSRET must not see
  On Intel, SYSRETQ to a non-canonical RCX raises #GP in ring 0, with the user's RSP already loaded: whoever controls that
  stack controls the kernel (CVE-2012-0217). On AMD the fault comes in ring 3. The kernel must be safe on both (D03, D04).

  @RET-04
  Scenario Outline: A thread whose saved RIP is <rip> dies, and nothing faults in ring 0
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
      call:
          syscall
      returned:
          ud2
      """
    When it reaches the dispatch
    And the debugger sets the save area's RIP to <rip>
    And it runs to its end
    Then process 1 was killed by #GP(0x0) as if in ring 3
    And no fault happened in ring 0
    And no SYSRET or IRETQ went to <rip>

    Examples:
      | rip                |
      | 0x800000000000     |
      | 0x7FFFFFFFF000     |
      | 0x8000000000000000 |
      | 0xFFFF7FFFFFFFFFFF |
      | 0xFFFFFFFF80200000 |

  @RET-04
  Scenario Outline: The same on the way out of an interrupt (<rip>)
    Given the program
      """
      _start:
          jmp _start
      """
    When it has executed 100 instructions in ring 3
    And an interrupt with vector 0x40 arrives
    And it reaches the kernel symbol interrupt_dispatch
    And the debugger sets the save area's RIP to <rip>
    And it runs to its end
    Then process 1 was killed by #GP(0x0) as if in ring 3
    And no fault happened in ring 0

    Examples:
      | rip                |
      | 0x800000000000     |
      | 0xFFFFFFFF80200000 |

  @RET-05
  Scenario: SYSCALL in the last bytes that ring 3 may map
    The page below USER_MAX is made executable by hand, for the stack lies there otherwise: the saved RIP is USER_MAX itself.
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          mov rbx, 0x7FFFFFFFEFFE
          mov word [rbx], 0x050F
      jump:
          jmp rbx
      """
    When it runs to jump
    And the debugger makes the page at 0x7FFFFFFFE000 executable
    And it runs to its end
    Then process 1 was killed by #GP(0x0) as if in ring 3
    And no fault happened in ring 0
    And no SYSRET or IRETQ went to 0x7FFFFFFFF000

  @RET-05
  Scenario: SYSCALL that ends 16 bytes below USER_MAX returns
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          mov rbx, 0x7FFFFFFFEFE0
          mov dword [rbx], 0xFEEB050F         ; syscall; jmp $
      jump:
          jmp rbx
      """
    When it runs to jump
    And the debugger makes the page at 0x7FFFFFFFE000 executable
    And it runs to address 0x7FFFFFFFEFE2
    Then CPL is 3
    And RAX is 0

  @RET-05
  Scenario: The page at USER_MAX can't be mapped
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
          mov rdx, 0x7FFFFFFFF000
          xor r10d, r10d
          mov r8d, 4096
          mov r9d, 3
          syscall
      returned:
          jmp returned
      """
    When it runs to returned
    Then RAX is -5
    And 0x7FFFFFFFF000 is not mapped in the user page tables

  @RET-05
  Scenario: The same without a debugger's help, in a child without a stack
    Nothing but USER_MAX itself keeps the page above the child's last one unmapped: it has no stack whose guard lies there.
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, 7                          ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 4096, 3
          mov rbx, 0x10000FFE
          mov word [rbx], 0x050F                                   ; syscall
          call3 SYS_PROC_CREATE, 2, -1, 0                          ; slot 4
          call6 SYS_MEM_MAP, 3, 4, 0x7FFFFFFFF000, 0, 4096, 5
          mov r12, rax
          call6 SYS_MEM_MAP, 3, 4, 0x7FFFFFFFE000, 0, 4096, 5
          mov r13, rax
          call5 SYS_THREAD_CREATE, 4, 0x7FFFFFFFEFFE, 0x7FFFFFFFE000, 0, 0
      created:
          call0 SYS_THREAD_YIELD
          call0 SYS_THREAD_YIELD
          exit
      """
    When it runs to created
    Then R12 is -5
    And R13 is 0
    And RAX is not negative
    When it runs to its end
    Then process 2 was killed by #GP(0x0) as if in ring 3
    And no fault happened in ring 0
    And no SYSRET or IRETQ went to 0x7FFFFFFFF000
