Feature: State beyond the general registers
  A system call leaves the vector registers, the x87 unit and the segment registers of its thread alone, also when other threads
  run in between.

  @SYS-09
  Scenario: XMM0 to XMM15, MXCSR and the x87 control word survive a switch to a thread that overwrites them
    Given the program
      """
      _start:
          call5 SYS_THREAD_CREATE, 2, other, 0x7FFFFFFFD000, 0, 0
          ldmxcsr [rel mxcsr]
          fldcw [rel control]
      call:
          call0 SYS_THREAD_YIELD
      returned:
          exit
      other:
          pcmpeqb xmm0, xmm0
          pcmpeqb xmm1, xmm1
          pcmpeqb xmm7, xmm7
          pcmpeqb xmm8, xmm8
          pcmpeqb xmm15, xmm15
          fninit
      overwritten:
          call0 SYS_THREAD_YIELD
          exit
      section .data
      mxcsr:   dd 0x5F80
      control: dw 0x27F
      """
    When it runs to call
    And the debugger fills the vector registers with a pattern
    And the registers are remembered
    And it runs to overwritten
    And it runs to returned
    Then the vector registers, MXCSR and the x87 control word are the remembered ones

  @SYS-09
  Scenario: YMM0 to YMM15 survive a switch to a thread that overwrites them
    Where the processor has AVX, CR4.OSXSAVE is set, XCR0 enables the x87, SSE and AVX state, and a switch saves all three.
    Given a processor with AVX
    And the program
      """
      _start:
          call5 SYS_THREAD_CREATE, 2, other, 0x7FFFFFFFD000, 0, 0
          xor ecx, ecx
          xgetbv
          mov ebp, eax
      call:
          call0 SYS_THREAD_YIELD
      returned:
          exit
      other:
          vcmpps ymm0, ymm0, ymm0, 15
          vcmpps ymm7, ymm7, ymm7, 15
          vcmpps ymm8, ymm8, ymm8, 15
          vcmpps ymm15, ymm15, ymm15, 15
      overwritten:
          call0 SYS_THREAD_YIELD
          exit
      """
    When it runs to call
    Then RBP is 0x7
    When the debugger fills the vector registers with a pattern
    And the registers are remembered
    And it runs to overwritten
    And it runs to returned
    Then the vector registers, MXCSR and the x87 control word are the remembered ones

  @SYS-10
  Scenario: FS_BASE, GS_BASE, DS and ES survive a switch to a thread that loads others
    Given the program
      """
      _start:
          call5 SYS_THREAD_CREATE, 2, other, 0x7FFFFFFFD000, 0, 0
          mov ecx, 0x1B
          mov ds, ecx
          mov es, ecx
      call:
          call0 SYS_THREAD_YIELD
      returned:
          exit
      other:
          xor ecx, ecx
          mov ds, ecx
          mov es, ecx
          mov fs, ecx
          mov gs, ecx
      overwritten:
          call0 SYS_THREAD_YIELD
          exit
      """
    When it runs to call
    And the debugger sets FS_BASE to 0x12345000
    And the debugger sets GS_BASE to 0x54321000
    And the registers are remembered
    And it runs to overwritten
    And the debugger sets FS_BASE to 0x98765000
    And the debugger sets GS_BASE to 0x56789000
    And it runs to returned
    Then DS is 0x1B
    And ES is 0x1B
    And FS_BASE is 0x12345000
    And GS_BASE is 0x54321000
    And only RAX, RCX, R11 and RIP differ from the remembered registers

  @SYS-10
  Scenario: FS_BASE, GS_BASE, DS, ES, FS and GS come back as they were
    Given the program
      """
      _start:
          mov eax, 0x1B
          mov ds, eax
          mov es, eax
      call:
          call0 SYS_THREAD_YIELD
      returned:
          exit
      """
    When it runs to call
    And the debugger sets FS_BASE to 0x12345000
    And the debugger sets GS_BASE to 0x54321000
    And the registers are remembered
    And it runs to returned
    Then DS is 0x1B
    And ES is 0x1B
    And FS_BASE is 0x12345000
    And GS_BASE is 0x54321000
    And only RAX, RCX, R11 and RIP differ from the remembered registers
