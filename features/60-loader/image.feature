Feature: The image in memory
  What PT_LOAD says, and nothing else: the right pages with the right permissions, the file's bytes, and zeroes.

  @LOAD-03 @LOAD-04
  Scenario Outline: Every PT_LOAD of <fixture> and only PT_LOAD is mapped, with exactly its permissions
    Given the fixture "<fixture>"
    When it enters ring 3
    Then the lower half of the user page tables maps the pages of its PT_LOAD segments, its stack, and nothing else
    And every page of a segment is mapped with the rights of its p_flags

    Examples:
      | fixture   |
      | hello     |
      | sections  |
      | bss       |
      | unaligned |
      | sha256    |
      | big-stack |

  @LOAD-03
  Scenario Outline: A <type> at an address of its own stays out of memory
    Given the fixture "hello"
    And its file also has a program header of type <type> = <number> at 0x10000000
    When it enters ring 3
    Then the lower half of the user page tables maps the pages of its PT_LOAD segments, its stack, and nothing else

    Examples:
      | type         | number     |
      | PT_NULL      | 0          |
      | PT_NOTE      | 4          |
      | PT_SHLIB     | 5          |
      | PT_TLS       | 7          |
      | PT_LOOS      | 0x60000000 |
      | PT_GNU_RELRO | 0x6474E552 |
      | PT_LOPROC    | 0x70000000 |

  @LOAD-05 @LOAD-06 @LOAD-07
  Scenario Outline: The pages of <fixture> hold the file's bytes and zeroes, whatever the frames held before
    Given the fixture "<fixture>"
    And all free memory is filled with 0xA5
    When it enters ring 3
    Then memory holds the file's bytes at every p_vaddr
    And memory is zero from p_filesz to p_memsz of every segment
    And memory is zero in the rest of every page of a segment

    Examples:
      | fixture   |
      | hello     |
      | sections  |
      | bss       |
      | unaligned |
      | sha256    |

  @LOAD-06
  Scenario: A program finds its .bss zeroed
    Given the fixture "bss"
    And all free memory is filled with 0xA5
    When it runs to its end
    Then the fixture's expectations hold

  @LOAD-10
  Scenario: The image starts at 0x400000, and page 0 is not mapped
    Given the fixture "hello"
    When it enters ring 3
    Then 0x400000 is mapped in the user page tables
    And nothing is mapped from 0x0 to 0xFFFF

  @LOAD-12
  Scenario Outline: <fixture> starts at its e_entry
    Given the fixture "<fixture>"
    When it enters ring 3
    Then RIP is the file's e_entry

    Examples:
      | fixture  |
      | hello    |
      | sections |

  @LOAD-12
  Scenario: An e_entry in the middle of the text
    Given the program
      """
      helper:
          ud2
      _start:
          jmp _start
      """
    When it enters ring 3
    Then RIP is _start
    And RIP is the file's e_entry

  @LOAD-14
  Scenario: No frame is mapped twice or belongs to the kernel
    Given the fixture "sections"
    And the fixture "hello" as a second process
    When it enters ring 3
    Then no frame is mapped at two user addresses of any process
    And no user page lies in a frame of the kernel or of a page table
