package ringspec.silicon;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import ringspec.isa.assembler.Assembler;

/**
 * Runs cases on the host's processor. A case is entered by rt_sigreturn from a frame that holds all its registers and left by the signal
 * that its first exception becomes: the trap after the instruction (RFLAGS.TF), the INT3 behind it, or its fault. The signal handler, a
 * few instructions of machine code, copies the signal's frame and returns to Java. Signals of the JVM's own go on to its handlers.
 *
 * <p>One object, one thread, one process: the addresses are fixed.
 */
@SuppressWarnings("restricted")
final class RealProcessor {

    // Offsets in struct ucontext of x86-64 Linux (arch/x86/include/uapi/asm/ucontext.h, sigcontext.h)
    private static final int UC_STACK = 16;
    private static final int UC_REGISTERS = 40;
    private static final int UC_FPSTATE = 224;
    private static final int UC_SIGMASK = 296;
    /** UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS. */
    private static final long UC_FLAGS = 7;
    /** R8..R15 RDI RSI RBP RBX RDX RAX RCX RSP by their place in the frame: which register each is. */
    private static final int[] FRAME_ORDER = {8, 9, 10, 11, 12, 13, 14, 15, 7, 6, 5, 3, 2, 0, 1, 4};
    private static final int RIP = 16;
    private static final int RFLAGS = 17;
    private static final int SEGMENTS = 18;
    private static final int ERROR_CODE = 19;
    private static final int TRAP_NUMBER = 20;
    private static final int CR2 = 22;

    // The XSAVE image: SDM vol. 1, 13.4; what Linux puts at 464 is struct _fpx_sw_bytes
    private static final int XSAVE_SIZE = 832;
    private static final int SW_BYTES = 464;
    private static final int MAGIC1 = 0x46505853;
    private static final int MAGIC2 = 0x46505845;
    private static final int X87_SSE_AVX = 7;

    // In the page of the machine code's data
    private static final int SAVED = 0;
    private static final int CASE_BASES = 0x40;
    private static final int OLD_HANDLERS = 0x100;
    private static final int FRAME = 0x400;
    private static final int FRAME_FPSTATE = 0x800;
    private static final int RESULT = 0x1000;
    private static final int RESULT_SELECTORS = RESULT + 192;
    private static final int RESULT_BASES = RESULT + 224;
    private static final int RESULT_FPSTATE = RESULT + 256;

    private static final int SIGILL = 4;
    private static final int SIGTRAP = 5;
    private static final int SIGBUS = 7;
    private static final int SIGFPE = 8;
    private static final int SIGSEGV = 11;
    private static final int[] SIGNALS = {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV};
    /** SA_SIGINFO, SA_ONSTACK, SA_NODEFER. */
    private static final int SIGACTION_FLAGS = 4 | 0x0800_0000 | 0x4000_0000;

    private static final int READ_ONLY = 1;
    private static final int READ_WRITE = 3;
    private static final int READ_EXECUTE = 5;
    private static final int SHARED = 1;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int FIXED_NOREPLACE = 0x10_0000;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

    private final MemorySegment block = at(Layout.STUB_DATA, Layout.STUB_DATA_SIZE);
    private final MemorySegment data;
    private final MemorySegment code;
    private final MethodHandle enter;
    private int codeFrom;
    private int codeTo;

