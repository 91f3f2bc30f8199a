Feature: How a system call is made
  The number in RAX, arguments in RDI RSI RDX R10 R8 R9, the result in RAX. RCX and R11 belong to the processor, every other
  register keeps its value (D13).

  @SYS-01
  Scenario: Six arguments arrive in their order
    Given the program
      """
      _start:
          mov eax, SYS_MEM_MAP
          mov rdi, 0x1111
          mov rsi, 0x2222
          mov rdx, 0x3333
          mov r10, 0x4444
          mov r8, 0x5555
          mov r9, 0x6666
          syscall
          ud2
      """
    When it reaches the handler of system call 0
    Then the handler's arguments are 0x1111, 0x2222, 0x3333, 0x4444, 0x5555, 0x6666

  @SYS-02
  Scenario: RCX is not argument 4
    Given the program
      """
      _start:
          mov eax, SYS_MEM_MAP
          mov rcx, 0xBAD
          mov r10, 0x4444
          syscall
          ud2
      """
    When it reaches the handler of system call 0
    Then the handler's argument 4 is 0x4444

  @SYS-06
  Scenario Outline: An error is a negative number over all 64 bits of RAX (<error>)
    Given the program
      """
      _start:
          mov rax, <number>
          mov rdi, <argument>
          xor esi, esi
          syscall
      returned:
          jmp returned
      """
    When it runs to returned
    Then RAX is <value>

    Examples:
      | error   | number            | argument | value              |
      | NOSYS   | 22                | 0        | 0xFFFFFFFFFFFFFFFF |
      | BADSLOT | SYS_CAP_INSPECT   | 64       | 0xFFFFFFFFFFFFFFFE |
      | TYPE    | SYS_PROC_DESTROY  | 0        | 0xFFFFFFFFFFFFFFFD |
      | FAULT   | SYS_CAP_INSPECT   | 0        | 0xFFFFFFFFFFFFFFF4 |

  @SYS-06
  Scenario: Success is zero or positive
    Given the program
      """
      _start:
          mov eax, SYS_MEM_ALLOC
          mov edi, 1
          mov esi, 4096
          mov edx, 7
          syscall
      returned:
          jmp returned
      """
    When it runs to returned
    Then RAX is 3

  @SYS-08
  Scenario: RCX and R11 are a thread's own also when another thread made a system call in between
    Given the program
      """
      _start:
          call5 SYS_THREAD_CREATE, 2, other, 0x7FFFFFFFD000, 0, 0
          mov eax, SYS_THREAD_YIELD
          push 0xAD7
          popfq
      call:
          syscall
      returned:
          exit
      other:
          push 0x202
          popfq
          mov eax, SYS_THREAD_YIELD
      between:
          syscall
          exit
      """
    When it runs to call
    And the registers are remembered
    And it runs to between
    And it runs to returned
    Then RCX is returned
    And R11 is the remembered RFLAGS
    And RFLAGS is the remembered RFLAGS

  @SYS-08
  Scenario: RCX is the return address and R11 the flags that ring 3 runs with
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          push 0xAD7
          popfq
      call:
          syscall
      returned:
          jmp returned
      """
    When it runs to call
    And the registers are remembered
    And it runs to returned
    Then RCX is returned
    And R11 is the remembered RFLAGS
    And RFLAGS is the remembered RFLAGS
