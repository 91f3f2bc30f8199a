package ringspec.debug;

import static ringspec.cpu.ControlRegisters.*;

import java.util.Map;
import ringspec.cpu.Rflags;

/** Bits of system registers by their names in the manuals. */
public final class Bits {

    private static final Map<String, Long> FLAGS = Map.ofEntries(Map.entry("CF", Rflags.CF), Map.entry("PF", Rflags.PF),
            Map.entry("AF", Rflags.AF), Map.entry("ZF", Rflags.ZF), Map.entry("SF", Rflags.SF), Map.entry("TF",
                    Rflags.TF),
            Map.entry("IF", Rflags.IF), Map.entry("DF", Rflags.DF), Map.entry("OF", Rflags.OF),
            Map.entry("IOPL", Rflags.IOPL), Map.entry("NT", Rflags.NT), Map.entry("RF", Rflags.RF),
            Map.entry("VM", Rflags.VM), Map.entry("AC", Rflags.AC), Map.entry("ID", Rflags.ID));
    private static final Map<String, Long> CR0 = Map.of("PE", CR0_PE, "MP", CR0_MP, "EM", CR0_EM, "TS", CR0_TS, "NE",
            CR0_NE,
            "WP", CR0_WP, "AM", CR0_AM, "PG", CR0_PG);
    private static final Map<String, Long> CR4 = Map.of("PAE", CR4_PAE, "PGE", CR4_PGE, "OSFXSR", CR4_OSFXSR,
            "OSXMMEXCPT",
            CR4_OSXMMEXCPT, "UMIP", CR4_UMIP, "FSGSBASE", CR4_FSGSBASE, "PCIDE", CR4_PCIDE, "SMEP", CR4_SMEP, "SMAP",
            CR4_SMAP);
    private static final Map<String, Long> EFER = Map.of("SCE", EFER_SCE, "LME", EFER_LME, "LMA", EFER_LMA, "NXE",
            EFER_NXE);

    private Bits() {
    }

    /** A flag's value in RFLAGS: 0 or 1, or 0 to 3 for IOPL. */
    public static int flag(long rflags, String name) {
        return field(rflags, mask("RFLAGS", FLAGS, name));
    }

    /** RFLAGS with a flag set to 0 or 1, or IOPL to 0 to 3. */
    public static long withFlag(long rflags, String name, int value) {
        long mask = mask("RFLAGS", FLAGS, name);
        return rflags & ~mask | (long) value << Long.numberOfTrailingZeros(mask) & mask;
    }

    /** A bit of CR0 or CR4. */
    public static int controlRegister(int number, long value, String name) {
        return field(value, mask("CR" + number, number == 0 ? CR0 : CR4, name));
    }

    /** A bit of EFER. */
    public static int efer(long value, String name) {
        return field(value, mask("EFER", EFER, name));
    }

    /** Bits high to low, inclusive, moved down to bit 0. */
    public static long range(long value, int high, int low) {
        return value >>> low & -1L >>> 63 - (high - low);
    }

    private static int field(long value, long mask) {
        return (int) ((value & mask) >>> Long.numberOfTrailingZeros(mask));
    }

    private static long mask(String register, Map<String, Long> bits, String name) {
        Long mask = bits.get(name);
        if (mask == null) {
            throw new IllegalArgumentException("%s has no bit \"%s\"; known are %s".formatted(register, name,
                    String.join(", ", bits.keySet().stream().sorted().toList())));
        }
        return mask;
    }
}
