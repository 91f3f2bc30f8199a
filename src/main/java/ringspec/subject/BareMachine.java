package ringspec.subject;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.assembler.Assembled;
import ringspec.isa.assembler.Assembler;
import ringspec.isa.assembler.Options;
import ringspec.isa.assembler.Source;
import ringspec.machine.Machine;
import ringspec.memory.Frame;
import ringspec.memory.PhysicalMemory;

/**
 * A machine in 64-bit mode without a kernel, for questions about the processor alone: 2 MiB of identity-mapped memory, flat
 * segments, a TSS, and a gate for every vector to a HLT of its own, so that a program runs until its first exception or HLT.
 *
 * <p>The program is assembly text. Its section {@code .text} runs in ring 0 from {@code _start} on; {@code .user} and {@code .data}
 * may be used from ring 3. Where it has a label {@code vector_14}, the gate of that vector leads there. The names of
 * {@link #constants()} and the macros of {@code bare.asm} are defined.
 */
public final class BareMachine {

    private static final long PML4 = 0x1000;
    private static final long PAGE_DIRECTORY_POINTERS = 0x2000;
    private static final long PAGE_DIRECTORY = 0x3000;
    private static final long PAGE_TABLE = 0x4000;
    private static final long GDT = 0x6000;
    private static final int GDT_ENTRIES = 16;
    private static final long IDT = 0x7000;
    private static final long TSS_BASE = 0x9000;
    private static final int TSS_LIMIT = 0x67;
    private static final long HANDLERS = 0x1_0000;
    private static final int HANDLER_SIZE = 16;
    private static final long TEXT = 0x2_0000;
    private static final long STACK = 0x3_8000;
    private static final long RSP0 = 0x3_C000;
    private static final long IST1 = 0x3_E000;
    private static final long USER_TEXT = 0x4_0000;
    private static final long USER_STACK = 0x6_0000;
    private static final long DATA = 0x7_0000;
    private static final long SUPERVISOR_DATA = 0x8_0000;
    private static final long UNMAPPED = 0x9_0000;
    private static final long READ_ONLY = 0x9_1000;
    private static final long RESERVED_BIT = 0x9_2000;

    private static final int PRESENT = 1;
    private static final int WRITABLE = 2;
    private static final int USER = 4;
    /** Above the physical address width of every model. */
    private static final long BIT_51 = 1L << 51;

    private static final int KERNEL_CS = 0x08;
    private static final int KERNEL_SS = 0x10;
    private static final int USER_SS = 0x1B;
    private static final int USER_CS = 0x23;
    private static final int TSS = 0x28;
    private static final long CODE_DESCRIPTOR = 0x00AF_9B00_0000_FFFFL;
    private static final long DATA_DESCRIPTOR = 0x00CF_9300_0000_FFFFL;
    private static final long DPL_3 = 3L << 45;

    private static final Source PRELUDE = new Source("bare.asm", read());

    private final Machine machine;
    private final Map<String, Long> symbols;

    private BareMachine(Machine machine, Map<String, Long> symbols) {
        this.machine = machine;
        this.symbols = symbols;
    }

    /**
     * A machine that is about to execute the program's first instruction.
     *
     * @param program assembly text with {@code _start}
     * @throws ringspec.isa.assembler.AssemblyException if it can't be assembled
     * @throws IllegalArgumentException                 if it has no {@code _start}
     */
    public static BareMachine with(ProcessorModel model, String program) {
        Assembled assembled = Assembler.assemble(java.util.List.of(PRELUDE, new Source("program", program)),
                Options.at(TEXT).withSection(".user", USER_TEXT).withSection(".data", DATA)
                        .withConstants(constants()));
        Machine machine = new Machine(Machine.Config.of(model));
        PhysicalMemory ram = machine.ram();
        for (Assembled.Section section : assembled.sections()) {
            ram.write(section.address(), section.bytes(), 0, section.bytes().length);
        }
        pageTables(ram);
        ProcessorReset.longMode(machine.cpu(), PML4, assembled.symbol("_start"), STACK);
        descriptorTables(machine, assembled.symbols());
        return new BareMachine(machine, assembled.symbols());
    }

