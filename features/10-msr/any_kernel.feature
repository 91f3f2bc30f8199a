@any-kernel
Feature: SYSCALL's registers, of any kernel
  What holds whatever the kernel's selectors and addresses are. The scenarios look at the machine alone, so that they apply to a
  kernel from a file as well (ringspec conform --kernel).

  @MSR-01
  Scenario Outline: STAR names a <segment> segment of the GDT for SYSCALL
    Given any program
    When it enters ring 3
    Then the GDT descriptor at STAR[47:32] + <offset> has type <type>, DPL 0, L <l>, P 1

    Examples:
      | segment      | offset | type | l |
      | 64-bit code  | 0      | code | 1 |
      | kernel stack | 8      | data | 0 |

  @MSR-07
  Scenario Outline: STAR names a <segment> segment of the GDT for SYSRET
    Given any program
    When it enters ring 3
    Then the GDT descriptor at STAR[63:48] + <offset> has type <type>, DPL 3, L <l>, P 1

    Examples:
      | segment     | offset | type | l |
      | user stack  | 8      | data | 0 |
      | 64-bit code | 16     | code | 1 |

  @MSR-02
  Scenario: After a system call ring 3 has selectors with RPL 3
    AMD's SYSRET takes the RPL of SS from STAR[63:48] as it is (D05).
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
          syscall
      returned:
          ud2
      """
    When it runs to returned
    Then bits 1:0 of CS are 3
    And bits 1:0 of SS are 3
    And CPL is 3

  @MSR-03
  Scenario: LSTAR points into a page that only ring 0 can use, and not write
    Given any program
    When it enters ring 3
    Then the address in MSR LSTAR is canonical
    And the page at the address in MSR LSTAR is supervisor, read-only and executable in the page tables in use

  @MSR-04
  Scenario: The kernel is entered with interrupts off
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
      call:
          syscall
          ud2
      """
    When it runs to call
    Then RFLAGS.IF is 1
    When it reaches LSTAR
    Then RFLAGS.IF is 0

  @MSR-05
  Scenario Outline: <flag> of ring 3 is clear at the first instruction of the kernel
    The debugger sets it: TF would trap first, and ring 3 can't raise IOPL, though a careless IRETQ could.
    Given the program
      """
      _start:
          mov eax, 0x7FFFFFFF
      call:
          syscall
          ud2
      """
    When it runs to call
    And the debugger sets RFLAGS.<flag> to <value>
    And it reaches LSTAR
    Then RFLAGS.<flag> is 0

    Examples:
      | flag | value |
      | TF   | 1     |
      | DF   | 1     |
      | IOPL | 3     |
      | NT   | 1     |
      | AC   | 1     |

  @MSR-06
  Scenario Outline: EFER.<bit> is set
    Given any program
    When it enters ring 3
    Then bit <bit> of MSR EFER is 1

    Examples:
      | bit |
      | SCE |
      | NXE |

  @MSR-08
  Scenario: No descriptor leads ring 3 into compatibility mode
    Given any program
    When it enters ring 3
    Then no code descriptor of the GDT has DPL 3 and L 0
    And the LDT is empty
