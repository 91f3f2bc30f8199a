; From the boot loader's hand-over to the first process.
;
; The boot loader leaves the processor in 64-bit mode with the kernel's PML4 loaded, interrupts off, and RDI = boot info.

section .text

_start:
    cld
    lea rsp, [rel boot_stack_top]
    mov r15, rdi

; GDT, CS by far return, the other selectors.
    lea rsi, [rel gdt_template]
    mov rdi, GDT_BASE
    mov ecx, GDT_ENTRIES
    rep movsq
    lgdt [rel gdt_pointer]
    push KERNEL_CS
    lea rax, [rel .code_loaded]
    push rax
    retfq
.code_loaded:
    mov eax, KERNEL_SS
    mov ss, eax
    xor eax, eax
    mov ds, eax
    mov es, eax
    mov fs, eax
    mov gs, eax

; TSS: IST stacks, and an I/O bitmap that forbids every port; RSP0 follows at the first switch.
    mov rdi, TSS_BASE
    mov ecx, TSS_IO_BITMAP
    rep stosb
    mov eax, 0xFF
    mov ecx, TSS_LIMIT + 1 - TSS_IO_BITMAP
    rep stosb
    mov rdi, TSS_BASE
    mov word [rdi + TSS_IO_MAP_BASE], TSS_IO_BITMAP
    mov rax, IST1_TOP
    mov [rdi + TSS_IST1], rax
    mov rax, IST2_TOP
    mov [rdi + TSS_IST1 + 8], rax
    mov rax, IST3_TOP
    mov [rdi + TSS_IST1 + 16], rax
    mov rax, IST4_TOP
    mov [rdi + TSS_IST1 + 24], rax
    lea rax, [rel boot_stack_top]
    mov [rdi + TSS_RSP0], rax
    mov eax, TSS_SELECTOR
    ltr ax

; IDT: 32 exceptions with their own attributes, 224 interrupt gates.
    mov rdi, IDT_BASE
    lea rsi, [rel exception_stubs]
    lea rbx, [rel exception_gates]
    mov ecx, 32
.exception_gate:
    movzx edx, word [rbx]
    call write_gate
    add rbx, 2
    add rsi, EXCEPTION_STUB_SIZE
    dec ecx
    jnz .exception_gate
    lea rsi, [rel interrupt_stubs]
    mov ecx, 224
    mov edx, GATE_INTERRUPT << 8
.interrupt_gate:
    call write_gate
    add rsi, INTERRUPT_STUB_SIZE
    dec ecx
    jnz .interrupt_gate
    lidt [rel idt_pointer]

; CR0 and CR4 (D10): what CPUID offers of SMEP, SMAP, UMIP and XSAVE is on, with the x87, SSE and AVX state in XCR0.
    mov rax, CR0_VALUE
    mov cr0, rax
    mov eax, 7
    xor ecx, ecx
    cpuid
    mov eax, CR4_VALUE
    bt ebx, CPUID_7_EBX_SMEP
    jnc .no_smep
    or eax, CR4_SMEP
.no_smep:
    bt ebx, CPUID_7_EBX_SMAP
    jnc .no_smap
    or eax, CR4_SMAP
.no_smap:
    bt ecx, CPUID_7_ECX_UMIP
    jnc .no_umip
    or eax, CR4_UMIP
.no_umip:
.if XSAVE
    or eax, CR4_OSXSAVE
.endif
    mov cr4, rax
.if XSAVE
    xor ecx, ecx
    mov eax, XCR0_VALUE
    xor edx, edx
    xsetbv
.endif
    fninit
    ldmxcsr [rel initial_mxcsr]

; The system-call MSRs.
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_SCE | EFER_NXE
    wrmsr
    mov ecx, MSR_STAR
    mov rax, STAR_VALUE
    call write_msr
    mov ecx, MSR_LSTAR
    lea rax, [rel syscall_entry]
    call write_msr
    mov ecx, MSR_CSTAR
    lea rax, [rel compatibility_entry]
    call write_msr
    mov ecx, MSR_SFMASK
    mov eax, SFMASK_VALUE
    call write_msr

; GS: the kernel's now, the user's (0) in KERNEL_GS_BASE until the first SWAPGS.
    mov ecx, MSR_FS_BASE
    xor eax, eax
    call write_msr
    mov ecx, MSR_KERNEL_GS_BASE
    xor eax, eax
    call write_msr
    mov ecx, MSR_GS_BASE
    mov rax, PERCPU_BASE
    call write_msr
    mov [gs:PERCPU_SELF], rax
    mov rax, cr3
    mov [gs:PERCPU_KERNEL_CR3], rax
    mov [gs:PERCPU_IDLE_CR3], rax
    lea rax, [rel boot_stack_top]
    mov [gs:PERCPU_KERNEL_STACK], rax

; From here on the processor is as every process will find it. The boot modules become processes, the first one runs.
boot_complete:
    mov rdi, r15
    call gate_boot
    jmp switch_thread

; RDI = gate (advanced), RSI = handler, DL = IST, DH = type and DPL.
write_gate:
    mov rax, rsi
    mov [rdi], ax
    mov word [rdi + 2], KERNEL_CS
    mov [rdi + 4], dx
    shr rax, 16
    mov [rdi + 6], ax
    shr rax, 16
    mov [rdi + 8], rax
    add rdi, 16
    ret

; ECX = MSR, RAX = value (kept).
write_msr:
    mov rdx, rax
    shr rdx, 32
    wrmsr
    ret

section .rodata
align 8
gdt_template:
    dq 0
    dq 0x00AF9B000000FFFF               ; 0x08 kernel code: 64-bit, DPL 0
    dq 0x00CF93000000FFFF               ; 0x10 kernel data
    dq 0x00CFF3000000FFFF               ; 0x18 user data: DPL 3
    dq 0x00AFFB000000FFFF               ; 0x20 user code: 64-bit, DPL 3
    dq (TSS_LIMIT & 0xFFFF) | (TSS_BASE & 0xFFFFFF) << 16 | 0x89 << 40 | (TSS_LIMIT >> 16 & 0xF) << 48 | (TSS_BASE >> 24 & 0xFF) << 56
    dq TSS_BASE >> 32 & 0xFFFFFFFF      ; 0x28 TSS
gdt_pointer:
    dw GDT_ENTRIES * 8 - 1
    dq GDT_BASE
idt_pointer:
    dw 256 * 16 - 1
    dq IDT_BASE
initial_mxcsr:
    dd 0x1F80

; Type, DPL and IST of the 32 exceptions: interrupt gates all; INT3 and INTO may be used by ring 3.
exception_gates:
    dw GATE_INTERRUPT << 8              ; #DE
    dw GATE_INTERRUPT << 8 | 4          ; #DB on IST4
    dw GATE_INTERRUPT << 8 | 2          ; NMI on IST2
    dw GATE_INTERRUPT_RING3 << 8        ; #BP
    dw GATE_INTERRUPT_RING3 << 8        ; #OF
    dw GATE_INTERRUPT << 8              ; #BR
    dw GATE_INTERRUPT << 8              ; #UD
    dw GATE_INTERRUPT << 8              ; #NM
    dw GATE_INTERRUPT << 8 | 1          ; #DF on IST1
.rept 9, index
    dw GATE_INTERRUPT << 8              ; 9 to 17
.endr
    dw GATE_INTERRUPT << 8 | 3          ; #MC on IST3
.rept 13, index
    dw GATE_INTERRUPT << 8              ; 19 to 31
.endr

section .data
align 16
    resb 4096
boot_stack_top:
    resb 4096
idle_stack_top:
