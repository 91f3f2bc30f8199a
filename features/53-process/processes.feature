Feature: Processes are made and unmade
  A new process is empty; a destroyed one gives everything back and takes nobody with it.

  @PROC-01
  Scenario: An empty process has two PML4s, an empty table and nothing mapped
    Given the program
      """
      _start:
          call3 SYS_PROC_CREATE, 2, -1, 0                         ; slot 3
      created:
          exit
      """
    When it runs to created
    Then RAX is 3
    And slot 3 of process 1 holds a Process with rights 31
    And the lower half of process 2 is empty
    And the capability table of process 2 is empty
    And the PML4s of process 2 are its own

  @PROC-01
  Scenario: A process made of an ELF image has its segments and its stack, and no thread
    Given the child program child
      """
      _start:
          exit
      section .data
          dq 1
      """
    And the program
      """
      _start:
          create_process child, child_size
      created:
          exit
      """
    When it runs to created
    Then 0x400000 is mapped for process 2
    And 0x7FFFFFFFE000 is mapped for process 2
    And 0x7FFFFFFFA000 is not mapped for process 2
    And process 2 has 0 threads

  @PROC-01
  Scenario: A bad image is INVAL, and nothing is left behind
    Given the program
      """
      _start:
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 3
      call:
          call3 SYS_PROC_CREATE, 2, 3, 4096
      returned:
          exit
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_INVAL
    And the kernel's state is as remembered

  @PROC-02
  Scenario: Destroying a process gives back every frame and leaves the others alone
    Given the child program child
      """
      _start:
          call3 SYS_MEM_ALLOC, 0, 8192, 7
          call6 SYS_MEM_MAP, 2, 1, 0x10000000, 0, 8192, 3
          mov rbx, 0x10000000
          mov byte [rbx], 1
          call0 SYS_THREAD_BLOCK
          exit
      """
    And the program
      """
      _start:
          call cycle                                              ; page tables stay once they are there
      before:
          call cycle
      after:
          exit
      cycle:
          create_process child, child_size                        ; 3 and 4
          call3 SYS_CAP_TRANSFER, 1, 4, 31
          call3 SYS_CAP_TRANSFER, 4, 4, 31
          start_process 4, 0                                      ; 5
          call0 SYS_THREAD_YIELD
          call0 SYS_THREAD_YIELD
      running:
          call1 SYS_PROC_DESTROY, 4
      destroyed:
          mov rbx, rax
          call1 SYS_CAP_DELETE, 5
          call1 SYS_CAP_DELETE, 4
          call1 SYS_CAP_DELETE, 3
          call0 SYS_THREAD_YIELD
          ret
      """
    When it runs to before
    And the free frames are counted
    And it runs to running
    Then process 3 is alive
    When it runs to after
    Then RBX is 0
    And process 3 is not alive
    And as many frames are free as were counted

  @PROC-02
  Scenario: A process that faults takes only itself
    Given the child program child
      """
      _start:
          ud2
      """
    And the program
      """
      _start:
          create_process child, child_size
          start_process 4, 0
          call0 SYS_THREAD_YIELD
          call0 SYS_THREAD_YIELD
      survived:
          exit
      """
    When it runs to survived
    Then process 2 is not alive
    And process 1 is alive
