Feature: Interrupts for ring 3
  An Interrupt bound to an endpoint comes as a notification. The line stays masked until it is bound again, which acknowledges
  it; the kernel sends the EOI (D37).

  Background:
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 31, 4, 0       ; slot 3: the serial port's line
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 4
          call3 SYS_IRQ_BIND, 3, 4, 0x10
      bound:
          call2 SYS_IPC_RECV, 4, message
      received:
          mov rbx, [rel message]
          call3 SYS_IRQ_BIND, 3, 4, 0x20
      again:
          call2 SYS_IPC_RECV, 4, message
      second:
          exit
      section .data
      message: times 16 dq 0
      """

  @IRQ-01
  Scenario: A line that is raised wakes the receiver with the bits it was bound with
    When it runs to bound
    Then RAX is 0
    When interrupt line 4 is raised
    And it runs to received
    Then RAX is 1
    And the 64-bit word at message is 0x10
    And each interrupt got exactly one EOI

  @IRQ-01
  Scenario: The line is masked until it is bound again
    When it runs to bound
    And interrupt line 4 is raised
    And it runs to received
    Then interrupt line 4 is masked
    When it runs to again
    Then RAX is 0
    And interrupt line 4 is not masked
    When interrupt line 4 is raised
    And it runs to second
    Then the 64-bit word at message is 0x20

  @IRQ-02
  Scenario: A second binding while one holds is BUSY
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, 31, 4, 0       ; slot 3
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 4
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 5
          call3 SYS_IRQ_BIND, 3, 4, 1
      call:
          call3 SYS_IRQ_BIND, 3, 5, 1
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_BUSY
    And the kernel's state is as remembered

  @IRQ-02
  Scenario: An interrupt that nobody has bound is acknowledged and dropped
    Given the program
      """
      _start:
          mov ecx, 1000
      loop:
          dec ecx
          jnz loop
      done:
          exit
      """
    When it runs to loop
    And an interrupt with vector 0x30 arrives
    And it runs to done
    Then RCX is 0
    And the interrupt with vector 0x30 was taken
    And each interrupt got exactly one EOI
