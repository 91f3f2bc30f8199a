Feature: What the SYSCALL instruction does
  SDM vol. 2B, SYSCALL: RCX and R11 take RIP and RFLAGS, STAR gives the selectors, SFMASK masks, LSTAR is the target.
  Nothing goes through memory.

  @ENTRY-01
  Scenario Outline: RCX is the address after the SYSCALL <where>
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          jmp call
          times <padding> nop
      call:
          syscall
      next:
          ud2
      """
    When it runs to call
    And it reaches LSTAR
    Then RCX is next

    Examples:
      | where                                        | padding |
      | at a plain place                             | 5       |
      | at the last two bytes of a page              | 4084    |
      | that straddles two pages                     | 4085    |

  @ENTRY-02 @ENTRY-03
  Scenario Outline: R11 is RFLAGS as ring 3 had it, and what SFMASK leaves reaches the kernel (<flags>)
    Given the program
      """
      _start:
          mov eax, SYS_THREAD_YIELD
          push <value>
          popfq
      call:
          syscall
          ud2
      """
    When it runs to call
    And the registers are remembered
    And it reaches LSTAR
    Then R11 is the remembered RFLAGS
    And bits <value> of R11 are set
    And RFLAGS is R11 and not SFMASK

    Examples:
      | flags             | value    |
      | none but IF       | 0x202    |
      | CF                | 0x203    |
      | PF                | 0x206    |
      | AF                | 0x212    |
      | ZF                | 0x242    |
      | SF                | 0x282    |
      | OF                | 0xA02    |
      | ID                | 0x200202 |
      | all of these      | 0x200AD7 |
      | DF, NT, AC as well | 0x244ED7 |

  @ENTRY-04
  Scenario: The first kernel instruction runs with CPL 0 at LSTAR, on the kernel's selectors
    Given the fixture "hello"
    When it reaches LSTAR
    Then CPL is 0
    And CS is 0x08
    And SS is 0x10
    And RIP is the address in MSR LSTAR

  @ENTRY-05
  Scenario: SYSCALL itself touches no memory
    Given the fixture "hello"
    When it reaches a SYSCALL in ring 3
    And memory accesses are traced
    And the processor executes one instruction
    Then RIP is the address in MSR LSTAR
    And the trace holds a Syscall event
    And the trace holds no MemoryRead event
    And the trace holds no MemoryWrite event
    And the trace holds no PageWalkWrite event
