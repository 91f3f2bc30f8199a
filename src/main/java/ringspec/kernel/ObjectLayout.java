package ringspec.kernel;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Offsets in the kernel's own structures. Each object has a frame of its own, and its address is that frame's in the direct
 * map. All fields are 64 bits wide unless said otherwise; links are addresses, 0 where there is none.
 */
public final class ObjectLayout {

    // Every object begins so.
    /** {@link ringspec.kernel.cap.CapabilityType#code()}. */
    public static final int OBJECT_TYPE = 0x00;
    /** Number that capabilities to it show; unique, from 1. */
    public static final int OBJECT_ID = 0x08;
    /** How many capabilities refer to it. */
    public static final int OBJECT_REFERENCES = 0x10;
    public static final int OBJECT_STATE = 0x18;

    // The globals page.
    public static final int GLOBALS_PROCESSES = 0x00;
    public static final int GLOBALS_NEXT_OBJECT_ID = 0x08;
    public static final int GLOBALS_NEXT_PROCESS_ID = 0x10;
    public static final int GLOBALS_INIT_KILLED = 0x18;
    /** 1 = ids of processes have been used up once, and come again. */
    public static final int GLOBALS_IDS_WRAPPED = 0x20;
    /** Threads and processes that end when their stack and page tables are no longer in use. */
    public static final int GLOBALS_DYING_THREAD = 0x28;
    public static final int GLOBALS_DYING_PROCESS = 0x30;
    public static final int GLOBALS_FRAME_TOTAL = 0x40;
    public static final int GLOBALS_FRAMES_FREE = 0x48;
    /** Address of the bitmap: bit set = frame is free. */
    public static final int GLOBALS_FRAME_BITMAP = 0x50;
    public static final int GLOBALS_FRAME_TABLE = 0x58;
    /** Below this frame number none is free. */
    public static final int GLOBALS_FRAME_HINT = 0x60;
    /** Head and tail for each priority. */
    public static final int GLOBALS_READY_QUEUES = 0x80;
    public static final int READY_QUEUE_STRIDE = 0x10;
    public static final int PRIORITIES = 4;
    /** How many faults were recorded; the log keeps the last {@link #FAULT_LOG_ENTRIES}. */
    public static final int GLOBALS_FAULT_COUNT = 0x100;
    public static final int GLOBALS_FAULT_LOG = 0x200;
    public static final int FAULT_LOG_ENTRIES = 32;
    public static final int FAULT_STRIDE = 0x40;
    public static final int FAULT_PROCESS_ID = 0x00;
    public static final int FAULT_THREAD_ID = 0x08;
    public static final int FAULT_VECTOR = 0x10;
    public static final int FAULT_ERROR = 0x18;
    public static final int FAULT_RIP = 0x20;
    public static final int FAULT_CR2 = 0x28;
    public static final int FAULT_NAME = 0x30;

    /** Which Interrupt object stands for each line of the I/O APIC; 0 = none. */
    public static final int GLOBALS_INTERRUPTS = 0xA00;
    public static final int INTERRUPT_LINES = 24;
    /** Instructions that a thread may run before its peers have their turn. */
    public static final int GLOBALS_TIME_SLICE = 0xAC0;

    // Frame table entry.
    public static final int FRAME_ENTRY_SIZE = 16;
    /** u8: {@link ringspec.kernel.mm.FrameKind#ordinal()}. */
    public static final int FRAME_ENTRY_KIND = 0;
    /** u16: process id, 0 = the kernel. */
    public static final int FRAME_ENTRY_OWNER = 2;
    /** u32: in how many places user page tables map it. */
    public static final int FRAME_ENTRY_MAPPINGS = 4;
    /** u64: of a user page the Memory object that it belongs to; of a page table the record of origins; or 0. */
    public static final int FRAME_ENTRY_OBJECT = 8;

