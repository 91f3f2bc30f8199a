@any-kernel
Feature: The program's pages, of any kernel
  The program is an ELF64 executable with four segments; each page gets the rights of its segment's p_flags and no others.

  Background:
    Given the program
      """
      _start:
          jmp _start
      section .rodata
      constant:
          dq 0x1122334455667788, 0x99AABBCCDDEEFF00
      section .data
      variable:
          dq 0x0123456789ABCDEF
      section .bss
      nothing:
          resb 9000
      """

  @LOAD-03 @LOAD-04
  Scenario Outline: The page of <section> is <writable> and <executable> for ring 3
    When it enters ring 3
    Then the page at <label> is user, <writable> and <executable> in the page tables in use

    Examples:
      | section              | label          | writable  | executable |
      | .text                | _start         | read-only | executable |
      | .rodata              | constant       | read-only | no-execute |
      | .data                | variable       | writable  | no-execute |
      | .bss                 | nothing        | writable  | no-execute |
      | .bss's last variable | nothing + 8999 | writable  | no-execute |

  @LOAD-05
  Scenario: The file's bytes are where p_vaddr says
    When it enters ring 3
    Then the 64-bit words at constant start with 0x1122334455667788, 0x99AABBCCDDEEFF00
    And the 64-bit word at variable is 0x0123456789ABCDEF

  @LOAD-06 @LOAD-07
  Scenario: What the file doesn't hold is zero, in .bss and behind the constants
    A kernel from a file starts on a machine whose free RAM is filled with A5: what isn't cleared shows.
    When it enters ring 3
    Then memory is zero from nothing to nothing + 9000
    And memory is zero from constant + 16 to constant + 2048

  @LOAD-10
  Scenario: Null pointers lead nowhere
    When it enters ring 3
    Then the page at 0 is not mapped in the page tables in use
