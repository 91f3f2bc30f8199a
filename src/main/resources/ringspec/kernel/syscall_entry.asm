; The SYSCALL path: from LSTAR to a handler of the 22-entry table and back to ring 3.
;
; Constants in capitals come from KernelLayout.java. GS is the per-CPU page while the kernel runs.

; Pushes the general registers so that RSP ends at the frame's lowest word, FRAME_R15.
.macro save_registers
    push rax
    push rbx
    push rcx
    push rdx
    push rsi
    push rdi
    push rbp
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
.endm

; The reverse; RSP ends at the frame's vector.
.macro restore_registers
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rbp
    pop rdi
    pop rsi
    pop rdx
    pop rcx
    pop rbx
    pop rax
.endm

; SYSCALL switches neither stack nor GS nor page tables and leaves no register free: SWAPGS reaches the per-CPU page, which
; keeps the user's RSP, and RSP itself then carries CR3 (D07, D14). Until the last MOV nothing is pushed (ENTRY-06).
.macro enter_from_syscall
    swapgs
    mov [gs:PERCPU_USER_RSP], rsp
.if KPTI
    mov rsp, [gs:PERCPU_KERNEL_CR3]
    mov cr3, rsp
.endif
    mov rsp, [gs:PERCPU_KERNEL_STACK]
    push USER_SS
    push qword [gs:PERCPU_USER_RSP]
    push r11
    push USER_CS
    push rcx
    push 0
    push VECTOR_SYSCALL
    save_registers
.endm

; What ring 3 may have loaded into the data segment registers, and the bases of FS and GS, of which the user's is in
; KERNEL_GS_BASE while the kernel runs. RDI = thread; RAX, RCX and RDX are lost.
.macro save_segments
    mov [rdi + THREAD_SELECTORS], ds
    mov [rdi + THREAD_SELECTORS + 2], es
    mov [rdi + THREAD_SELECTORS + 4], fs
    mov [rdi + THREAD_SELECTORS + 6], gs
    mov ecx, MSR_FS_BASE
    rdmsr
    mov [rdi + THREAD_FS_BASE], eax
    mov [rdi + THREAD_FS_BASE + 4], edx
    mov ecx, MSR_KERNEL_GS_BASE
    rdmsr
    mov [rdi + THREAD_GS_BASE], eax
    mov [rdi + THREAD_GS_BASE + 4], edx
.endm

; The reverse. The bases come last: what a null selector does to them depends on the vendor. GS is loaded between two SWAPGS,
; since the load would take the per-CPU page away, also from an NMI.
.macro load_segments
    mov ds, [rdi + THREAD_SELECTORS]
    mov es, [rdi + THREAD_SELECTORS + 2]
    mov fs, [rdi + THREAD_SELECTORS + 4]
    swapgs
    mov gs, [rdi + THREAD_SELECTORS + 6]
    swapgs
    mov ecx, MSR_FS_BASE
    mov eax, [rdi + THREAD_FS_BASE]
    mov edx, [rdi + THREAD_FS_BASE + 4]
    wrmsr
    mov ecx, MSR_KERNEL_GS_BASE
    mov eax, [rdi + THREAD_GS_BASE]
    mov edx, [rdi + THREAD_GS_BASE + 4]
    wrmsr
.endm

; ---------------------------------------------------------------------------------------------------------------------
; In both PML4s of a process, at the same address.
section .trampoline

; LSTAR. IF, TF, DF, NT, AC and IOPL are clear by SFMASK (D09).
syscall_entry:
    enter_from_syscall
    jmp syscall_dispatch

; CSTAR. No descriptor leads into compatibility mode (D11), so whoever arrives here has broken in: the thread ends.
compatibility_entry:
    enter_from_syscall
    jmp bad_return

; RSP = frame of the thread that leaves; its RIP has been checked. The user's CR3 comes last, for it unmaps nearly everything.
syscall_exit:
    restore_registers
    mov rcx, [rsp + FRAME_RIP - FRAME_VECTOR]
    mov r11, [rsp + FRAME_RFLAGS - FRAME_VECTOR]
    mov rsp, [rsp + FRAME_RSP - FRAME_VECTOR]
.if KPTI
    mov [gs:PERCPU_USER_RSP], rsp
    mov rsp, [gs:PERCPU_USER_CR3]
    mov cr3, rsp
    mov rsp, [gs:PERCPU_USER_RSP]
.endif
    swapgs
    sysretq

; ---------------------------------------------------------------------------------------------------------------------
section .text

; RAX = number, RDI RSI RDX R10 R8 R9 = arguments, RSP = frame. The number counts with all 64 bits, unsigned (D24).
syscall_dispatch:
    cmp rax, SYSCALL_COUNT
    jae .no_such_call
    lea rbx, [rel syscall_table]
    mov rcx, r10                        ; the handlers follow the System V calling convention; SYSCALL has taken RCX
    call [rbx + rax*8]
