Feature: Taking back
  cap_revoke removes all that descends from a capability, in every process, with the mappings made through it, before it
  returns (D30).

  @CAP-07
  Scenario: A tree of three levels over three processes falls at once
    Given the child program grandchild
      """
      _start:                                                     ; 0 itself, 1 the Memory, 2 endpoint
          call6 SYS_MEM_MAP, 1, 0, 0x30000000, 0, 4096, 3
          mov rbx, 0x30000000
          mov byte [rbx], 3
          call2 SYS_IPC_NOTIFY, 2, 2
      spin:
          cmp byte [rbx], 0                                       ; faults as soon as the page is gone
          call0 SYS_THREAD_YIELD
          jmp spin
      """
    And the child program child
      """
      _start:                                                     ; 0 itself, 1 Memory, 2 the grandchild, 3 endpoint
          call3 SYS_CAP_TRANSFER, 1, 2, 3
          call3 SYS_CAP_TRANSFER, 3, 2, 3
          start_process 2, 0
          call6 SYS_MEM_MAP, 1, 0, 0x30000000, 0, 4096, 3
          mov rbx, 0x30000000
          mov byte [rbx], 2
          call2 SYS_IPC_NOTIFY, 3, 1
      wait:
          call0 SYS_THREAD_BLOCK
          jmp wait
      """
    And the program
      """
      _start:
          xor ebx, ebx
          call3 SYS_MEM_ALLOC, 1, 4096, 31                        ; slot 3
          create_process child, child_size                        ; 4 and 5
          create_process grandchild, grandchild_size              ; 6 and 7
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 8
          call3 SYS_CAP_TRANSFER, 5, 5, 31                        ; the child's 0: itself
          call3 SYS_CAP_TRANSFER, 7, 7, 31                        ; the grandchild's 0: itself
          call3 SYS_CAP_TRANSFER, 3, 2, 3                         ; slot 9: a copy before the child's
          call3 SYS_CAP_TRANSFER, 3, 5, 31                        ; the child's 1: the Memory
          call3 SYS_CAP_TRANSFER, 3, 2, 3                         ; slot 10: and one after it
          call3 SYS_CAP_TRANSFER, 7, 5, 31                        ; the child's 2: the grandchild
          call3 SYS_CAP_TRANSFER, 8, 5, 11                        ; the child's 3: the endpoint
          start_process 5, 0
      wait:
          call2 SYS_IPC_RECV, 8, message
          or rbx, [rel message]
          cmp rbx, 3
          jne wait
      shared:
          call1 SYS_CAP_REVOKE, 3
      revoked:
          exit
      section .bss
      message: resb 128
      """
    When it runs to shared
    Then slot 1 of process 2 holds a Memory with rights 31
    And slot 1 of process 3 holds a Memory with rights 3
    And 0x30000000 is mapped for process 2
    And 0x30000000 is mapped for process 3
    When it runs to revoked
    Then RAX is 0
    And slot 3 of process 1 holds a Memory with rights 31
    And slot 9 of process 1 is empty
    And slot 10 of process 1 is empty
    And slot 1 of process 2 is empty
    And slot 1 of process 3 is empty
    And 0x30000000 is not mapped for process 2
    And 0x30000000 is not mapped for process 3
    When it runs to its end
    Then process 3 was killed by #PF(0x4) with CR2 0x30000000

  @CAP-08
  Scenario: Without REVOKE nothing falls
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 3, 15, 0, 0        ; slot 4, all but REVOKE
          call3 SYS_CAP_TRANSFER, 4, 2, 3                         ; slot 5, child of 4
      call:
          call1 SYS_CAP_REVOKE, 4
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_RIGHTS
    And the kernel's state is as remembered
    And slot 5 of process 1 holds an Endpoint with rights 3
