; One of the callers of the random runs: system calls without end or sense, until the counter that random-keeper.asm has given it
; is used up. Every argument comes from a pool of sixteen values that suit its place, or, one time in sixteen, from the pool of
; hostile values, or is just any number. Every thread of it does the same; it uses no stack, for all threads have the same one.

COUNTER     equ 0x30000000
HEAP        equ 0x10000000
STACK       equ 0x7FFFFFFFF000

; RAX = R15 = the next number of a xorshift generator; RCX is lost.
.macro random
    mov rax, r15
    shl rax, 13
    xor r15, rax
    mov rax, r15
    shr rax, 7
    xor r15, rax
    mov rax, r15
    shl rax, 17
    xor r15, rax
    mov rax, r15
    shr rax, 20
.endm

; An argument from the pool that the row at R13 names for its place.
.macro pick place, register
    random
    mov rcx, rax
    mov rbx, pools
    movzx edx, byte [r13 + \place]
    shl edx, 7
    test ecx, 0xF0
    jnz .pool\@
    xor edx, edx
.pool\@:
    add rbx, rdx
    and ecx, 15
    mov \register, [rbx + rcx * 8]
    test eax, 0x3F00
    jnz .picked\@
    mov \register, r15
.picked\@:
.endm

_start:
    mov r15, rdi
    bts r15, 0
    mov r14, COUNTER
again:
    dec qword [r14]
    js enough
    ; The message: any data, and mostly a length and slots that it may have.
    random
    mov rbx, message
    mov [rbx], rax
    mov ecx, eax
    and ecx, 0x3F
    mov [rbx + 64], rcx
    shr rax, 8
    mov ecx, eax
    and ecx, 15
    mov [rbx + 72], rcx
    shr rax, 4
    mov ecx, eax
    and ecx, 15
    mov [rbx + 80], rcx
    shr rax, 4
    mov ecx, eax
    and ecx, 7
    shr ecx, 1
    mov [rbx + 104], rcx
    random
    mov rbx, calls
    and eax, 63
    movsx rax, byte [rbx + rax]
    mov r12, rax
    mov r13, arguments
    cmp rax, 22
    jae .foreign
    lea rax, [rax + rax * 2]
    lea r13, [r13 + rax * 2 + 6]
.foreign:
    pick 0, rdi
    pick 1, rsi
    pick 3, r10
    pick 4, r8
    pick 5, r9
    mov r11, rdi
    pick 2, rdi
    mov rdx, rdi
    mov rdi, r11
    bt r15, 40                              ; every other one of these two goes on with what there is
    jc .call
    cmp r12, SYS_MEM_UNMAP
    je .unmap
    cmp r12, SYS_IPC_REPLY
    jne .call
    mov rbx, message                        ; the Reply that the last message came with
    mov rdi, [rbx + 120]
    jmp .call
.unmap:
    mov edi, 2
    mov rsi, rbp                            ; what was mapped last
    mov edx, 0x1000
.call:
    mov rax, r12
    syscall
    test rax, rax
    jnz .chance
    cmp r12, SYS_MEM_UNMAP
    je .unmapped
    cmp r12, SYS_MEM_MAP
    jne .chance
    cmp rsi, 2
    jne .chance
    mov rbp, rdx
    mov rax, [rdx]                          ; what has just been mapped is there
    jmp again
.unmapped:
    cmp rdi, 2
    jne .chance
    test r15d, 0x70
    jnz .chance
    mov rax, [rsi]                          ; what has just been unmapped is not
.chance:
    random
    test eax, 0x3FF
    jnz again
    shr eax, 5                              ; from time to time a look at what may be there or not
    and eax, 0xF000
    mov rbx, HEAP
    mov rax, [rbx + rax]
    jmp again

enough:
    inc qword [r14]                         ; stays at nothing
    exit

