Feature: Handing capabilities on
  A transfer copies, never widens, and needs GRANT (D28).

  @CAP-04
  Scenario: All 32 times 32 pairs of rights
    A source with rights a is transferred with rights b: that works if a has GRANT and b is within a, and gives b.
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          xor r12d, r12d                                          ; a
          lea r14, [rel results]
      next_source:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 3, r12, 0, 0       ; slot 4
          xor r13d, r13d                                          ; b
      next_rights:
          call3 SYS_CAP_TRANSFER, 4, 2, r13
          mov [r14], rax
          mov qword [r14 + 8], 0
          test rax, rax
          js .refused
          mov rbx, rax
          call2 SYS_CAP_INSPECT, rbx, info
          mov rax, [rel info + 8]
          mov [r14 + 8], rax
          call1 SYS_CAP_DELETE, rbx
      .refused:
          add r14, 16
          inc r13d
          cmp r13d, 32
          jb next_rights
          call1 SYS_CAP_DELETE, 4
          inc r12d
          cmp r12d, 32
          jb next_source
      tried:
          exit
      section .bss
      info:    resb 40
      results: resb 16384
      """
    When it runs to tried
    Then the 1024 results at results say that b was given if a has GRANT and b is within a, and RIGHTS else

  @CAP-05
  Scenario: The source stays, the copy takes the lowest free slot
    Given the child program child
      """
      _start:
          exit
      """
    And the program
      """
      _start:
          create_process child, child_size                        ; 3 and 4
          call3 SYS_CAP_TRANSFER, 0, 4, 2
          mov rbx, rax
          call3 SYS_CAP_TRANSFER, 0, 4, 3
          mov rbp, rax
      transferred:
          exit
      """
    When it runs to transferred
    Then RBX is 0
    And RBP is 1
    And slot 0 of process 1 holds an Endpoint with rights 11
    And slot 0 of process 2 holds an Endpoint with rights 2
    And slot 1 of process 2 holds an Endpoint with rights 3
    And slot 2 of process 2 is empty

  @CAP-05
  Scenario: A full table refuses with FULL, and nothing changes
    Given the program
      """
      _start:
          mov ebx, 61
      fill:
          call3 SYS_CAP_TRANSFER, 0, 2, 2
          dec ebx
          jnz fill
      call:
          call3 SYS_CAP_TRANSFER, 0, 2, 2
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_FULL
    And the kernel's state is as remembered

  @CAP-06
  Scenario: Deleting a slot empties it alone; the object lives while another capability refers to it
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call3 SYS_CAP_TRANSFER, 3, 2, 3                         ; slot 4
          call1 SYS_CAP_DELETE, 3
      deleted:
          call2 SYS_IPC_NOTIFY, 4, 1
      notified:
          mov rbx, rax
          call1 SYS_CAP_DELETE, 3
      again:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3, in a frame of its own
          call2 SYS_IPC_RECV, 4, message
      received:
          exit
      section .bss
      message: resb 128
      """
    When it runs to deleted
    Then RAX is 0
    And slot 3 of process 1 is empty
    And slot 4 of process 1 holds an Endpoint with rights 3
    When it runs to notified
    Then RAX is 0
    When it runs to again
    Then RAX is ERROR_BADSLOT
    When it runs to received
    Then slot 3 of process 1 and slot 4 of process 1 are different objects
    And the 64-bit word at message is 1
