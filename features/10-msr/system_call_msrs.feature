Feature: The MSRs that SYSCALL and SYSRET use
  SYSCALL and SYSRET read neither IDT nor GDT: where they go and with which selectors is in STAR, LSTAR and SFMASK alone.
  SDM vol. 2B, SYSCALL and SYSRET; APM vol. 2, 6.1.1.

  Background:
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          syscall
      returned:
          ud2
      """

  @MSR-01
  Scenario: STAR names the kernel's code segment
    When it enters ring 3
    Then bits 47:32 of MSR STAR are 0x0008

  @MSR-02
  Scenario: SYSRET leaves ring-3 selectors with RPL 3, on either vendor's processor
    The base in STAR[63:48] carries the RPL itself (D05): AMD forces it on CS only.
    When it runs to returned
    Then bits 63:48 of MSR STAR are 0x0013
    And CS is 0x23
    And SS is 0x1B
    When it reaches the kernel symbol interrupt_dispatch
    Then the save area's VECTOR is 6
    And the save area's CS is 0x23
    And the save area's SS is 0x1B

  @MSR-03
  Scenario: LSTAR points into a supervisor code page that both of the process's PML4s map
    When it enters ring 3
    Then the address in MSR LSTAR is canonical
    And the address in MSR LSTAR is mapped like this:
      | page tables | U | W | NX |
      | user        | 0 | 0 | 0  |
      | kernel      | 0 | 0 | 0  |
    And both page tables map the address in MSR LSTAR to the same frame

  @MSR-06
  Scenario: EFER enables SYSCALL and no-execute pages
    When it enters ring 3
    Then bit SCE of MSR EFER is 1
    And bit NXE of MSR EFER is 1

  @MSR-06
  Scenario: With NXE set a fetch from a no-execute page faults with the I/D bit
    Given the program
      """
      _start:
          mov rax, rsp
          sub rax, 16
      jump:
          jmp rax
      """
    When it runs to its end
    Then process 1 was killed by #PF(0x15) with CR2 0x7FFFFFFFEFF0

  @MSR-08
  Scenario: No descriptor leads ring 3 into compatibility mode
    SYSCALL from compatibility mode would enter through CSTAR (D11).
    When it enters ring 3
    Then no code descriptor of the GDT has DPL 3 and L 0
    And the LDT is empty
    And the address in MSR CSTAR is mapped like this:
      | page tables | U | W | NX |
      | user        | 0 | 0 | 0  |
      | kernel      | 0 | 0 | 0  |