section .rodata
; Numbers of calls, by weight.
calls:
    db SYS_MEM_MAP, SYS_MEM_MAP, SYS_MEM_MAP, SYS_MEM_MAP, SYS_MEM_MAP, SYS_MEM_UNMAP, SYS_MEM_UNMAP, SYS_MEM_UNMAP
    db SYS_MEM_GRANT, SYS_MEM_GRANT, SYS_MEM_GRANT, SYS_MEM_ALLOC, SYS_MEM_ALLOC, SYS_MEM_ALLOC, SYS_IPC_SEND, SYS_IPC_SEND
    db SYS_IPC_SEND, SYS_IPC_SEND, SYS_IPC_RECV, SYS_IPC_RECV, SYS_IPC_RECV, SYS_IPC_RECV, SYS_IPC_RECV, SYS_IPC_CALL
    db SYS_IPC_CALL, SYS_IPC_CALL, SYS_IPC_REPLY, SYS_IPC_REPLY, SYS_IPC_REPLY, SYS_IPC_REPLY, SYS_IPC_NOTIFY, SYS_MEM_UNMAP
    db SYS_IPC_CALL, SYS_CAP_CREATE, SYS_CAP_CREATE, SYS_CAP_CREATE, SYS_CAP_DELETE, SYS_CAP_DELETE, SYS_CAP_DELETE
    db SYS_CAP_DELETE, SYS_CAP_DELETE, SYS_CAP_TRANSFER, SYS_CAP_TRANSFER, SYS_CAP_TRANSFER, SYS_CAP_REVOKE, SYS_CAP_INSPECT
    db SYS_CAP_INSPECT, SYS_PROC_CREATE, SYS_PROC_CREATE, SYS_PROC_DESTROY, SYS_THREAD_CREATE, SYS_THREAD_CREATE
    db SYS_THREAD_CREATE, SYS_THREAD_DESTROY, SYS_THREAD_YIELD, SYS_THREAD_YIELD, SYS_THREAD_BLOCK, SYS_THREAD_WAKE
    db SYS_THREAD_WAKE, SYS_THREAD_WAKE, SYS_IRQ_BIND, SYS_IRQ_BIND, 22, -1

; The pool of each argument.
ANY         equ 1
MEMORY      equ 2
PROCESS     equ 3
ENDPOINT    equ 4
THREAD      equ 5
LATER       equ 6                           ; slots that have been filled later
PAGE_AT     equ 7
LENGTH      equ 8
OFFSET      equ 9
PROTECTION  equ 10
RIGHTS      equ 11
BUFFER      equ 12
BITS        equ 13
TYPE        equ 14
ENTRY       equ 15
FLAGS       equ 16
IMAGE       equ 17
INTERRUPT   equ 18
arguments:
    db ANY, ANY, ANY, ANY, ANY, ANY                             ; a number that is none
    db MEMORY, PROCESS, PAGE_AT, OFFSET, LENGTH, PROTECTION     ; mem_map
    db PROCESS, PAGE_AT, LENGTH, ANY, ANY, ANY                  ; mem_unmap
    db MEMORY, PROCESS, RIGHTS, OFFSET, LENGTH, ANY             ; mem_grant
    db MEMORY, LENGTH, RIGHTS, ANY, ANY, ANY                    ; mem_alloc
    db ENDPOINT, BUFFER, ANY, ANY, ANY, ANY                     ; ipc_send
    db ENDPOINT, BUFFER, ANY, ANY, ANY, ANY                     ; ipc_recv
    db ENDPOINT, BUFFER, ANY, ANY, ANY, ANY                     ; ipc_call
    db LATER, BUFFER, ANY, ANY, ANY, ANY                        ; ipc_reply
    db ENDPOINT, BITS, ANY, ANY, ANY, ANY                       ; ipc_notify
    db TYPE, ANY, RIGHTS, OFFSET, OFFSET, ANY                   ; cap_create
    db LATER, ANY, ANY, ANY, ANY, ANY                           ; cap_delete
    db ANY, PROCESS, RIGHTS, ANY, ANY, ANY                      ; cap_transfer
    db LATER, ANY, ANY, ANY, ANY, ANY                           ; cap_revoke
    db ANY, BUFFER, ANY, ANY, ANY, ANY                          ; cap_inspect
    db PROCESS, IMAGE, LENGTH, ANY, ANY, ANY                    ; proc_create
    db LATER, ANY, ANY, ANY, ANY, ANY                           ; proc_destroy
    db PROCESS, ENTRY, OFFSET, BITS, FLAGS, ANY                 ; thread_create
    db LATER, ANY, ANY, ANY, ANY, ANY                           ; thread_destroy
    db ANY, ANY, ANY, ANY, ANY, ANY                             ; thread_yield
    db ANY, ANY, ANY, ANY, ANY, ANY                             ; thread_block
    db THREAD, ANY, ANY, ANY, ANY, ANY                          ; thread_wake
    db INTERRUPT, ENDPOINT, BITS, ANY, ANY, ANY                 ; irq_bind

