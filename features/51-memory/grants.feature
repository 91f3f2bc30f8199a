Feature: Sharing memory between processes
  A grant shares the frames themselves; what the other process may do with them is at most what was granted.

  @MEM-05
  Scenario: What one writes the other sees
    Given the child program reader
      """
      _start:                                                     ; 0 itself, 1 the Memory, 2 endpoint
          call6 SYS_MEM_MAP, 1, 0, 0x30000000, 0, 4096, 1
          mov rbx, [0x30000000]
          call2 SYS_IPC_NOTIFY, 2, rbx
          call0 SYS_THREAD_BLOCK
          exit
      """
    And the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 8192, 31                        ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 8192, 3
          mov rbx, 0x10001000
          mov qword [rbx], 0x1234
          create_process reader, reader_size                      ; 4 and 5
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 6
          call3 SYS_CAP_TRANSFER, 5, 5, 31
          call5 SYS_MEM_GRANT, 3, 5, 1, 4096, 4096
          mov rbp, rax
          call3 SYS_CAP_TRANSFER, 6, 5, 3
          start_process 5, 0
          call2 SYS_IPC_RECV, 6, message
      received:
          exit
      section .bss
      message: resb 128
      """
    When it runs to received
    Then RAX is 1
    And RBP is 1
    And the 64-bit word at message is 0x1234
    And slot 1 of process 2 holds a Memory with rights 1
    And 0x30000000 of process 2 and 0x10001000 of process 1 lie in the same frame

  @MEM-05
  Scenario: Through a read-only grant nothing can be written
    Given the child program writer
      """
      _start:
          call6 SYS_MEM_MAP, 1, 0, 0x30000000, 0, 4096, 3
      refused:
          mov rbp, rax
          call6 SYS_MEM_MAP, 1, 0, 0x30000000, 0, 4096, 1
          mov rbx, 0x30000000
          mov byte [rbx], 1
          ud2
      """
    And the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, 31                        ; slot 3
          create_process writer, writer_size                      ; 4 and 5
          call3 SYS_CAP_TRANSFER, 5, 5, 31
          call5 SYS_MEM_GRANT, 3, 5, 1, 0, 4096
          start_process 5, 0
          exit
      """
    When it runs to its end
    Then process 2 was killed by #PF(0x7) with CR2 0x30000000

  @MEM-05
  Scenario: A grant needs GRANT, and gives no right that its source lacks
    Given the child program child
      """
      _start:
          exit
      """
    And the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 3, without GRANT
          call3 SYS_MEM_ALLOC, 1, 4096, 9                         ; slot 4, READ and GRANT
          create_process child, child_size                        ; 5 and 6
      call:
          call5 SYS_MEM_GRANT, 3, 6, 1, 0, 4096
          mov rbx, rax
          call5 SYS_MEM_GRANT, 4, 6, 3, 0, 4096
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RBX is ERROR_RIGHTS
    And RAX is ERROR_RIGHTS
    And the kernel's state is as remembered
