Feature: What ring 3 may not do
  A fault ends the process that caused it and no other: the record is kept, the machine runs on (D40).

  @RING3-06
  Scenario Outline: <instruction> is <fault> in ring 3, and the next process runs
    Given the program
      """
      _start:
          mov ecx, 0xC0000082
          mov edx, 0x3F8
          lea rbx, [rel _start]
      culprit:
          <instruction>
      survived:
          jmp survived
      """
    And the fixture "hello" as a second process
    When it runs to its end
    Then process 1 was killed by <fault> at culprit
    And the serial output contains "Hello from ring 3\n"
    And process 2 ended by itself

    Examples:
      | instruction    | fault    |
      | hlt            | #GP(0x0) |
      | cli            | #GP(0x0) |
      | sti            | #GP(0x0) |
      | in al, dx      | #GP(0x0) |
      | out dx, al     | #GP(0x0) |
      | in al, 0x60    | #GP(0x0) |
      | in eax, 0x71   | #GP(0x0) |
      | out 0xF4, al   | #GP(0x0) |
      | insb           | #GP(0x0) |
      | outsb          | #GP(0x0) |
      | mov rax, cr0   | #GP(0x0) |
      | mov rax, cr3   | #GP(0x0) |
      | mov cr0, rax   | #GP(0x0) |
      | mov cr3, rax   | #GP(0x0) |
      | mov cr4, rax   | #GP(0x0) |
      | mov cr8, rax   | #GP(0x0) |
      | mov rax, cr8   | #GP(0x0) |
      | mov rax, dr7   | #GP(0x0) |
      | mov dr7, rax   | #GP(0x0) |
      | clts           | #GP(0x0) |
      | lmsw ax        | #GP(0x0) |
      | rdmsr          | #GP(0x0) |
      | wrmsr          | #GP(0x0) |
      | lgdt [rbx]     | #GP(0x0) |
      | lidt [rbx]     | #GP(0x0) |
      | lldt ax        | #GP(0x0) |
      | ltr ax         | #GP(0x0) |
      | invlpg [rbx]   | #GP(0x0) |
      | invd           | #GP(0x0) |
      | wbinvd         | #GP(0x0) |
      | swapgs         | #GP(0x0) |
      | sysretq        | #GP(0x0) |
      | int 0x20       | #GP(0x102) |
      | int 0x0E       | #GP(0x72) |
      | stac           | #UD      |
      | clac           | #UD      |
      | vmcall         | #UD      |
      | ud2            | #UD      |

  @RING3-11
  Scenario: POPF changes neither IF nor IOPL
    Given the program
      """
      _start:
          push 0x3AD7                         ; IOPL 3, IF 1
          popfq
      raised:
          push 0x2
          popfq
      cleared:
          jmp cleared
      """
    When it runs to raised
    Then RFLAGS.IOPL is 0
    And RFLAGS.IF is 1
    When it runs to cleared
    Then RFLAGS.IF is 1
    And RFLAGS.IOPL is 0
