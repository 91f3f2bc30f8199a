Feature: The capabilities that init starts with
  An endpoint of the serial driver, memory for its own address space, and itself (D38).

  @RING3-05
  Scenario: Exactly three slots are filled
    Given the program
      """
      _start:
          xor ebx, ebx
          lea r12, [rel table]
      next:
          mov eax, SYS_CAP_INSPECT
          mov rdi, rbx
          mov rsi, r12
          syscall
          lea rcx, [rel results]
          mov [rcx + rbx*8], rax
          add r12, 40
          inc rbx
          cmp rbx, 64
          jb next
      inspected:
          jmp inspected

      section .bss
      results:
          resb 512
      table:
          resb 2560
      """
    When it runs to inspected
    Then the 64-bit words at results are 0, 0, 0 and then 61 times -2
    And the 64-bit words at table start with TYPE_ENDPOINT, 11
    And the 64-bit words at table + 40 start with TYPE_MEMORY, 31
    And the 64-bit words at table + 80 start with TYPE_PROCESS, 31
    And slot 2 of process 1 is process 1

  @RING3-05
  Scenario: A compiled program sees the same
    Given the fixture "inspect"
    When it runs to its end
    Then the fixture's expectations hold

  @RING3-05
  Scenario: The serial endpoint prints what is sent to it
    Given the fixture "hello"
    When it runs to its end
    Then the serial output is "Hello from ring 3\n"
    And process 1 ended by itself