    // Process.
    public static final int PROCESS_ID = 0x20;
    public static final int PROCESS_NAME = 0x28;
    public static final int PROCESS_NEXT = 0x38;
    public static final int PROCESS_KERNEL_CR3 = 0x40;
    public static final int PROCESS_USER_CR3 = 0x48;
    public static final int PROCESS_CAPABILITIES = 0x50;
    public static final int PROCESS_THREADS = 0x58;
    public static final int PROCESS_THREAD_COUNT = 0x60;
    public static final int PROCESS_ENTRY = 0x70;
    /** Lowest address of the user stack, 0 without one; the page below is its guard. */
    public static final int PROCESS_STACK_BASE = 0x78;
    public static final int PROCESS_FAULTED = 0x80;
    public static final int PROCESS_FAULT_VECTOR = 0x88;
    public static final int PROCESS_FAULT_ERROR = 0x90;
    public static final int PROCESS_FAULT_RIP = 0x98;
    public static final int PROCESS_FAULT_CR2 = 0xA0;
    public static final int PROCESS_NEXT_DYING = 0xA8;
    /** The Interrupt capability through which it may use the device's I/O ports, or 0. */
    public static final int PROCESS_PORTS_CAPABILITY = 0x100;
    /** Address after the user stack, 0 without one. */
    public static final int PROCESS_STACK_TOP = 0xB0;
    public static final int PROCESS_STATE_ALIVE = 1;
    /** Its threads have ended; its memory goes with the next switch of stacks at the latest. */
    public static final int PROCESS_STATE_DEAD = 2;
    /** Nothing is left of it but this structure, for the capabilities that refer to it. */
    public static final int PROCESS_STATE_REAPED = 3;

    // Thread.
    public static final int THREAD_PROCESS = 0x20;
    public static final int THREAD_NEXT_IN_PROCESS = 0x28;
    public static final int THREAD_PRIORITY = 0x30;
    /** Top of its kernel stack = RSP0 while it runs. */
    public static final int THREAD_STACK_TOP = 0x38;
    /** Address of its save area. */
    public static final int THREAD_FRAME = 0x40;
    public static final int THREAD_QUEUE_NEXT = 0x48;
    public static final int THREAD_WAKE_TOKEN = 0x50;
    public static final int THREAD_STACK_INDEX = 0x58;
    public static final int THREAD_NEXT_DYING = 0x60;
    /** What a blocked thread waits for: one of the WAIT_ values. */
    public static final int THREAD_WAIT = 0x68;
    /** The endpoint in one of whose queues it is. */
    public static final int THREAD_WAIT_ENDPOINT = 0x70;
    /** Address of the capability through which it waits: without that, it waits no longer. */
    public static final int THREAD_WAIT_CAPABILITY = 0x78;
    /** User address of the message structure that it waits to have filled. */
    public static final int THREAD_BUFFER = 0x80;
    /** Address of the Reply capability that answers it. */
    public static final int THREAD_REPLY = 0x88;
    /** Bases of FS and of the user's GS while it doesn't run. */
    public static final int THREAD_FS_BASE = 0x90;
    public static final int THREAD_GS_BASE = 0x98;
    /** Selectors in DS, ES, FS and GS while it doesn't run, 2 bytes each. */
    public static final int THREAD_SELECTORS = 0xA0;
    /** What a waiting sender sends, laid out as the user's structure, but with addresses of capabilities for slots. */
    public static final int THREAD_MESSAGE = 0x100;
    public static final int WAIT_NOTHING = 0;
    /** thread_wake. */
    public static final int WAIT_WAKE = 1;
    /** A receiver for its ipc_send. */
    public static final int WAIT_SEND = 2;
    /** A receiver for its ipc_call. */
    public static final int WAIT_CALL = 3;
    /** A sender or a notification. */
    public static final int WAIT_RECEIVE = 4;
    /** The answer to its ipc_call. */
    public static final int WAIT_REPLY = 5;
    /** 512 bytes as FXSAVE64 lays them out or 832 as XSAVE64 does, standard format; 64-byte aligned. */
    public static final int THREAD_FPU = 0x200;
    public static final int THREAD_STATE_READY = 1;
    public static final int THREAD_STATE_RUNNING = 2;
    public static final int THREAD_STATE_BLOCKED = 3;
    public static final int THREAD_STATE_DEAD = 4;
    public static final int THREAD_STATE_REAPED = 5;

    // Memory.
    public static final int MEMORY_KIND = 0x20;
    /** Bytes; of a budget, what is left of it. */
    public static final int MEMORY_SIZE = 0x28;
    /** The budget that the pages were drawn from and go back to; holds a reference on it. */
    public static final int MEMORY_BUDGET = 0x30;
    /** Page-table entries that map a page of it. */
    public static final int MEMORY_MAPPINGS = 0x38;
    public static final int MEMORY_OWNER = 0x40;
    /** Physical addresses of the first pages; the following stand in lists of 512. */
    public static final int MEMORY_FRAMES = 0x80;
    public static final int MEMORY_DIRECT_FRAMES = 256;
    public static final int MEMORY_LISTS = MEMORY_FRAMES + 8 * MEMORY_DIRECT_FRAMES;
    public static final int MEMORY_MAX_LISTS = (KernelLayout.PAGE - MEMORY_LISTS) / 8;
    public static final int MEMORY_KIND_BUDGET = 1;
    public static final int MEMORY_KIND_PAGES = 2;

