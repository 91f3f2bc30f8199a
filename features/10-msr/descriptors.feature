Feature: GDT entries that agree with STAR
  SYSCALL loads fixed attributes and never looks at the GDT, but IRETQ reads the descriptors: the two must say the same (D06).

  Background:
    Given the program
      """
      _start:
      loop:
          inc rbx
          jmp loop
      """

  @MSR-07
  Scenario Outline: The <segment> descriptor is what <by> assumes
    When it enters ring 3
    Then the GDT descriptor <selector> has type <type>, DPL <dpl>, L <l>, P 1

    Examples:
      | segment     | by      | selector | type | dpl | l |
      | kernel code | SYSCALL | 0x08     | code | 0   | 1 |
      | kernel data | SYSCALL | 0x10     | data | 0   | 0 |
      | user data   | SYSRET  | 0x18     | data | 3   | 0 |
      | user code   | SYSRET  | 0x20     | code | 3   | 1 |

  @MSR-07
  Scenario: An interrupt from ring 3 returns by IRETQ to the selectors that SYSRET loaded
    When it has executed 1000 instructions in ring 3
    And the registers are remembered
    And an interrupt with vector 0x40 arrives
    And it is back in ring 3
    Then an IRETQ returned to CS 0x23 and SS 0x1B
    And no register differs from the remembered ones
