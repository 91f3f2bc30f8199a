; Exceptions and interrupts: the IDT's 256 stubs, and the way back by IRETQ.
;
; Every stub leaves the same frame as SYSCALL does (FRAME_*). GS is swapped if the interrupted code ran in ring 3, which the
; saved CS tells (D08); the four vectors on IST stacks can strike between SYSCALL and SWAPGS and look at GS_BASE instead.

; ---------------------------------------------------------------------------------------------------------------------
section .trampoline

; Vectors 0 to 31, EXCEPTION_STUB_SIZE bytes each. The processor pushes an error code for 8, 10 to 14, 17 and 21.
align 16
exception_stubs:
.rept 32, vector
    align EXCEPTION_STUB_SIZE
.if (0x227D00 >> vector) & 1
.else
    push 0
.endif
    push vector
.if (0x40106 >> vector) & 1
    jmp ist_entry
.else
    jmp interrupt_entry
.endif
.endr

; Vectors 32 to 255, INTERRUPT_STUB_SIZE bytes each: a sign-extended byte is all that fits beside the jump.
    align EXCEPTION_STUB_SIZE
interrupt_stubs:
.rept 224, index
    align INTERRUPT_STUB_SIZE
    push byte ((index + 32) ^ 0x80) - 0x80
    jmp device_entry
.endr

; The stub's byte lies where the error code belongs: move it below and make the error code 0.
align 16
device_entry:
    push qword [rsp]
    and qword [rsp], 0xFF
    mov qword [rsp + 8], 0

; RSP = the frame's vector. DF and AC are as the interrupted code had them.
interrupt_entry:
    cld
.if SMAP
    clac
.endif
    test byte [rsp + FRAME_CS - FRAME_VECTOR], 3
    jz .entered
    swapgs
.if KPTI
    mov [gs:PERCPU_SCRATCH], rax
    mov rax, [gs:PERCPU_KERNEL_CR3]
    mov cr3, rax
    mov rax, [gs:PERCPU_SCRATCH]
.endif
.entered:
    save_registers
    jmp interrupt_dispatch

; RSP = frame of interrupted ring-3 code.
interrupt_exit:
    restore_registers
    add rsp, FRAME_RIP - FRAME_VECTOR
.if KPTI
    mov [gs:PERCPU_SCRATCH], rax
    mov rax, [gs:PERCPU_USER_CR3]
    mov cr3, rax
    mov rax, [gs:PERCPU_SCRATCH]
.endif
    swapgs
    iretq

; #DB, NMI, #DF and #MC, each on its own stack. RBX remembers whether to swap GS back, R12 the interrupted page tables.
ist_entry:
    cld
.if SMAP
    clac
.endif
    save_registers
    xor ebx, ebx
    mov ecx, MSR_GS_BASE
    rdmsr
    test edx, edx
    js .kernel_gs                       ; the per-CPU page lies in the upper half
    swapgs
    inc ebx
.kernel_gs:
    mov r12, cr3
.if KPTI
    mov rax, [gs:PERCPU_KERNEL_CR3]
    mov cr3, rax
.endif
    jmp ist_dispatch

ist_exit:
.if KPTI
    mov cr3, r12
.endif
    test ebx, ebx
    jz .leave
    swapgs
.leave:
    restore_registers
    add rsp, FRAME_RIP - FRAME_VECTOR
    iretq

; ---------------------------------------------------------------------------------------------------------------------
section .text

interrupt_dispatch:
    mov rdi, rsp
    cmp qword [rsp + FRAME_VECTOR], 32
    jae .interrupt
    call gate_exception
    jmp .handled
.interrupt:
    call gate_interrupt
.handled:
    cmp qword [gs:PERCPU_RESCHEDULE], 0
    je interrupt_leave
    test byte [rsp + FRAME_CS], 3
    jnz switch_thread
    cmp qword [gs:PERCPU_CURRENT_THREAD], 0
    je switch_thread                    ; nobody was running; else the kernel finishes its system call first

; RSP = frame. IRETQ faults in ring 0 for a bad RIP too (D04).
interrupt_leave:
    test byte [rsp + FRAME_CS], 3
    jz .to_kernel
    mov rax, USER_MAX
    cmp [rsp + FRAME_RIP], rax
    jb interrupt_exit
    jmp bad_return
.to_kernel:
    restore_registers
    add rsp, FRAME_RIP - FRAME_VECTOR
    iretq

ist_dispatch:
    mov rdi, rsp
    cmp qword [rsp + FRAME_VECTOR], 1
    je .debug
    cmp qword [rsp + FRAME_VECTOR], 2
    je .nmi
    cmp qword [rsp + FRAME_VECTOR], 8
    je .double_fault
    call gate_machine_check
    jmp ist_exit
.double_fault:
    call gate_double_fault
    jmp ist_exit
.nmi:
    call gate_nmi
    jmp ist_exit
.debug:
    call gate_exception
    cmp qword [gs:PERCPU_RESCHEDULE], 0
    je ist_exit
    test byte [rsp + FRAME_CS], 3
    jz ist_exit                         ; inside the kernel there is a system call to finish first
    jmp switch_thread