    // Endpoint.
    public static final int ENDPOINT_KIND = 0x20;
    public static final int ENDPOINT_KIND_ORDINARY = 0;
    public static final int ENDPOINT_KIND_SERIAL = 1;
    /** Head and tail of the threads that wait to send, the first come first; then those that wait to receive. */
    public static final int ENDPOINT_SENDERS = 0x28;
    public static final int ENDPOINT_RECEIVERS = 0x38;
    /** Bits that were notified and not yet received. */
    public static final int ENDPOINT_NOTIFICATION = 0x48;
    /** Of the serial endpoint: the process that serves it in place of the kernel, or 0. */
    public static final int ENDPOINT_DRIVER = 0x50;
    /** How many interrupt lines are bound to it. */
    public static final int ENDPOINT_BINDINGS = 0x58;

    // Interrupt.
    /** Number of the I/O APIC's input. */
    public static final int INTERRUPT_LINE = 0x20;
    /** The endpoint that it is bound to, or 0. */
    public static final int INTERRUPT_ENDPOINT = 0x28;
    public static final int INTERRUPT_BITS = 0x30;
    /** 1 = it arrived and stays masked until it is bound again. */
    public static final int INTERRUPT_ARRIVED = 0x38;
    /** Addresses of the capabilities that it was bound with: without either it is bound no longer. */
    public static final int INTERRUPT_CAPABILITY = 0x40;
    public static final int INTERRUPT_ENDPOINT_CAPABILITY = 0x48;

    // Capability: 64 of 64 bytes are a process's table.
    public static final int CAPABILITY_SLOTS = 64;
    public static final int CAPABILITY_SIZE = 64;
    /** u32: 0 = the slot is empty. */
    public static final int CAPABILITY_TYPE = 0x00;
    /** u32. */
    public static final int CAPABILITY_RIGHTS = 0x04;
    public static final int CAPABILITY_OBJECT = 0x08;
    /** Of a Memory: the part that the capability is for, in bytes. */
    public static final int CAPABILITY_OFFSET = 0x10;
    public static final int CAPABILITY_LENGTH = 0x18;
    /** Of an Endpoint. */
    public static final int CAPABILITY_BADGE = 0x20;
    /** Of a Memory: page-table entries that map a page through it. */
    public static final int CAPABILITY_MAPPINGS = 0x20;
    /** Derivation tree: addresses of capabilities. */
    public static final int CAPABILITY_PARENT = 0x28;
    public static final int CAPABILITY_CHILD = 0x30;
    public static final int CAPABILITY_SIBLING = 0x38;

    private ObjectLayout() {
    }

