Feature: Processes are apart
  The same address is another frame in another process, and nothing that was known of an address before helps.

  @SEC-11
  Scenario: Two processes at the same addresses have different frames
    Given the fixture "sections"
    And the fixture "sections" as a second process
    When it enters ring 3
    Then no frame is mapped at two user addresses of any process
    And 0x400000 is mapped for process 1
    And 0x400000 is mapped for process 2

  @SEC-11
  Scenario: What one process writes the other does not see
    Given the program
      """
      _start:
          mov qword [rel word], 0x5EC4E7
          call0 SYS_THREAD_YIELD
          exit
      section .data
      word: dq 0
      """
    And the program as a second process
      """
      _start:
          mov rbx, [rel word]
      read:
          exit
      section .data
      word: dq 0x0DD
      """
    When process 2 enters ring 3
    And the processor executes one instruction
    Then RBX is 0x0DD

  @SEC-12
  Scenario: Mapping, changing and unmapping the same address again and again uses no stale translation
    Given the program
      """
      _start:
          mov ebp, 50
          mov rbx, 0x10000000
      again:
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 3
          call6 SYS_MEM_MAP, 3, 2, rbx, 0, 4096, 3
          mov [rbx], rbp
          call3 SYS_MEM_UNMAP, 2, rbx, 4096
          call6 SYS_MEM_MAP, 3, 2, rbx, 0, 4096, 1
          cmp [rbx], rbp
          jne wrong
          call3 SYS_MEM_UNMAP, 2, rbx, 4096
          call1 SYS_CAP_DELETE, 3
          dec ebp
          jnz again
      done:
          exit
      wrong:
          ud2
      """
    When it runs to done
    Then the trace holds no TlbStaleUse event
    And the trace holds a TlbInvalidation event
    And RBP is 0

  @SEC-12
  Scenario: Two processes that run in turn at the same addresses use none of each other's translations
    Given the program
      """
      _start:
          mov ebp, 4
      again:
          mov rbx, [rel word]
          call0 SYS_THREAD_YIELD
          dec ebp
          jnz again
          exit
      section .data
      word: dq 1
      """
    And the program as a second process
      """
      _start:
          mov ebp, 4
      again:
          mov rbx, [rel word]
          call0 SYS_THREAD_YIELD
          dec ebp
          jnz again
          exit
      section .data
      word: dq 2
      """
    When it runs to its end
    Then the trace holds no TlbStaleUse event
    And the machine ended with exit code 0

  @SEC-12
  Scenario Outline: No stale translation is used while the program <fixture> runs
    Given the fixture "<fixture>"
    When it runs to its end
    Then the trace holds no TlbStaleUse event
    And the trace holds a TlbInvalidation event
    And the fixture's expectations hold

    Examples:
      | fixture               |
      | mem/use               |
      | mem/touch-after-unmap |
      | registers             |
