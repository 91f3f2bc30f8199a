package ringspec.debug;

import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentRegister;

/**
 * The whole state of a processor as text. Every register has its place and width whatever its value, so that two dumps can be
 * compared line by line.
 */
public final class StateDump {

    private static final String[] SEGMENTS = {"ES", "CS", "SS", "DS", "FS", "GS", "LDTR", "TR"};
    private static final int PER_LINE = 4;

    private final StringBuilder text = new StringBuilder(4096);
    private final Cpu cpu;

    private StateDump(Cpu cpu) {
        this.cpu = cpu;
    }

    /** A dump; looking changes nothing. */
    public static String of(Cpu cpu) {
        return new StateDump(cpu).build();
    }

    private String build() {
        general();
        line("RIP", cpu.rip, "CPL " + cpu.cpl());
        line("RFLAGS", cpu.flags.value(), Bits.flagNames(cpu.flags.value()));
        text.append('\n');
        segments();
        table("GDTR", cpu.gdtrBase, cpu.gdtrLimit);
        table("IDTR", cpu.idtrBase, cpu.idtrLimit);
        text.append('\n');
        system();
        text.append('\n');
        vectors();
        text.append("%-14s %d%s%s%s%s\n".formatted("instructions", cpu.instructions, cpu.halted ? "  halted" : "",
                cpu.shutdown ? "  shut down" : "", cpu.interruptShadow ? "  interrupt shadow" : "",
                cpu.nmiBlocked ? "  NMI blocked" : ""));
        return text.toString();
    }

    private void general() {
        for (int i = 0; i < Registers.GENERAL.size(); i++) {
            boolean last = i % PER_LINE == PER_LINE - 1;
            text.append("%-3s %016x%s".formatted(Registers.GENERAL.get(i), cpu.gpr[i], last ? "\n" : "  "));
        }
    }

    private void segments() {
        for (int i = 0; i < SEGMENTS.length; i++) {
            SegmentRegister segment = cpu.segments[i];
            text.append("%-4s %04x  base %016x  limit %08x  %s\n".formatted(SEGMENTS[i], segment.selector, segment.base,
                    segment.limit, attributes(segment)));
        }
    }

    private void table(String name, long base, int limit) {
        text.append("%-4s       base %016x  limit %08x\n".formatted(name, base, limit));
    }

    /** P, DPL and the type in words (SDM vol. 3A, 3.4.5 and 3.5). */
    private static String attributes(SegmentRegister segment) {
        int attributes = segment.attributes;
        if ((attributes & SegmentRegister.PRESENT) == 0) {
            return "not present";
        }
        String type;
        if ((attributes & SegmentRegister.CODE_OR_DATA) == 0) {
            type = "system type %x".formatted(attributes & 0xF);
        } else if ((attributes & 8) != 0) {
            type = "code " + ((attributes & SegmentRegister.LONG) != 0 ? "64-bit"
                    : (attributes & SegmentRegister.DEFAULT_BIG) != 0 ? "32-bit" : "16-bit") + ((attributes & 2) != 0
                            ? " readable" : "")
                    + ((attributes & 4) != 0 ? " conforming" : "");
        } else {
            type = "data" + ((attributes & 2) != 0 ? " writable" : "") + ((attributes & 4) != 0 ? " expand-down" : "");
        }
        return "DPL %d  %s".formatted(segment.dpl(), type);
    }

    private void system() {
        line("CR0", cpu.cr0, Bits.controlRegisterNames(0, cpu.cr0));
        line("CR2", cpu.cr2, "");
        line("CR3", cpu.cr3, "");
        line("CR4", cpu.cr4, Bits.controlRegisterNames(4, cpu.cr4));
        line("CR8", cpu.cr8, "");
        line("EFER", cpu.efer, Bits.eferNames(cpu.efer));
        line("STAR", cpu.msrs.star, "SYSCALL CS %04x, SYSRET base %04x".formatted(Bits.range(cpu.msrs.star, 47, 32),
                Bits
                        .range(cpu.msrs.star, 63, 48)));
        line("LSTAR", cpu.msrs.lstar, "");
        line("CSTAR", cpu.msrs.cstar, "");
        line("SFMASK", cpu.msrs.sfmask, Bits.flagNames(cpu.msrs.sfmask));
        line("KERNEL_GS_BASE", cpu.msrs.kernelGsBase, "");
        line("DR6", cpu.dr[6], "");
        line("DR7", cpu.dr[7], "");
    }

    private void line(String name, long value, String meaning) {
        text.append("%-14s %016x  %s".formatted(name, value, meaning).stripTrailing()).append('\n');
    }

    private void vectors() {
        text.append("%-14s %08x  FCW %04x  FSW %04x  FTW %02x\n".formatted("MXCSR", cpu.mxcsr,
                cpu.fpu.control, cpu.fpu.status, cpu.fpu.tag));
        for (int i = 0; i < 8; i++) {
            text.append("R%d  %04x %016x%s".formatted(i, cpu.fpu.signExponent[i], cpu.fpu.significand[i],
                    i % PER_LINE == PER_LINE - 1 ? "\n" : "  "));
        }
        for (int i = 0; i < 16; i++) {
            text.append("YMM%-2d %016x%016x%016x%016x\n".formatted(i, cpu.ymmHigh[2 * i + 1], cpu.ymmHigh[2 * i],
                    cpu.xmm[2 * i + 1], cpu.xmm[2 * i]));
        }
    }
}
