Feature: Interrupts from ring 3
  They land on the thread's kernel stack, and ring 3 goes on as if nothing had been.

  @RING3-09
  Scenario: An interrupt before any instruction lands on RSP0 and returns exactly
    Given the program
      """
      _start:
          mov ecx, 20
          xor eax, eax
          mov rbx, 0x1234567890ABCDEF
          movq xmm3, rbx
      loop:
          add rax, rcx
          rol rbx, 7
          push rbx
          paddq xmm3, xmm3
          pop rdx
          cmp rdx, rbx
          jne wrong
          std
          cld
          dec ecx
          jnz loop
      after:
          jmp after
      wrong:
          ud2
      """
    When it enters ring 3
    And an interrupt with vector 0x40 arrives before each instruction up to after, on a machine of its own
    Then at least 200 instructions were disturbed
    And every interrupt was taken exactly once, with CPL 3
    And every interrupt landed on TSS.RSP0
    And every register and the result are as without the interrupt
