@any-kernel
Feature: Ring 3, of any kernel

  @RING3-02 @RING3-03
  Scenario: The program begins at its e_entry, in ring 3, with interrupts on and nothing else
    Given the program
      """
      _start:
          jmp _start
      """
    When it enters ring 3
    Then CPL is 3
    And RIP is _start
    And bits 1:0 of CS are 3
    And bits 1:0 of SS are 3
    And RFLAGS.IF is 1
    And RFLAGS.IOPL is 0
    And RFLAGS.TF is 0
    And RFLAGS.DF is 0
    And RFLAGS.NT is 0
    And RFLAGS.AC is 0

  @RING3-06
  Scenario Outline: <instruction> faults in ring 3 and doesn't hurt the kernel
    Given the program
      """
      _start:
          lea rsp, [rel stack + 2048]
          lea rbx, [rel stack]
          mov ecx, 0xC0000082
      attempt:
          <instruction>
          ud2
      section .bss
      stack:
          resb 4096
      """
    When it runs to attempt
    And it runs on for 200000 instructions, or to its end
    Then ring 3 first took <fault> at attempt
    And no fault happened in ring 0

    Examples:
      | instruction  | fault    |
      | hlt          | #GP(0x0) |
      | cli          | #GP(0x0) |
      | sti          | #GP(0x0) |
      | in al, 0x21  | #GP(0x0) |
      | out 0x21, al | #GP(0x0) |
      | mov rax, cr0 | #GP(0x0) |
      | mov cr3, rax | #GP(0x0) |
      | mov dr7, rax | #GP(0x0) |
      | rdmsr        | #GP(0x0) |
      | wrmsr        | #GP(0x0) |
      | lgdt [rbx]   | #GP(0x0) |
      | lidt [rbx]   | #GP(0x0) |
      | invlpg [rbx] | #GP(0x0) |
      | swapgs       | #GP(0x0) |
      | sysretq      | #GP(0x0) |
      | wbinvd       | #GP(0x0) |
      | clts         | #GP(0x0) |

  @RING3-07
  Scenario Outline: <what> of a kernel page faults in ring 3
    Given the program
      """
      _start:
          nop
      attempt:
          <instruction>
          ud2
      """
    When it runs to attempt
    And the debugger sets RBX to the address in MSR LSTAR
    And it runs on for 200000 instructions, or to its end
    Then ring 3 first took <fault> at <rip>
    And no fault happened in ring 0

    Examples:
      | what        | instruction    | fault     | rip                      |
      | A read      | mov rax, [rbx] | #PF(0x5)  | attempt                  |
      | A write     | mov [rbx], rax | #PF(0x7)  | attempt                  |
      | A jump into | jmp rbx        | #PF(0x15) | the address in MSR LSTAR |

  @RING3-08
  Scenario: Data is not code
    Given the program
      """
      _start:
          mov rbx, target
          jmp rbx
      section .data
      target:
          jmp $
      """
    When it enters ring 3
    And it runs on for 200000 instructions, or to its end
    Then ring 3 first took #PF(0x15) at target
    And no fault happened in ring 0

  @RING3-10
  Scenario: A thousand system calls, each with its answer and every register kept
    Given the program
      """
      _start:
          mov r12d, 1000
          mov r13, -1
          mov rbx, 0x1234567890ABCDEF
      again:
          mov eax, 0x7FFFFFFF
          syscall
          and r13, rax
          dec r12
          jnz again
      done:
          ud2
      """
    When it runs to done
    Then R13 is negative
    And RBX is 0x1234567890ABCDEF
    And R12 is 0
    And no fault happened in ring 0

  @RING3-11
  Scenario: POPF changes neither IF nor IOPL
    Given the program
      """
      _start:
          lea rsp, [rel stack + 2048]
          push 0x3002
          popfq
      after:
          ud2
      section .bss
      stack:
          resb 4096
      """
    When it runs to after
    Then RFLAGS.IF is 1
    And RFLAGS.IOPL is 0
