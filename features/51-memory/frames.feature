Feature: Frames come and go
  What a process gets is zeroed, counted, and given back when nobody holds or maps it any more.

  @MEM-01
  Scenario: mem_alloc takes as many frames as it says, zeroed
    Given the program
      """
      _start:
      before:
          call3 SYS_MEM_ALLOC, 1, 16384, 7                        ; slot 3
      allocated:
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 16384, 3
      mapped:
          exit
      """
    And all free memory is filled with 0xA5
    When it runs to before
    And the free frames are counted
    And it runs to allocated
    Then RAX is 3
    And 4 more frames belong to ring 3, and 4 to 6 fewer are free
    When it runs to mapped
    Then memory is zero from 0x10000000 to 0x10003FFF

  @MEM-06
  Scenario: Frames come back when they are neither held nor mapped
    Given the program
      """
      _start:
          call cycle                                              ; page tables stay once they are there
      before:
          call cycle
      after:
          exit
      cycle:
          call3 SYS_MEM_ALLOC, 1, 16384, 7                        ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 16384, 3
          call1 SYS_CAP_DELETE, 3
      held:
          mov rbx, 0x10000000
          mov byte [rbx], 1
          call3 SYS_MEM_UNMAP, 2, 0x10000000, 16384
          ret
      """
    When it runs to before
    And the free frames are counted
    And it runs to held
    Then 0x10000000 is mapped in the user page tables
    And 4 more frames belong to ring 3, and 4 to 6 fewer are free
    When it runs to after
    Then RAX is 0
    And as many frames are free as were counted

  @MEM-06
  Scenario: A secret left in memory is not found by the next owner
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 4096, 3
          mov rdi, 0x10000000
          mov rax, 0x5EC4E75EC4E75EC4
          mov ecx, 512
          rep stosq
      written:
          call3 SYS_MEM_UNMAP, 2, 0x10000000, 4096
          call1 SYS_CAP_DELETE, 3
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 3
          call6 SYS_MEM_MAP, 3, 2, 0x10000000, 0, 4096, 3
      again:
          exit
      """
    When it runs to written
    And the frame of 0x10000000 is remembered
    And it runs to again
    Then RAX is 0
    And 0x10000000 lies in the remembered frame
    And memory is zero from 0x10000000 to 0x10000FFF

  @MEM-07
  Scenario Outline: With too few frames <call> says NOMEM and changes nothing
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 3
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 4
      call:
          <call>
      returned:
          exit
      """
    When "call" is run with every number of free frames from 0 up to what it needs, on to "returned"
    Then at least <refusals> attempts were refused with NOMEM
    And every refused attempt left the kernel's state as it was
    And the last attempt succeeded

    Examples:
      | call                                                | refusals |
      | call3 SYS_MEM_ALLOC, 1, 65536, 7                    | 16       |
      | call6 SYS_MEM_MAP, 3, 2, 0x300000000000, 0, 4096, 3 | 3        |
      | call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0    | 1        |
      | call3 SYS_PROC_CREATE, 2, -1, 0                     | 3        |
      | call5 SYS_THREAD_CREATE, 2, _start, 0x7FFFFFFFE000, 0, 1 | 4   |

  @MEM-07
  Scenario: A budget can be drawn to its end and no further, however many frames are free
    Each of two processes has half of them.
    Given the program
      """
      _start:
          call2 SYS_CAP_INSPECT, 1, info
          mov rbx, [rel info + 24]
          sub rbx, 4096
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 3
          mov rbp, rax
          call3 SYS_MEM_ALLOC, 1, rbx, 7                          ; slot 4
          mov rbx, rax
          call2 SYS_CAP_INSPECT, 1, info
      call:
          call3 SYS_MEM_ALLOC, 1, 4096, 7
      returned:
          exit
      section .bss
      info: resb 40
      """
    And the fixture "hello" as a second process
    When it runs to call
    Then RBP is 3
    And RBX is 4
    And the 64-bit word at info + 24 is 0
    When the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_NOMEM
    And the kernel's state is as remembered
