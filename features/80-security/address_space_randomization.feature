Feature: Address space layout randomization
  An option with a seed: image, stack and heap move, by whole pages, and the same seed gives the same addresses again. What lies
  where relative to the image's start, and with which rights, stays (D42).

  @SEC-13
  Scenario: Three seeds give three layouts, each of them twice
    Given the fixture "position-independent"
    When it enters ring 3 twice with each of the seeds 1, 2 and 3
    Then each seed gave the same image and stack both times
    And no two seeds gave the same image or the same stack
    And every image and every stack lies on a page boundary

  @SEC-13
  Scenario Outline: The loader keeps its promises at the addresses of seed <seed> (<fixture>)
    Given addresses are chosen by the seed <seed>
    And the fixture "<fixture>"
    And all free memory is filled with 0xA5
    When it enters ring 3
    Then the lower half of the user page tables maps the pages of its PT_LOAD segments, its stack, and nothing else
    And every page of a segment is mapped with the rights of its p_flags
    And memory holds the file's bytes at every p_vaddr
    And memory is zero from p_filesz to p_memsz of every segment
    And memory is zero in the rest of every page of a segment
    And RIP is the file's e_entry
    And nothing is mapped from 0x0 to 0xFFFF
    And no frame is mapped at two user addresses of any process
    And no user page lies in a frame of the kernel or of a page table
    And no page is writable and executable in any page table

    Examples:
      | seed | fixture              |
      | 1    | position-independent |
      | 2    | position-independent |
      | 3    | position-independent |
      | 1    | sections             |
      | 2    | bss                  |
      | 3    | unaligned            |

  @SEC-13
  Scenario Outline: A program runs at the addresses of seed <seed> (<fixture>)
    Given addresses are chosen by the seed <seed>
    And the fixture "<fixture>"
    When it runs to its end
    Then the fixture's expectations hold

    Examples:
      | seed | fixture              |
      | 1    | position-independent |
      | 2    | position-independent |
      | 3    | position-independent |
      | 1    | hello                |
      | 2    | registers            |
      | 3    | mem/use              |

  @SEC-13
  Scenario: Without the option a position-independent file is refused
    When the fixture "position-independent" is offered as init without the option
    Then the kernel refused it