    /** Maps everything and installs the signal handlers. */
    RealProcessor() {
        try {
            reserve(Layout.RESERVED, Layout.DATA - Layout.RESERVED);
            reserve(Layout.DATA_END, Layout.CODE - Layout.DATA_END);
            reserve(Layout.CODE + Layout.CODE_SIZE, Layout.RESERVED_END - Layout.CODE - Layout.CODE_SIZE);
            int file = memoryFile(Layout.DATA_SIZE + Layout.CODE_SIZE);
            data = at(map(0, Layout.DATA_SIZE, READ_WRITE, SHARED, file, 0), Layout.DATA_SIZE);
            code = at(map(0, Layout.CODE_SIZE, READ_WRITE, SHARED, file, Layout.DATA_SIZE), Layout.CODE_SIZE);
            int writable = Layout.WRITABLE_SIZE;
            map(Layout.DATA, writable, READ_WRITE, SHARED | FIXED_NOREPLACE, file, 0);
            map(Layout.DATA + writable, Layout.DATA_SIZE - writable, READ_ONLY, SHARED | FIXED_NOREPLACE, file,
                    writable);
            map(Layout.CODE, Layout.CODE_SIZE, READ_EXECUTE, SHARED | FIXED_NOREPLACE, file, Layout.DATA_SIZE);
            map(Layout.STUB_DATA, Layout.STUB_DATA_SIZE, READ_WRITE, PRIVATE_ANONYMOUS | FIXED_NOREPLACE, -1, 0);
            map(Layout.SIGNAL_STACK, Layout.SIGNAL_STACK_SIZE, READ_WRITE, PRIVATE_ANONYMOUS | FIXED_NOREPLACE, -1, 0);
            long handler = writeStubs();
            enter = Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(Layout.STUB),
                    FunctionDescriptor.ofVoid());
            prepareFrame();
            installHandlers(handler);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the real processor can't be set up", e);
        }
        code.fill((byte) 0xCC);
        touch();
    }

    private static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    private static void reserve(long from, long size) throws Throwable {
        map(from, size, 0, PRIVATE_ANONYMOUS | FIXED_NOREPLACE, -1, 0);
    }

    private static long map(long address, long size, int protection, int flags, int file, long offset)
            throws Throwable {
        long result = (long) function("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG))
                .invokeExact(address, size, protection, flags, file, offset);
        if (result == -1 || address != 0 && result != address) {
            throw new IllegalStateException(
                    "mmap of 0x%x bytes at 0x%x gave 0x%x: something else lies there".formatted(size, address, result));
        }
        return result;
    }

    private static int memoryFile(long size) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) function("memfd_create", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT))
                    .invokeExact(arena.allocateFrom("ringspec"), 0);
            int result = (int) function("ftruncate", FunctionDescriptor.of(INT, INT, LONG)).invokeExact(file, size);
            if (file < 0 || result != 0) {
                throw new IllegalStateException("memfd_create or ftruncate failed");
            }
            return file;
        }
    }

    /** Assembles the two routines; the handler's address. */
    private static long writeStubs() throws Throwable {
        byte[] text = Assembler.assembleAt(Layout.STUB, stubText());
        long size = (text.length + Layout.PAGE - 1) & -Layout.PAGE;
        map(Layout.STUB, size, READ_WRITE, PRIVATE_ANONYMOUS | FIXED_NOREPLACE, -1, 0);
        at(Layout.STUB, size).copyFrom(MemorySegment.ofArray(text));
        int failed = (int) function("mprotect", FunctionDescriptor.of(INT, LONG, LONG, INT))
                .invokeExact(Layout.STUB, size, READ_EXECUTE);
        if (failed != 0) {
            throw new IllegalStateException("mprotect refuses to make a page executable");
        }
        return Layout.STUB + HANDLER;
    }

    private static final int HANDLER = 0x80;

    /** {@code enter} saves what the ABI wants kept and goes into the case; {@code handler} gets back. */
    private static String stubText() {
        return """
                SAVED_RSP  equ %#x
                SAVED_FS   equ SAVED_RSP + 8
                SAVED_GS   equ SAVED_RSP + 16
                ACTIVE     equ SAVED_RSP + 24
                CASE_FS    equ %#x
                CASE_GS    equ CASE_FS + 8
                enter:
                    push rbx
                    push rbp
                    push r12
                    push r13
                    push r14
                    push r15
                    mov [SAVED_RSP], rsp
                    rdfsbase rax
                    mov [SAVED_FS], rax
                    rdgsbase rax
                    mov [SAVED_GS], rax
                    mov rax, [CASE_FS]
                    mov rcx, [CASE_GS]
                    wrfsbase rax
                    wrgsbase rcx
                    mov qword [ACTIVE], 1
                    mov esp, %#x              ; the frame
                    mov eax, 15               ; rt_sigreturn
                    syscall
                    ud2
                times %d - ($ - enter) db 0xCC
                handler:                      ; RDI signal, RDX its ucontext
                    lea rax, [rsp - %#x]
                    cmp rax, %#x              ; the signal stack
                    jae foreign
                    cmp qword [ACTIVE], 0
                    je foreign
                    mov qword [ACTIVE], 0
                    mov eax, ds
                    mov [%#x], rax
                    mov eax, es
                    mov [%#x + 8], rax
                    mov eax, fs
                    mov [%#x + 16], rax
                    mov eax, gs
                    mov [%#x + 24], rax
                    rdfsbase rax
                    mov [%#x], rax
                    rdgsbase rax
                    mov [%#x + 8], rax
                    lea rsi, [rdx + %d]
                    mov edi, %#x
                    mov ecx, 23
                    rep movsq
                    mov rsi, [rdx + %d]
                    mov edi, %#x
                    mov ecx, %d
                    rep movsq
                    xor eax, eax
                    mov ds, eax
                    mov es, eax
                    mov fs, eax
                    mov gs, eax
                    mov rax, [SAVED_FS]
                    wrfsbase rax
                    mov rax, [SAVED_GS]
                    wrgsbase rax
                    mov rsp, [SAVED_RSP]
                    push 0x202
                    popfq
                    pop r15
                    pop r14
                    pop r13
                    pop r12
                    pop rbp
                    pop rbx
                    ret
                foreign:
                    jmp [%#x + rdi * 8]
                """
                .formatted(Layout.STUB_DATA + SAVED, Layout.STUB_DATA + CASE_BASES, Layout.STUB_DATA + FRAME, HANDLER,
                        Layout.SIGNAL_STACK, Layout.SIGNAL_STACK_SIZE, Layout.STUB_DATA + RESULT_SELECTORS,
                        Layout.STUB_DATA + RESULT_SELECTORS, Layout.STUB_DATA + RESULT_SELECTORS, Layout.STUB_DATA
                                + RESULT_SELECTORS, Layout.STUB_DATA + RESULT_BASES, Layout.STUB_DATA + RESULT_BASES,
                        UC_REGISTERS, Layout.STUB_DATA + RESULT, UC_FPSTATE, Layout.STUB_DATA + RESULT_FPSTATE,
                        XSAVE_SIZE / 8, Layout.STUB_DATA + OLD_HANDLERS);
    }

    /** What is the same in all frames. */
    private void prepareFrame() throws Throwable {
        block.set(LONG, FRAME, UC_FLAGS);
        block.set(LONG, FRAME + UC_STACK, Layout.SIGNAL_STACK);
        block.set(LONG, FRAME + UC_STACK + 16, Layout.SIGNAL_STACK_SIZE);
        block.set(LONG, FRAME + UC_FPSTATE, Layout.STUB_DATA + FRAME_FPSTATE);
        int failed = (int) function("pthread_sigmask", FunctionDescriptor.of(INT, INT, LONG, LONG)).invokeExact(0, 0L,
                Layout.STUB_DATA + FRAME + UC_SIGMASK);
        if (failed != 0) {
            throw new IllegalStateException("pthread_sigmask failed");
        }
        int sw = FRAME_FPSTATE + SW_BYTES;
        block.set(INT, sw, MAGIC1);
        block.set(INT, sw + 4, XSAVE_SIZE + 4);
        block.set(LONG, sw + 8, X87_SSE_AVX);
        block.set(INT, sw + 16, XSAVE_SIZE);
        block.set(INT, FRAME_FPSTATE + XSAVE_SIZE, MAGIC2);
        block.set(LONG, FRAME_FPSTATE + 512, X87_SSE_AVX);
    }

    private void installHandlers(long handler) throws Throwable {
        MethodHandle sigaction = function("sigaction", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            // struct sigaction of glibc: handler, 128 bytes of mask, flags, restorer
            MemorySegment wanted = arena.allocate(152);
            MemorySegment old = arena.allocate(152);
            wanted.set(LONG, 0, handler);
            wanted.set(INT, 136, SIGACTION_FLAGS);
            for (int signal : SIGNALS) {
                int failed = (int) sigaction.invokeExact(signal, wanted, old);
                if (failed != 0) {
                    throw new IllegalStateException("sigaction(" + signal + ") failed");
                }
                block.set(LONG, OLD_HANDLERS + 8 * signal, old.get(LONG, 0));
            }
        }
    }

    /** Has every page present before the first case: a page that comes in late would be none of the instruction's doing. */
    private static void touch() {
        MemorySegment target = at(Layout.DATA, Layout.DATA_SIZE);
        for (int offset = 0; offset < Layout.WRITABLE_SIZE; offset += Layout.PAGE) {
            target.set(ValueLayout.JAVA_BYTE, offset, (byte) 0);
        }
        target.get(ValueLayout.JAVA_BYTE, Layout.WRITABLE_SIZE);
        at(Layout.CODE, Layout.CODE_SIZE).get(ValueLayout.JAVA_BYTE, Layout.PAGE);
        MemorySegment stack = at(Layout.SIGNAL_STACK, Layout.SIGNAL_STACK_SIZE);
        stack.fill((byte) 0);
    }

    /**
     * Runs from the RIP of {@code before} until the first exception.
     *
     * @param bytes what lies at that RIP in the code pages; INT3 is everywhere else
     * @param after what came out
     */
    void run(State before, byte[] bytes, State after) {
        for (int i = codeFrom; i < codeTo; i++) {
            code.set(ValueLayout.JAVA_BYTE, i, (byte) 0xCC);
        }
        codeFrom = (int) (before.rip - Layout.CODE);
        codeTo = Math.min(codeFrom + bytes.length, Layout.CODE_SIZE);
        for (int i = codeFrom; i < codeTo; i++) {
            code.set(ValueLayout.JAVA_BYTE, i, bytes[i - codeFrom]);
        }
        MemorySegment.copy(before.memory, 0, data, ValueLayout.JAVA_BYTE, 0, Layout.DATA_SIZE);
        fillFrame(before);
        try {
            enter.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing", e);
        }
        readResult(after);
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, after.memory, 0, Layout.DATA_SIZE);
    }

    private void fillFrame(State state) {
        long registers = FRAME + UC_REGISTERS;
        for (int i = 0; i < 16; i++) {
            block.set(LONG, registers + 8 * i, state.gpr[FRAME_ORDER[i]]);
        }
        block.set(LONG, registers + 8 * RIP, state.rip);
        block.set(LONG, registers + 8 * RFLAGS, state.rflags);
        block.set(LONG, registers + 8 * SEGMENTS, Layout.USER_CODE | (long) Layout.USER_DATA << 48);
        block.set(LONG, CASE_BASES, state.fsBase);
        block.set(LONG, CASE_BASES + 8, state.gsBase);
        int image = FRAME_FPSTATE;
        block.set(SHORT, image, (short) state.fpuControl);
        block.set(SHORT, image + 2, (short) state.fpuStatus);
        block.set(SHORT, image + 4, (short) state.fpuTag);
        block.set(SHORT, image + 6, (short) state.fpuOpcode);
        block.set(LONG, image + 8, state.fpuInstruction);
        block.set(LONG, image + 16, state.fpuOperand);
        block.set(INT, image + 24, state.mxcsr);
        MemorySegment.copy(state.fpu, 0, block, LONG, image + 32, 16);
        MemorySegment.copy(state.xmm, 0, block, LONG, image + 160, 32);
        MemorySegment.copy(state.ymmHigh, 0, block, LONG, image + 576, 32);
    }

    private void readResult(State state) {
        for (int i = 0; i < 16; i++) {
            state.gpr[FRAME_ORDER[i]] = block.get(LONG, RESULT + 8 * i);
        }
        state.rip = block.get(LONG, RESULT + 8 * RIP);
        state.rflags = block.get(LONG, RESULT + 8 * RFLAGS);
        long segments = block.get(LONG, RESULT + 8 * SEGMENTS);
        state.selectors[0] = (int) block.get(LONG, RESULT_SELECTORS + 8);
        state.selectors[1] = (int) segments & 0xFFFF;
        state.selectors[2] = (int) (segments >>> 48);
        state.selectors[3] = (int) block.get(LONG, RESULT_SELECTORS);
        state.selectors[4] = (int) block.get(LONG, RESULT_SELECTORS + 16);
        state.selectors[5] = (int) block.get(LONG, RESULT_SELECTORS + 24);
        state.fsBase = block.get(LONG, RESULT_BASES);
        state.gsBase = block.get(LONG, RESULT_BASES + 8);
        state.vector = (int) block.get(LONG, RESULT + 8 * TRAP_NUMBER);
        state.errorCode = block.get(LONG, RESULT + 8 * ERROR_CODE);
        state.faultAddress = state.vector == 14 ? block.get(LONG, RESULT + 8 * CR2) : 0;
        int image = RESULT_FPSTATE;
        state.fpuControl = block.get(SHORT, image) & 0xFFFF;
        state.fpuStatus = block.get(SHORT, image + 2) & 0xFFFF;
        state.fpuTag = block.get(SHORT, image + 4) & 0xFF;
        state.fpuOpcode = block.get(SHORT, image + 6) & 0x7FF;
        state.fpuInstruction = block.get(LONG, image + 8);
        state.fpuOperand = block.get(LONG, image + 16);
        state.mxcsr = block.get(INT, image + 24);
        MemorySegment.copy(block, LONG, image + 32, state.fpu, 0, 16);
        MemorySegment.copy(block, LONG, image + 160, state.xmm, 0, 32);
        MemorySegment.copy(block, LONG, image + 576, state.ymmHigh, 0, 32);
        for (int i = 1; i < 16; i += 2) {
            state.fpu[i] &= 0xFFFF;
        }
    }

    /**
     * CPUID of the host.
     *
     * @return EAX, EBX, ECX, EDX
     */
    int[] cpuid(int leaf, int subleaf) {
        State before = new State();
        before.reset();
        before.rip = Layout.CODE;
        before.gpr[0] = leaf;
        before.gpr[1] = subleaf;
        State after = new State();
        run(before, new byte[]{0x0F, (byte) 0xA2}, after);
        return new int[]{(int) after.gpr[0], (int) after.gpr[3], (int) after.gpr[1], (int) after.gpr[2]};
    }
}
