package ringspec.debug;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentRegister;

/** The processor's registers by the manuals' names, as a debugger reads and changes them. */
public final class Registers {

    /** The sixteen general registers, by number. */
    public static final List<String> GENERAL = List.of("RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8",
            "R9",
            "R10", "R11", "R12", "R13", "R14", "R15");

    private static final List<String> SEGMENTS = List.of("ES", "CS", "SS", "DS", "FS", "GS");

    private final Cpu cpu;

    /** The registers of a processor. */
    public Registers(Cpu cpu) {
        this.cpu = cpu;
    }

    /**
     * A register's value; a selector for a segment register.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public long get(String name) {
        int general = GENERAL.indexOf(name);
        if (general >= 0) {
            return cpu.gpr[general];
        }
        int segment = SEGMENTS.indexOf(name);
        if (segment >= 0) {
            return cpu.segments[segment].selector;
        }
        return switch (name) {
            case "RIP" -> cpu.rip;
            case "RFLAGS" -> cpu.flags.value();
            case "CPL" -> cpu.cpl();
            case "FS_BASE" -> cpu.segments[SegmentRegister.FS].base;
            case "GS_BASE" -> cpu.segments[SegmentRegister.GS].base;
            case "CR0" -> cpu.cr0;
            case "CR2" -> cpu.cr2;
            case "CR3" -> cpu.cr3;
            case "CR4" -> cpu.cr4;
            case "CR8" -> cpu.cr8;
            case "MXCSR" -> Integer.toUnsignedLong(cpu.mxcsr);
            default -> throw unknown("register", name, GENERAL);
        };
    }

    /**
     * Changes RIP, RFLAGS, FS_BASE, GS_BASE, CR3 or a general register; CR3 as MOV to CR3 would, so that translations are invalidated.
     *
     * @throws IllegalArgumentException for another name
     */
    public void set(String name, long value) {
        int general = GENERAL.indexOf(name);
        if (general >= 0) {
            cpu.gpr[general] = value;
            return;
        }
        switch (name) {
            case "RIP" -> cpu.rip = value;
            case "RFLAGS" -> cpu.setRflags(value);
            case "FS_BASE" -> cpu.segments[SegmentRegister.FS].base = value;
            case "GS_BASE" -> cpu.segments[SegmentRegister.GS].base = value;
            case "CR3" -> {
                cpu.cr3 = value;
                cpu.memory.flushNonGlobal();
            }
            default -> throw unknown("register that can be set", name, GENERAL);
        }
    }

    /**
     * An MSR's value.
     *
     * @param name as in the manuals: STAR, LSTAR, CSTAR, SFMASK, EFER, FS_BASE, GS_BASE, KERNEL_GS_BASE
     * @throws IllegalArgumentException for an unknown name
     */
    public long msr(String name) {
        return switch (name) {
            case "STAR" -> cpu.msrs.star;
            case "LSTAR" -> cpu.msrs.lstar;
            case "CSTAR" -> cpu.msrs.cstar;
            case "SFMASK" -> cpu.msrs.sfmask;
            case "EFER" -> cpu.efer;
            case "FS_BASE" -> cpu.segments[SegmentRegister.FS].base;
            case "GS_BASE" -> cpu.segments[SegmentRegister.GS].base;
            case "KERNEL_GS_BASE" -> cpu.msrs.kernelGsBase;
            default -> throw unknown("MSR", name,
                    List.of("STAR", "LSTAR", "CSTAR", "SFMASK", "EFER", "FS_BASE", "GS_BASE", "KERNEL_GS_BASE"));
        };
    }

    /**
     * Takes the processor to ring 0 with the segments that SYSCALL loads (SDM vol. 2B, SYSCALL), without touching the GDT.
     *
     * @param codeSelector for CS; SS gets the next one
     */
    public void enterRing0(int codeSelector) {
        int flat = SegmentRegister.PRESENT | SegmentRegister.CODE_OR_DATA | SegmentRegister.GRANULARITY;
        cpu.segments[SegmentRegister.CS].load(codeSelector, 0, 0xFFFF_FFFFL, flat | SegmentRegister.LONG | 0xB);
        cpu.segments[SegmentRegister.SS].load(codeSelector + 8, 0, 0xFFFF_FFFFL, flat | SegmentRegister.DEFAULT_BIG
                | 0x3);
        cpu.setCpl(0);
    }

    /** General registers, RIP, RFLAGS, selectors and segment bases, by name. */
    public Map<String, Long> snapshot() {
        Map<String, Long> all = new LinkedHashMap<>();
        GENERAL.forEach(name -> all.put(name, get(name)));
        List.of("RIP", "RFLAGS").forEach(name -> all.put(name, get(name)));
        SEGMENTS.forEach(name -> all.put(name, get(name)));
        List.of("FS_BASE", "GS_BASE").forEach(name -> all.put(name, get(name)));
        for (int i = 0; i < 16; i++) {
            all.put("XMM%d[63:0]".formatted(i), cpu.xmm[2 * i]);
            all.put("XMM%d[127:64]".formatted(i), cpu.xmm[2 * i + 1]);
            all.put("YMM%d[191:128]".formatted(i), cpu.ymmHigh[2 * i]);
            all.put("YMM%d[255:192]".formatted(i), cpu.ymmHigh[2 * i + 1]);
        }
        all.put("MXCSR", get("MXCSR"));
        all.put("x87 control word", (long) cpu.fpu.control);
        all.put("x87 status word", (long) cpu.fpu.status);
        all.put("x87 abridged tag word", (long) cpu.fpu.tag);
        for (int i = 0; i < 8; i++) {
            all.put("R%d[63:0]".formatted(i), cpu.fpu.significand[i]);
            all.put("R%d[79:64]".formatted(i), (long) cpu.fpu.signExponent[i]);
        }
        return all;
    }

    private static IllegalArgumentException unknown(String what, String name, Collection<String> known) {
        return new IllegalArgumentException(
                "there is no %s \"%s\"; known are, among others, %s".formatted(what, name, String.join(", ", known)));
    }
}
