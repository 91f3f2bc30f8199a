Feature: The user's stack and its guard pages
  Four pages below USER_MAX, never executable, with an unmapped page on either side (D01, D02, D03).

  @LOAD-11
  Scenario: Four zeroed, writable, no-execute pages that end at USER_MAX
    Given the fixture "hello"
    And all free memory is filled with 0xA5
    When it enters ring 3
    Then these pages are mapped in the user page tables:
      | from           | to             | U | W | NX |
      | 0x7FFFFFFFB000 | 0x7FFFFFFFEFFF | 1 | 1 | 1  |
    And memory is zero from 0x7FFFFFFFB000 to 0x7FFFFFFFEFFF
    And 0x7FFFFFFFA000 is not mapped in the user page tables
    And 0x7FFFFFFFF000 is not mapped in the user page tables

  @LOAD-11
  Scenario: A program that pushes without end hits the lower guard
    Given the program
      """
      _start:
          push rax
          jmp _start
      """
    When it runs to its end
    Then process 1 was killed by #PF(0x6) with CR2 0x7FFFFFFFAFF8

  @LOAD-11
  Scenario: Endless recursion in C ends in the guard page, too
    Given the fixture "stack-overflow"
    When it runs to its end
    Then the fixture's expectations hold

  @LOAD-11
  Scenario: PT_GNU_STACK may ask for more, and the guard moves down
    Given the fixture "big-stack"
    When it enters ring 3
    Then the stack has the p_memsz of PT_GNU_STACK, and an unmapped page on either side
    When it runs to its end
    Then the fixture's expectations hold
