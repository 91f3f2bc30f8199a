Feature: Capabilities are slots of a table that only the kernel touches
  A capability is an index into the caller's own table. It can't be forged, and the same index is another object elsewhere.

  @CAP-01
  Scenario: The same slot is another object in another process
    Given the child program child
      """
      _start:
          call2 SYS_CAP_INSPECT, 0, info
          exit
      section .data
      info: times 5 dq 0
      """
    And the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          create_process child, child_size                        ; Memory in 4, Process in 5
          call3 SYS_CAP_TRANSFER, 3, 5, 3
          start_process 5, 0
          call2 SYS_CAP_INSPECT, 0, info
      inspected:
          call0 SYS_THREAD_YIELD
          exit
      section .data
      info: times 5 dq 0
      """
    When it runs to inspected
    Then slot 0 of process 1 holds an Endpoint with rights 11
    And slot 0 of process 2 holds an Endpoint with rights 3
    And slot 0 of process 1 and slot 0 of process 2 are different objects
    And the 64-bit words at info start with TYPE_ENDPOINT, 11
    When process 2 returns from its system call 1
    Then RAX is 0
    And the 64-bit words at the child's info start with TYPE_ENDPOINT, 3

  @CAP-02
  Scenario: No capability lies where ring 3 can write
    Given the fixture "sections"
    And the fixture "hello" as a second process
    When it enters ring 3
    Then no user page lies in a frame of the kernel or of a page table
    And the capability tables lie in frames of the kernel

  @CAP-02
  Scenario: Capabilities of all kinds that a process has been given lie in no page of it, fresh memory included
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4 * 4096, 3                     ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 4 * 4096, 3
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 4
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 4, 3, 0x1234, 0    ; slot 5
          call5 SYS_THREAD_CREATE, 2, _start, 0x7FFFFFFFD000, 0, 1 ; slot 6
      made:
          exit
      """
    When it runs to made
    Then slot 3 of process 1 holds a Memory with rights 3
    And slot 5 of process 1 holds an Endpoint with rights 3
    And slot 6 of process 1 holds a Thread
    And no user page lies in a frame of the kernel or of a page table
    And the capability tables lie in frames of the kernel

  @CAP-09
  Scenario: cap_inspect tells type, rights, object, size and badge, and no kernel address
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 3, 3, 0x1234, 0    ; slot 4, badged
          call3 SYS_MEM_ALLOC, 1, 8192, 3                         ; slot 5
          call2 SYS_CAP_INSPECT, 4, endpoint
          call2 SYS_CAP_INSPECT, 5, memory
          call2 SYS_CAP_INSPECT, 2, process
      inspected:
          exit
      section .data
      endpoint: times 5 dq 0x55
      memory:   times 5 dq 0x55
      process:  times 5 dq 0x55
      """
    When it runs to inspected
    Then the 64-bit words at endpoint start with TYPE_ENDPOINT, 3
    And the 64-bit word at endpoint + 32 is 0x1234
    And the 64-bit words at memory start with TYPE_MEMORY, 3
    And the 64-bit word at memory + 24 is 8192
    And the 64-bit words at process start with TYPE_PROCESS, 31
    And no 64-bit word from endpoint to process + 32 is a kernel address
