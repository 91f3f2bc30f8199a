; Macros for programs on a machine without a kernel. They use the stack and the registers that they name.

; Goes on in ring 3 with the flags given: IRETQ with SS, RSP, RFLAGS, CS and RIP on the stack.
.macro enter_ring3 target, rflags
    push USER_SS
    push USER_STACK
    push \rflags
    push USER_CS
    push \target
    iretq
.endm

; Writes an MSR; RAX, RCX and RDX change.
.macro write_msr number, value
    mov ecx, \number
    mov rax, \value
    mov rdx, rax
    shr rdx, 32
    wrmsr
.endm

; SYSCALL enters at a label with the mask given; SYSRET returns to the selectors of this machine.
.macro enable_syscall entry, mask
    mov ecx, EFER
    rdmsr
    or eax, 1
    wrmsr
    write_msr STAR, 0x0013000800000000
    write_msr LSTAR, \entry
    write_msr SFMASK, \mask
.endm

; Loads CR3 with what it holds.
.macro reload_cr3
    mov rax, cr3
    mov cr3, rax
.endm

; Clears CR4.PGE and sets it again.
.macro toggle_global_pages
    mov rax, cr4
    and rax, ~0x80
    mov cr4, rax
    or rax, 0x80
    mov cr4, rax
.endm

; Changes CR0.WP.
.macro toggle_write_protect
    mov rax, cr0
    xor rax, 0x10000
    mov cr0, rax
.endm
