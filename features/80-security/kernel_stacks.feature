Feature: Kernel stacks end in a guard page
  An overflow must not write over whatever lies below: the push faults, and since the page fault has no stack either, it
  becomes #DF, which has one of its own (D44).

  @SEC-10
  Scenario: The page below every kernel stack is unmapped
    Given the fixture "hello"
    And the fixture "hello" as a second process
    When it reaches the dispatch
    Then the page below the kernel stack of process 1 is not mapped in the kernel page tables
    And the page below the kernel stack of process 2 is not mapped in the kernel page tables

  @SEC-10
  Scenario: Deep recursion in the kernel is a double fault on IST1
    Given the fixture "hello"
    When it reaches the dispatch
    And the debugger plants "call $" there, with RBX = 0
    And it reaches the kernel symbol ist_dispatch
    Then the last fault was #DF(0x0) in ring 0
    And RSP lies in the stack of IST1
    And CPL is 0
    And every page below the kernel stack of process 1 is as it was before
    When it runs to its end
    Then the machine ended with exit code 2
