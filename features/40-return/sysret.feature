Feature: Back to ring 3 by SYSRETQ
  SDM vol. 2B, SYSRET: RIP from RCX, RFLAGS from R11, selectors from STAR. The stack is software's business.

  @RET-01
  Scenario: The return is a 64-bit SYSRET to the instruction after SYSCALL
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          syscall
      returned:
          jmp returned
      """
    When it reaches the dispatch
    And the trace is cleared
    And it runs to returned
    Then CPL is 3
    And the trace holds exactly 1 Sysret event
    And that SYSRET had operand size 64 and went to returned

  @RET-02
  Scenario Outline: RFLAGS <flags> come back, with IF 1, RF 0 and VM 0
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          push <flags>
          popfq
      call:
          syscall
      returned:
          jmp returned
      """
    When it runs to call
    And the registers are remembered
    And it runs to returned
    Then RFLAGS is the remembered RFLAGS
    And bits <flags> of RFLAGS are set
    And RFLAGS.IF is 1
    And RFLAGS.RF is 0
    And RFLAGS.VM is 0

    Examples:
      | flags    |
      | 0x202    |
      | 0xAD7    |
      | 0x202    |
      | 0x200602 |
      | 0x240202 |

  @RET-02
  Scenario Outline: <flag> in the saved RFLAGS does not reach ring 3
    No program can set it; the debugger can, in the save area. SDM vol. 2B, SYSRET: RFLAGS = R11 and 3C7FD7H, or 2.
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          syscall
      returned:
          jmp returned
      """
    When it reaches the dispatch
    And the debugger sets the save area's RFLAGS to <saved>
    And it is back in ring 3
    Then RIP is returned
    And RFLAGS is 0x202

    Examples:
      | flag | saved   |
      | RF   | 0x10202 |
      | VM   | 0x20202 |

  @RET-03
  Scenario: The user's RSP is back before SYSRET, and ring 0 never pushes on it
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
      call:
          syscall
      returned:
          jmp returned
      """
    When it runs to call
    And the registers are remembered
    And memory accesses are traced
    And it reaches the SYSRET
    Then RSP is the remembered RSP
    And every traced write went to the kernel's half
    When it runs to returned
    Then RSP is the remembered RSP

  @RET-07
  Scenario Outline: No register brings a kernel address back (<call>)
    Given the program
      """
      _start:
          mov rax, <number>
          mov rdi, <rdi>
          mov rsi, <rsi>
          mov edx, 3
      call:
          syscall
      returned:
          jmp returned

      section .data
      message:
          dq 0x0A6B6F, 0, 0, 0, 0, 0, 0, 0    ; data
          dq 3                                ; length
          dq 0, 0, 0, 0, 0, 0, 0              ; caps, cap_count, badge, reply
      info:
          times 5 dq 0
      """
    When it runs to returned
    Then no register holds a kernel address
    And RAX is <result>
    And RCX is returned

    Examples:
      | call                        | number           | rdi | rsi     | result |
      | thread_yield                | SYS_THREAD_YIELD | 0   | 0       | 0      |
      | cap_inspect                 | SYS_CAP_INSPECT  | 2   | info    | 0      |
      | cap_inspect, refused        | SYS_CAP_INSPECT  | 2   | 0       | -12    |
      | mem_alloc                   | SYS_MEM_ALLOC    | 1   | 4096    | 3      |
      | ipc_send                    | SYS_IPC_SEND     | 0   | message | 0      |
      | proc_destroy, refused       | SYS_PROC_DESTROY | 0   | 0       | -3     |
      | no call of that number      | 22               | 0   | 0       | -1     |
