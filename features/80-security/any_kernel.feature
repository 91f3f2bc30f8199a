@any-kernel
Feature: Hardening, of any kernel
  A kernel uses what the processor has. Where CPUID lacks a feature, its scenario doesn't apply.

  @SEC-01
  Scenario: With SMEP a fetch from a user page faults in ring 0
    Given a processor with SMEP
    And the program
      """
      _start:
          mov eax, 0x7FFFFFFF
      call:
          syscall
          ud2
      """
    When it runs to call
    Then bit SMEP of CR4 is 1
    When it reaches LSTAR
    And the debugger makes ring 0 execute at call
    And the processor executes one instruction
    Then ring 0 first took #PF(0x11)

  @SEC-02
  Scenario Outline: With SMAP a stray <access> of user memory faults in ring 0
    Given a processor with SMAP
    And the program
      """
      _start:
          mov eax, 0x7FFFFFFF
      call:
          syscall
          ud2
      section .data
      datum:
          dq 1
      """
    When it runs to call
    Then bit SMAP of CR4 is 1
    When it reaches LSTAR
    And the debugger plants "<instruction>" there, with RBX = datum
    And the processor executes one instruction
    Then ring 0 first took #PF(<error>)

    Examples:
      | access | instruction    | error |
      | read   | mov rax, [rbx] | 0x1   |
      | write  | mov [rbx], rax | 0x3   |

  @SEC-03
  Scenario: AC set by ring 3 is not set in the kernel, where it would switch SMAP off
    Given a processor with SMAP
    And the program
      """
      _start:
          lea rsp, [rel stack + 2048]
          mov eax, 0x7FFFFFFF
          push 0x40202
          popfq
      call:
          syscall
          ud2
      section .bss
      stack:
          resb 4096
      """
    When it runs to call
    Then RFLAGS.AC is 1
    When it reaches LSTAR
    And the debugger plants "mov rax, [rbx]" there, with RBX = call
    And the processor executes one instruction
    Then ring 0 first took #PF(0x1)

  @SEC-06
  Scenario: Ring 3 can reach none of the tables that keep it in its place
    Given any program
    When it enters ring 3
    Then ring 3 can reach no frame of the page tables, the GDT, the IDT, the TSS or the entry of system calls

  @SEC-07
  Scenario: No page is writable and executable
    Given any program
    When it enters ring 3
    Then no page is writable and executable in the page tables in use

  @SEC-08
  Scenario: Not even ring 0 writes the code of its entry
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
      call:
          syscall
          ud2
      """
    When it runs to call
    Then bit WP of CR0 is 1
    When it reaches LSTAR
    And the debugger plants "mov [rbx], rax" there, with RBX = the address in MSR LSTAR
    And the processor executes one instruction
    Then ring 0 first took #PF(0x3)

  @SEC-09
  Scenario Outline: With UMIP <instruction> tells ring 3 nothing
    Given a processor with UMIP
    And the program
      """
      _start:
          lea rbx, [rel buffer]
      attempt:
          <instruction>
          ud2
      section .bss
      buffer:
          resb 64
      """
    When it runs to attempt
    And it runs on for 200000 instructions, or to its end
    Then ring 3 first took #GP(0x0) at attempt
    And no fault happened in ring 0

    Examples:
      | instruction |
      | sgdt [rbx]  |
      | sidt [rbx]  |
      | sldt eax    |
      | str eax     |
      | smsw eax    |

  @SEC-12
  Scenario: No stale translation is used
    Given the program
      """
      _start:
          mov r12d, 100
      again:
          mov eax, 0x7FFFFFFF
          syscall
          dec r12
          jnz again
      done:
          ud2
      """
    When it runs to done
    Then the trace holds no TlbStaleUse event
    And no fault happened in ring 0