align 8
pools:                                      ; the hostile one first
    dq -1, 0x8000000000000000, 0x7FFFFFFFFFFFFFFF, 64, 0x100000000, 0xFFFF800000000000, 0xFFFFFFFF80200000, 0x800000000000
    dq STACK, 0x7FFFFFFFFFF8, 0, 1, 0xFFF, 0x1001, 0x400000, 0x6000000000
    dq 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15                                 ; ANY
    dq 1, 1, 1, 3, 3, 3, 3, 3, 5, 5, 11, 12, 13, 14, 15, 16                                 ; MEMORY
    dq 2, 2, 2, 2, 2, 2, 2, 6, 6, 7, 8, 11, 12, 13, 14, 17                                  ; PROCESS
    dq 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 6, 11, 12, 13, 14, 15                                  ; ENDPOINT
    dq 9, 9, 9, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21                           ; THREAD
    dq 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 24, 30, 40, 63                         ; LATER
    dq HEAP, HEAP + 0x1000, HEAP + 0x2000, HEAP + 0x3000, HEAP + 0x4000, HEAP + 0x5000, HEAP + 0x6000, HEAP + 0x7000
    dq HEAP, HEAP + 0x1000, HEAP + 0x2000, HEAP + 0x8000, HEAP + 0xF000, HEAP + 0x200000, HEAP + 0x1FF000, 0x4000000000
    dq 0x1000, 0x1000, 0x1000, 0x1000, 0x1000, 0x1000, 0x1000, 0x2000, 0x2000, 0x2000, 0x3000, 0x4000, 0x5000, 0x8000, 0x20000, 0x2800
    dq 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1000, 0x1000, 0x1000, 0x2000, 0x3000, 0x10          ; OFFSET
    dq 0, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3, 4, 5, 5, 6, 7                                       ; PROTECTION
    dq 31, 31, 31, 31, 31, 31, 31, 31, 27, 15, 3, 3, 2, 1, 0, 32                            ; RIGHTS
    dq message, message, message, message, message, message, message, message, message, message
    dq HEAP, HEAP + 0x1000, HEAP + 0xFC0, HEAP + 0x1FC0, message + 4, calls                 ; BUFFER
    dq 1, 2, 3, 4, 8, 16, 0x80000000, 0x8000000000000000, -1, 0, 5, 6, 7, 9, 10, 11         ; BITS
    dq TYPE_MEMORY, TYPE_MEMORY, TYPE_MEMORY, TYPE_ENDPOINT, TYPE_ENDPOINT, TYPE_ENDPOINT, TYPE_ENDPOINT, TYPE_PROCESS
    dq TYPE_PROCESS, TYPE_THREAD, TYPE_THREAD, TYPE_INTERRUPT, TYPE_INTERRUPT, TYPE_REPLY, 0, 7
    dq 0, 0, 0, 0, 0, 0, 0, 0, _start, _start, _start, _start, _start, _start, _start, 0x1000  ; ENTRY
    dq 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0x100, 0x200, 0x300, 0x301, 2, 0x400                   ; FLAGS
    dq 5, 5, 5, 5, 5, -1, -1, -1, -1, -1, 3, 11, 12, 13, 14, 1                              ; IMAGE
    dq 10, 10, 10, 10, 10, 10, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19                        ; INTERRUPT

section .bss
align 16
message:
    resb 128
