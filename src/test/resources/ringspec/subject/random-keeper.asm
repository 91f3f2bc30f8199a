; Init of the random runs: makes four callers (random-caller.asm), gives them something to call with, and sees to it that they
; come to an end. A caller that has died, or has not got on for some ticks because nobody will ever answer it, makes room for
; a new one with another seed, which makes the calls that are left.
; SEED and CALLS, the number of calls of each caller, are constants of the test; so is TICK_LINE, whose interrupts come regularly.

CALLERS     equ 4
COUNTERS    equ 0x30000000                  ; a page for each caller, with its calls to go in the first word
PATIENCE    equ 3                           ; ticks
ALL         equ 31
WRITE       equ 2
REVOCATIONS equ 7                           ; every so many ticks

_start:
    mov rax, SEED
    mov [rel seed], rax
    call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, ALL, 0, 0
    mov [rel tick], rax
    call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, ALL, 0, 0
    mov [rel endpoint_a], rax
    call5 SYS_CAP_CREATE, TYPE_ENDPOINT, 2, ALL, 0, 0
    mov [rel endpoint_b], rax
    call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, ALL, TICK_LINE, 0
    mov [rel tick_interrupt], rax
    call5 SYS_CAP_CREATE, TYPE_INTERRUPT, 2, ALL, TICK_LINE + 1, 0
    mov [rel interrupt], rax
    call3 SYS_MEM_ALLOC, 1, 0x4000, ALL
    mov [rel shared], rax
    call3 SYS_MEM_ALLOC, 1, CALLERS * 0x1000, ALL
    mov [rel counters], rax
    call6 SYS_MEM_MAP, rax, 2, COUNTERS, 0, CALLERS * 0x1000, 3
    test rax, rax
    jnz failed
    call3 SYS_MEM_ALLOC, 1, (caller_size + 0xFFF) & ~0xFFF, ALL
    mov [rel image], rax
    call6 SYS_MEM_MAP, rax, 2, 0x20000000, 0, (caller_size + 0xFFF) & ~0xFFF, 3
    test rax, rax
    jnz failed
    mov rsi, caller
    mov edi, 0x20000000
    mov ecx, caller_size
    rep movsb
    call3 SYS_MEM_UNMAP, 2, 0x20000000, (caller_size + 0xFFF) & ~0xFFF
    xor r12d, r12d
.each:
    call counter
    mov qword [rbx], CALLS
    call renew
    inc r12d
    cmp r12d, CALLERS
    jb .each

rounds:
    call3 SYS_IRQ_BIND, [rel tick_interrupt], [rel tick], 1
    test rax, rax
    jnz failed
    call2 SYS_IPC_RECV, [rel tick], message
    cmp rax, 1
    jne failed
    test byte [rel round], 3
    jnz .quiet
    call2 SYS_IPC_NOTIFY, [rel endpoint_a], 1
    call2 SYS_IPC_NOTIFY, [rel endpoint_b], 2
.quiet:
    xor r13d, r13d                          ; callers that have calls to go
    xor r12d, r12d
.each:
    call look_after
    inc r12d
    cmp r12d, CALLERS
    jb .each
    inc qword [rel round]
    mov rax, [rel round]
    xor edx, edx
    mov ecx, REVOCATIONS
    div rcx
    test edx, edx
    jnz .kept
    call revoke
.kept:
    test r13d, r13d
    jnz rounds
    xor r12d, r12d
.end:
    call remove
    inc r12d
    cmp r12d, CALLERS
    jb .end
    exit

failed:
    ud2

; RBX = address of the counter of caller R12.
counter:
    mov rbx, r12
    shl rbx, 12
    add rbx, COUNTERS
    ret

look_after:
    call counter
    mov rax, [rbx]
    test rax, rax
    jle .done
    inc r13d
    mov rcx, processes
    cmp qword [rcx + r12 * 8], 0
    jl renew
    mov rcx, seen
    cmp rax, [rcx + r12 * 8]
    mov [rcx + r12 * 8], rax
    mov rcx, stuck
    je .stuck
    mov qword [rcx + r12 * 8], 0