    /** Offsets by name, for the assembly text and for debuggers. */
    static Map<String, Long> constants() {
        Map<String, Long> all = new LinkedHashMap<>();
        put(all, "OBJECT_TYPE", OBJECT_TYPE, "OBJECT_ID", OBJECT_ID, "OBJECT_REFERENCES", OBJECT_REFERENCES,
                "OBJECT_STATE",
                OBJECT_STATE);
        put(all, "GLOBALS_PROCESSES", GLOBALS_PROCESSES, "GLOBALS_FRAME_TOTAL", GLOBALS_FRAME_TOTAL,
                "GLOBALS_FRAMES_FREE",
                GLOBALS_FRAMES_FREE, "GLOBALS_FRAME_BITMAP", GLOBALS_FRAME_BITMAP, "GLOBALS_FRAME_TABLE",
                GLOBALS_FRAME_TABLE,
                "GLOBALS_READY_QUEUES", GLOBALS_READY_QUEUES, "GLOBALS_FAULT_COUNT", GLOBALS_FAULT_COUNT,
                "GLOBALS_FAULT_LOG",
                GLOBALS_FAULT_LOG, "FAULT_STRIDE", FAULT_STRIDE, "FAULT_LOG_ENTRIES", FAULT_LOG_ENTRIES);
        put(all, "FAULT_PROCESS_ID", FAULT_PROCESS_ID, "FAULT_THREAD_ID", FAULT_THREAD_ID, "FAULT_VECTOR", FAULT_VECTOR,
                "FAULT_ERROR", FAULT_ERROR, "FAULT_RIP", FAULT_RIP, "FAULT_CR2", FAULT_CR2, "FAULT_NAME", FAULT_NAME);
        put(all, "FRAME_ENTRY_SIZE", FRAME_ENTRY_SIZE, "FRAME_ENTRY_KIND", FRAME_ENTRY_KIND, "FRAME_ENTRY_OWNER",
                FRAME_ENTRY_OWNER, "FRAME_ENTRY_MAPPINGS", FRAME_ENTRY_MAPPINGS, "FRAME_ENTRY_OBJECT",
                FRAME_ENTRY_OBJECT);
        put(all, "PROCESS_ID", PROCESS_ID, "PROCESS_NAME", PROCESS_NAME, "PROCESS_NEXT", PROCESS_NEXT,
                "PROCESS_KERNEL_CR3",
                PROCESS_KERNEL_CR3, "PROCESS_USER_CR3", PROCESS_USER_CR3, "PROCESS_CAPABILITIES", PROCESS_CAPABILITIES,
                "PROCESS_THREADS", PROCESS_THREADS, "PROCESS_THREAD_COUNT", PROCESS_THREAD_COUNT, "PROCESS_ENTRY",
                PROCESS_ENTRY, "PROCESS_STACK_BASE", PROCESS_STACK_BASE, "PROCESS_STACK_TOP", PROCESS_STACK_TOP);
        put(all, "THREAD_PROCESS", THREAD_PROCESS, "THREAD_NEXT_IN_PROCESS", THREAD_NEXT_IN_PROCESS, "THREAD_PRIORITY",
                THREAD_PRIORITY, "THREAD_STACK_TOP", THREAD_STACK_TOP, "THREAD_FRAME", THREAD_FRAME,
                "THREAD_QUEUE_NEXT",
                THREAD_QUEUE_NEXT, "THREAD_WAKE_TOKEN", THREAD_WAKE_TOKEN, "THREAD_FPU", THREAD_FPU,
                "THREAD_FS_BASE", THREAD_FS_BASE, "THREAD_GS_BASE", THREAD_GS_BASE, "THREAD_SELECTORS",
                THREAD_SELECTORS);
        put(all, "MEMORY_KIND", MEMORY_KIND, "MEMORY_SIZE", MEMORY_SIZE, "MEMORY_FRAMES", MEMORY_FRAMES,
                "ENDPOINT_KIND",
                ENDPOINT_KIND);
        put(all, "THREAD_WAIT", THREAD_WAIT, "THREAD_WAIT_ENDPOINT", THREAD_WAIT_ENDPOINT, "THREAD_BUFFER",
                THREAD_BUFFER, "THREAD_REPLY", THREAD_REPLY, "THREAD_MESSAGE", THREAD_MESSAGE, "WAIT_WAKE", WAIT_WAKE,
                "WAIT_SEND", WAIT_SEND, "WAIT_CALL", WAIT_CALL, "WAIT_RECEIVE", WAIT_RECEIVE, "WAIT_REPLY",
                WAIT_REPLY);
        put(all, "ENDPOINT_SENDERS", ENDPOINT_SENDERS, "ENDPOINT_RECEIVERS", ENDPOINT_RECEIVERS,
                "ENDPOINT_NOTIFICATION", ENDPOINT_NOTIFICATION, "ENDPOINT_DRIVER", ENDPOINT_DRIVER, "INTERRUPT_LINE",
                INTERRUPT_LINE, "INTERRUPT_ENDPOINT", INTERRUPT_ENDPOINT, "INTERRUPT_BITS", INTERRUPT_BITS,
                "INTERRUPT_ARRIVED", INTERRUPT_ARRIVED, "GLOBALS_INTERRUPTS", GLOBALS_INTERRUPTS,
                "GLOBALS_TIME_SLICE", GLOBALS_TIME_SLICE);
        put(all, "CAPABILITY_SLOTS", CAPABILITY_SLOTS, "CAPABILITY_SIZE", CAPABILITY_SIZE, "CAPABILITY_TYPE",
                CAPABILITY_TYPE,
                "CAPABILITY_RIGHTS", CAPABILITY_RIGHTS, "CAPABILITY_OBJECT", CAPABILITY_OBJECT, "CAPABILITY_OFFSET",
                CAPABILITY_OFFSET, "CAPABILITY_LENGTH", CAPABILITY_LENGTH, "CAPABILITY_BADGE", CAPABILITY_BADGE,
                "CAPABILITY_PARENT", CAPABILITY_PARENT, "CAPABILITY_CHILD",
                CAPABILITY_CHILD, "CAPABILITY_SIBLING", CAPABILITY_SIBLING, "CAPABILITY_MAPPINGS", CAPABILITY_MAPPINGS);
        return all;
    }

    private static void put(Map<String, Long> all, Object... namesAndOffsets) {
        for (int i = 0; i < namesAndOffsets.length; i += 2) {
            all.put((String) namesAndOffsets[i], Long.valueOf((int) namesAndOffsets[i + 1]));
        }
    }
}
