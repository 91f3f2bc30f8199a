@any-kernel
Feature: Unknown system calls, of any kernel
  Which calls a kernel has is its own affair. What it hasn't, it refuses with a negative number, and nothing else happens.

  @SYS-04
  Scenario Outline: Number <number> is refused
    Given the program
      """
      _start:
          mov rax, <number>
          syscall
      returned:
          ud2
      """
    When it runs to returned
    Then RAX is negative
    And no fault happened in ring 0

    Examples:
      | number             |
      | 0x7FFFFFFF         |
      | 0x80000000         |
      | 0xFFFFFFFF         |
      | 0x7FFFFFFFFFFFFFFF |
      | 0x8000000000000000 |
      | -1                 |

  @SYS-05
  Scenario: The upper half of RAX counts
    Numbers that a kernel is likely to have in the lower half.
    Given the program
      """
      _start:
          mov r12, 0x100000000
          mov r13, -1
      next:
          mov rax, r12
          xor edi, edi
          xor esi, esi
          xor edx, edx
          syscall
          and r13, rax
          inc r12
          cmp r12d, 64
          jne next
      done:
          ud2
      """
    When it runs to done
    Then R13 is negative
    And R12 is 0x100000040

  @SYS-07 @SYS-08 @SYS-10
  Scenario: All registers but RAX are kept, and RCX and R11 are what SYSRET took
    Given the program
      """
      _start:
          mov rdi, call
          jmp rdi
      call:
          syscall
      returned:
          ud2
      """
    When it runs to call
    And the debugger fills the general registers but RAX with a pattern
    And the debugger sets RAX to 0x7FFFFFFF
    And the debugger sets FS_BASE to 0x23456789A000
    And the debugger sets GS_BASE to 0x123456789000
    And the registers are remembered
    And it runs to returned
    Then only RAX, RCX, R11 and RIP differ from the remembered registers
    And RCX is returned
    And R11 is the remembered RFLAGS

  @SYS-09
  Scenario: Vector registers, MXCSR and the x87 control word are kept
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
      call:
          syscall
      returned:
          ud2
      """
    When it runs to call
    And the debugger fills the vector registers with a pattern
    And the registers are remembered
    And it runs to returned
    Then the vector registers, MXCSR and the x87 control word are the remembered ones