.store_result:
    mov [rsp + FRAME_RAX], rax
    cmp qword [gs:PERCPU_RESCHEDULE], 0
    jne switch_thread
    jmp syscall_return
.no_such_call:
    mov rax, ERROR_NOSYS
    jmp .store_result

; SYSRETQ to a non-canonical RIP faults in ring 0 on Intel, with the user's RSP already loaded (D03, D04): below USER_MAX
; every address is canonical.
syscall_return:
    mov rcx, [rsp + FRAME_RIP]
    mov r11, USER_MAX
    cmp rcx, r11
    jb syscall_exit
bad_return:
    mov rdi, rsp
    call gate_bad_return
    jmp switch_thread

; Leaves the running thread, whose user registers are in its frame already, for the one that the scheduler names. The stack
; and the page tables of a thread that has ended stay valid until gate_switched.
switch_thread:
    mov rax, [gs:PERCPU_CURRENT_THREAD]
    test rax, rax
    jz .choose
    mov rdi, rax
.if XSAVE
    mov eax, XCR0_VALUE
    xor edx, edx
    xsave64 [rdi + THREAD_FPU]
.else
    fxsave64 [rax + THREAD_FPU]
.endif
    save_segments
.choose:
    call gate_schedule
    test rax, rax
    jz idle
resume_thread:
    mov rcx, [gs:PERCPU_KERNEL_CR3]
    mov cr3, rcx
    mov rsp, [rax + THREAD_FRAME]
    mov rdi, rax
.if XSAVE
    mov eax, XCR0_VALUE
    xor edx, edx
    xrstor64 [rdi + THREAD_FPU]
.else
    fxrstor64 [rax + THREAD_FPU]
.endif
    load_segments
    call gate_switched
    cmp qword [gs:PERCPU_RESCHEDULE], 0
    jne switch_thread                   ; who waited for what ended in the switch is more urgent
    cmp qword [rsp + FRAME_VECTOR], VECTOR_SYSCALL
    je syscall_return
    jmp interrupt_leave

; Nothing is ready: wait for an interrupt on a stack and page tables that belong to no process.
idle:
    mov rcx, [gs:PERCPU_IDLE_CR3]
    mov cr3, rcx
    lea rsp, [rel idle_stack_top]
    call gate_switched
.check:
    call gate_schedule                  ; what ended in the switch may have woken somebody
    test rax, rax
    jnz resume_thread
    sti
    hlt
    cli
    jmp .check

; A gate hands control to the handler of the same name; what it does is the kernel's Java side.
.macro gate name
\name:
    vmcall
    ret
.endm

    gate sys_mem_map
    gate sys_mem_unmap
    gate sys_mem_grant
    gate sys_mem_alloc
    gate sys_ipc_send
    gate sys_ipc_recv
    gate sys_ipc_call
    gate sys_ipc_reply
    gate sys_ipc_notify
    gate sys_cap_create
    gate sys_cap_delete
    gate sys_cap_transfer
    gate sys_cap_revoke
    gate sys_cap_inspect
    gate sys_proc_create
    gate sys_proc_destroy
    gate sys_thread_create
    gate sys_thread_destroy
    gate sys_thread_yield
    gate sys_thread_block
    gate sys_thread_wake
    gate sys_irq_bind

    gate gate_boot
    gate gate_exception
    gate gate_interrupt
    gate gate_nmi
    gate gate_double_fault
    gate gate_machine_check
    gate gate_bad_return
    gate gate_schedule
    gate gate_switched

section .rodata
align 8
syscall_table:
    dq sys_mem_map                      ; 0
    dq sys_mem_unmap                    ; 1
    dq sys_mem_grant                    ; 2
    dq sys_mem_alloc                    ; 3
    dq sys_ipc_send                     ; 4
    dq sys_ipc_recv                     ; 5
    dq sys_ipc_call                     ; 6
    dq sys_ipc_reply                    ; 7
    dq sys_ipc_notify                   ; 8
    dq sys_cap_create                   ; 9
    dq sys_cap_delete                   ; 10
    dq sys_cap_transfer                 ; 11
    dq sys_cap_revoke                   ; 12
    dq sys_cap_inspect                  ; 13
    dq sys_proc_create                  ; 14
    dq sys_proc_destroy                 ; 15
    dq sys_thread_create                ; 16
    dq sys_thread_destroy               ; 17
    dq sys_thread_yield                 ; 18
    dq sys_thread_block                 ; 19
    dq sys_thread_wake                  ; 20
    dq sys_irq_bind                     ; 21
