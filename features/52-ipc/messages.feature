Feature: Messages
  A send meets a receive; the message goes over byte by byte, in the order of the senders.

  @IPC-01
  Scenario Outline: A sender blocks until its <length> bytes are received
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call5 SYS_THREAD_CREATE, 2, sender, stack_top, 0, 0     ; slot 4
          call0 SYS_THREAD_YIELD
      sender_ran:
          call2 SYS_IPC_RECV, 3, received
      done:
          exit

      sender:
          call2 SYS_IPC_SEND, 3, sent
      sent_it:
          exit

      section .data
      sent:
          dq 0x0706050403020100, 0x0F0E0D0C0B0A0908, 0x1716151413121110, 0x1F1E1D1C1B1A1918
          dq 0x2726252423222120, 0x2F2E2D2C2B2A2928, 0x3736353433323130, 0x3F3E3D3C3B3A3938
          dq <length>, 0, 0, 0, 0, 0, 0, 0
      received:
          times 16 dq 0x5555555555555555
      section .bss
          resb 4096
      stack_top:
          resb 16
      """
    When it runs to sender_ran
    Then thread 2 of process 1 is blocked
    When it runs to done
    Then RAX is 0
    And <length> bytes at received are those at sent
    And the 64-bit word at received + 64 is <length>
    And the 64-bit word at received + 104 is 0

    Examples:
      | length |
      | 0      |
      | 1      |
      | 63     |
      | 64     |

  @IPC-01
  Scenario: A message longer than 64 bytes is refused
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
      call:
          call2 SYS_IPC_SEND, 3, message
      returned:
          exit
      section .data
      message:
          times 8 dq 0
          dq 65, 0, 0, 0, 0, 0, 0, 0
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_INVAL
    And the kernel's state is as remembered

  @IPC-02
  Scenario: A receiver blocks until a message comes; senders are served in their order
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call5 SYS_THREAD_CREATE, 2, sender, stack1, 1, 0
          call5 SYS_THREAD_CREATE, 2, sender, stack2, 2, 0
          call5 SYS_THREAD_CREATE, 2, sender, stack3, 3, 0
          xor ebx, ebx
      next:
          call2 SYS_IPC_RECV, 3, received
          lea rcx, [rel order]
          mov rax, [rel received]
          mov [rcx + rbx*8], rax
          inc ebx
          cmp ebx, 3
          jb next
      done:
          exit

      sender:
          sub rsp, 128
          mov [rsp], rdi
          mov qword [rsp + 64], 8
          mov qword [rsp + 104], 0
          call2 SYS_IPC_SEND, 3, rsp
          exit

      section .bss
      order:    resb 32
      received: resb 128
          resb 1024
      stack1:
          resb 1024
      stack2:
          resb 1024
      stack3:
          resb 16
      """
    When it runs to done
    Then the 64-bit words at order start with 1, 2, 3

  @IPC-03
  Scenario Outline: <call> needs <right> on the endpoint
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 3, <rights>, 0, 0  ; slot 4
      call:
          call2 <call>, 4, message
      returned:
          exit
      section .bss
      message: resb 128
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is ERROR_RIGHTS
    And the kernel's state is as remembered

    Examples:
      | call           | right | rights |
      | SYS_IPC_SEND   | WRITE | 29     |
      | SYS_IPC_CALL   | WRITE | 29     |
      | SYS_IPC_NOTIFY | WRITE | 29     |
      | SYS_IPC_RECV   | READ  | 30     |

  @IPC-06
  Scenario: Up to four capabilities go along, with the sender's rights
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call3 SYS_MEM_ALLOC, 1, 4096, 9                         ; slot 4: READ, GRANT
          call5 SYS_THREAD_CREATE, 2, sender, stack_top, 0, 0     ; slot 5
          call2 SYS_IPC_RECV, 3, received
      done:
          exit
      sender:
          call2 SYS_IPC_SEND, 3, sent
          exit
      section .data
      sent:
          times 8 dq 0
          dq 0                                                    ; length
          dq 0, 1, 2, 4                                           ; caps
          dq 4, 0, 0
      received:
          times 16 dq 0x55
      section .bss
          resb 4096
      stack_top:
          resb 16
      """
    When it runs to done
    Then RAX is 0
    And the 64-bit words at received + 72 start with 6, 7, 8, 9, 4
    And slot 6 of process 1 holds an Endpoint with rights 11
    And slot 7 of process 1 holds a Memory with rights 31
    And slot 8 of process 1 holds a Process with rights 31
    And slot 9 of process 1 holds a Memory with rights 9
    And slot 0 of process 1 holds an Endpoint with rights 11
    And slot 4 of process 1 holds a Memory with rights 9

  @IPC-06
  Scenario Outline: <what> does not go along
    Given the program
      """
      _start:
          call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, 31, 0, 0        ; slot 3
          call3 SYS_MEM_ALLOC, 1, 4096, 7                         ; slot 4: no GRANT
      call:
          call2 SYS_IPC_SEND, 3, sent
      returned:
          exit
      section .data
      sent:
          times 8 dq 0
          dq 0
          dq <slot>, 0, 0, 0
          dq <count>, 0, 0
      """
    When it runs to call
    And the kernel's state is remembered
    And it runs to returned
    Then RAX is <error>
    And the kernel's state is as remembered

    Examples:
      | what                       | slot | count | error         |
      | a capability without GRANT | 4    | 1     | ERROR_RIGHTS  |
      | an empty slot              | 9    | 1     | ERROR_BADSLOT |
      | a slot out of range        | 64   | 1     | ERROR_BADSLOT |
      | a fifth capability         | 0    | 5     | ERROR_INVAL   |
