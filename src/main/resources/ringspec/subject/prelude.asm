; Macros for the programs that stand in scenarios. Each system call takes the number and its arguments; RAX is the result, and
; nothing else changes but the argument registers, RCX and R11.

.macro call0 number
    mov eax, \number
    syscall
.endm

.macro call1 number, a
    mov rdi, \a
    mov eax, \number
    syscall
.endm

.macro call2 number, a, b
    mov rdi, \a
    mov rsi, \b
    mov eax, \number
    syscall
.endm

.macro call3 number, a, b, c
    mov rdi, \a
    mov rsi, \b
    mov rdx, \c
    mov eax, \number
    syscall
.endm

.macro call4 number, a, b, c, d
    mov rdi, \a
    mov rsi, \b
    mov rdx, \c
    mov r10, \d
    mov eax, \number
    syscall
.endm

.macro call5 number, a, b, c, d, e
    mov rdi, \a
    mov rsi, \b
    mov rdx, \c
    mov r10, \d
    mov r8, \e
    mov eax, \number
    syscall
.endm

.macro call6 number, a, b, c, d, e, f
    mov rdi, \a
    mov rsi, \b
    mov rdx, \c
    mov r10, \d
    mov r8, \e
    mov r9, \f
    mov eax, \number
    syscall
.endm

; The thread ends; with the last one its process.
.macro exit
    call1 SYS_THREAD_DESTROY, -1
.endm

; A process with an image in it and no thread yet: RAX = its slot. The image is copied into a Memory, whose slot is in R15 then.
.macro create_process image, size
    call3 SYS_MEM_ALLOC, 1, (\size + 0xFFF) & ~0xFFF, 7
    mov r15, rax
    call6 SYS_MEM_MAP, r15, 2, 0x20000000, 0, (\size + 0xFFF) & ~0xFFF, 3
    mov rsi, \image
    mov edi, 0x20000000
    mov ecx, \size
    rep movsb
    call3 SYS_MEM_UNMAP, 2, 0x20000000, (\size + 0xFFF) & ~0xFFF
    call3 SYS_PROC_CREATE, 2, r15, \size
.endm

; The first thread of a process, at its e_entry with the default stack: RAX = the thread's slot.
.macro start_process process, argument
    call5 SYS_THREAD_CREATE, \process, 0, 0, \argument, 0
.endm