.wake:
    mov rcx, threads
    mov rdi, [rcx + r12 * 8]
    mov eax, SYS_THREAD_WAKE
    syscall
    test rax, rax
    jnz renew
.done:
    ret
.stuck:
    inc qword [rcx + r12 * 8]
    cmp qword [rcx + r12 * 8], PATIENCE
    jb .wake
    jmp renew

; Ends caller R12, whatever is left of it.
remove:
    mov rcx, processes
    mov r14, [rcx + r12 * 8]
    test r14, r14
    js .nothing
    mov qword [rcx + r12 * 8], -1
    call1 SYS_PROC_DESTROY, r14
    call1 SYS_CAP_DELETE, r14
    mov rcx, threads
    mov rdi, [rcx + r12 * 8]
    mov qword [rcx + r12 * 8], -1
    mov eax, SYS_CAP_DELETE
    syscall
.nothing:
    ret

.macro give slot, rights
    call3 SYS_CAP_TRANSFER, \slot, r14, \rights
.endm

; Another caller R12. Its slots: 0 and 4 endpoints, 1 budget, 2 its process, 3 and 5 Memories, 6 to 8 the other callers, 9 its
; thread, 10 an interrupt.
renew:
    call remove
    mov rcx, stuck
    mov qword [rcx + r12 * 8], 0
    call3 SYS_PROC_CREATE, 2, [rel image], caller_size
    test rax, rax
    js .none
    mov r14, rax
    mov rcx, processes
    mov [rcx + r12 * 8], r14
    mov rbp, r12
    shl rbp, 12
    call6 SYS_MEM_MAP, [rel counters], r14, COUNTERS, rbp, 0x1000, 3
    test rax, rax
    js .none
    mov rax, 6364136223846793005
    imul rax, [rel seed]
    mov rcx, 1442695040888963407
    add rax, rcx
    mov [rel seed], rax
    call5 SYS_THREAD_CREATE, r14, 0, 0, rax, 1
    test rax, rax
    js .none
    mov r15, rax
    mov rcx, threads
    mov [rcx + r12 * 8], rax
    give [rel endpoint_a], ALL
    give 1, ALL
    give r14, ALL
    give [rel shared], ALL
    give [rel endpoint_b], ALL
    give [rel image], ALL & ~WRITE          ; or soon nobody could be made from it
    mov ebp, 1
.others:
    lea rax, [r12 + rbp]
    and eax, 3
    mov rcx, processes
    mov rbx, [rcx + rax * 8]
    call introduce
    inc ebp
    cmp ebp, CALLERS
    jb .others
    give r15, ALL
    give [rel interrupt], ALL
    call1 SYS_THREAD_WAKE, r15
    ret
.none:
    ; There is no memory left: somebody has to give some back.
    push r12
    inc r12
    and r12d, 3
    call remove
    pop r12
    ret

; Caller R14, which is new, and RBX get to know each other.
introduce:
    give rbx, ALL
    call3 SYS_CAP_TRANSFER, r14, rbx, ALL
    call3 SYS_CAP_TRANSFER, r15, rbx, ALL
    ret

; Takes the first endpoint from everybody, those that wait there included, and hands it out again.
revoke:
    call1 SYS_CAP_REVOKE, [rel endpoint_a]
    test rax, rax
    jnz failed
    xor r12d, r12d
.each:
    mov rcx, processes
    mov r14, [rcx + r12 * 8]
    give [rel endpoint_a], ALL
    inc r12d
    cmp r12d, CALLERS
    jb .each
    ret

section .data
align 8
processes:
    dq -1, -1, -1, -1
threads:
    dq -1, -1, -1, -1
seen:
    dq 0, 0, 0, 0
stuck:
    dq 0, 0, 0, 0
seed:
    dq 0
round:
    dq 0
tick:
    dq 0
endpoint_a:
    dq 0
endpoint_b:
    dq 0
tick_interrupt:
    dq 0
interrupt:
    dq 0
shared:
    dq 0
counters:
    dq 0
image:
    dq 0
message:
    dq 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