    /** What a program may name besides its own labels: selectors, MSRs, and places in memory. */
    public static Map<String, Long> constants() {
        Map<String, Long> names = new LinkedHashMap<>();
        names.put("KERNEL_CS", (long) KERNEL_CS);
        names.put("KERNEL_SS", (long) KERNEL_SS);
        names.put("USER_SS", (long) USER_SS);
        names.put("USER_CS", (long) USER_CS);
        names.put("GDT", GDT);
        names.put("IDT", IDT);
        names.put("TSS", TSS_BASE);
        names.put("PML4", PML4);
        names.put("PAGE_TABLE", PAGE_TABLE);
        names.put("STACK", STACK);
        names.put("RSP0", RSP0);
        names.put("IST1", IST1);
        names.put("USER_STACK", USER_STACK);
        names.put("SUPERVISOR_DATA", SUPERVISOR_DATA);
        names.put("UNMAPPED", UNMAPPED);
        names.put("READ_ONLY", READ_ONLY);
        names.put("RESERVED_BIT", RESERVED_BIT);
        names.put("NON_CANONICAL", 1L << 47);
        names.put("EFER", 0xC000_0080L);
        names.put("STAR", 0xC000_0081L);
        names.put("LSTAR", 0xC000_0082L);
        names.put("SFMASK", 0xC000_0084L);
        return names;
    }

    private static void pageTables(PhysicalMemory ram) {
        int all = PRESENT | WRITABLE | USER;
        ram.write64(PML4, PAGE_DIRECTORY_POINTERS | all);
        ram.write64(PAGE_DIRECTORY_POINTERS, PAGE_DIRECTORY | all);
        ram.write64(PAGE_DIRECTORY, PAGE_TABLE | all);
        for (long address = 0; address < 512 * Frame.SIZE; address += Frame.SIZE) {
            boolean user = address >= USER_TEXT && address < SUPERVISOR_DATA;
            map(ram, address, user ? all : PRESENT | WRITABLE);
        }
        map(ram, UNMAPPED, 0);
        map(ram, READ_ONLY, PRESENT | USER);
        map(ram, RESERVED_BIT, all | BIT_51);
    }

    private static void map(PhysicalMemory ram, long address, long flags) {
        ram.write64(PAGE_TABLE + address / Frame.SIZE * 8, address | flags);
    }

    private static void descriptorTables(Machine machine, Map<String, Long> symbols) {
        PhysicalMemory ram = machine.ram();
        ram.write64(GDT + KERNEL_CS, CODE_DESCRIPTOR);
        ram.write64(GDT + KERNEL_SS, DATA_DESCRIPTOR);
        ram.write64(GDT + (USER_SS & ~3), DATA_DESCRIPTOR | DPL_3);
        ram.write64(GDT + (USER_CS & ~3), CODE_DESCRIPTOR | DPL_3);
        ram.write64(GDT + TSS, TSS_LIMIT | TSS_BASE << 16 | 0x8BL << 40);
        for (int vector = 0; vector < 256; vector++) {
            long handler = HANDLERS + (long) vector * HANDLER_SIZE;
            ram.write8(handler, 0xF4);
            long target = symbols.getOrDefault("vector_" + vector, handler);
            ram.write64(IDT + 16L * vector, target & 0xFFFF | (long) KERNEL_CS << 16 | 0x8EL << 40
                    | (target >>> 16 & 0xFFFF) << 48);
        }
        ram.write64(TSS_BASE + 4, RSP0);
        ram.write64(TSS_BASE + 0x24, IST1);
        // The I/O map base at the limit: there is no map.
        ram.write8(TSS_BASE + 0x66, TSS_LIMIT + 1);
        var cpu = machine.cpu();
        cpu.gdtrBase = GDT;
        cpu.gdtrLimit = GDT_ENTRIES * 8 - 1;
        cpu.idtrBase = IDT;
        cpu.idtrLimit = 256 * 16 - 1;
        cpu.segments[SegmentRegister.TR].load(TSS, TSS_BASE, TSS_LIMIT, 0x8B);
    }

    /** The machine. */
    public Machine machine() {
        return machine;
    }

    /** The program's labels and the constants. */
    public Map<String, Long> symbols() {
        return symbols;
    }

    /**
     * The vector whose HLT the processor stands behind.
     *
     * @return -1 if it is none of them
     */
    public int haltedInHandler() {
        long distance = machine.cpu().rip - 1 - HANDLERS;
        boolean inHandler = machine.cpu().halted && distance >= 0 && distance < 256 * HANDLER_SIZE
                && distance % HANDLER_SIZE == 0;
        return inHandler ? (int) (distance / HANDLER_SIZE) : -1;
    }

    private static String read() {
        try (InputStream in = BareMachine.class.getResourceAsStream("bare.asm")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in bare.asm can't be read", e);
        }
    }
}
