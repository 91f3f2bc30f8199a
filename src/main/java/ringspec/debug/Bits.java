package ringspec.debug;

import static ringspec.cpu.ControlRegisters.*;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import ringspec.cpu.Rflags;

/** Bits of system registers by their names in the manuals. */
public final class Bits {

    // @formatter:off
    private static final Map<String, Long> FLAGS = bits("CF", Rflags.CF, "PF", Rflags.PF, "AF", Rflags.AF, "ZF", Rflags.ZF,
            "SF", Rflags.SF, "TF", Rflags.TF, "IF", Rflags.IF, "DF", Rflags.DF, "OF", Rflags.OF, "IOPL", Rflags.IOPL,
            "NT", Rflags.NT, "RF", Rflags.RF, "VM", Rflags.VM, "AC", Rflags.AC, "VIF", Rflags.VIF, "VIP", Rflags.VIP,
            "ID", Rflags.ID);
    private static final Map<String, Long> CR0 = bits("PE", CR0_PE, "MP", CR0_MP, "EM", CR0_EM, "TS", CR0_TS, "ET", CR0_ET,
            "NE", CR0_NE, "WP", CR0_WP, "AM", CR0_AM, "NW", CR0_NW, "CD", CR0_CD, "PG", CR0_PG);
    private static final Map<String, Long> CR4 = bits("VME", CR4_VME, "PVI", CR4_PVI, "TSD", CR4_TSD, "DE", CR4_DE,
            "PSE", CR4_PSE, "PAE", CR4_PAE, "MCE", CR4_MCE, "PGE", CR4_PGE, "PCE", CR4_PCE, "OSFXSR", CR4_OSFXSR,
            "OSXMMEXCPT", CR4_OSXMMEXCPT, "UMIP", CR4_UMIP, "LA57", CR4_LA57, "VMXE", CR4_VMXE, "FSGSBASE", CR4_FSGSBASE,
            "PCIDE", CR4_PCIDE, "OSXSAVE", CR4_OSXSAVE, "SMEP", CR4_SMEP, "SMAP", CR4_SMAP, "PKE", CR4_PKE);
    private static final Map<String, Long> EFER = bits("SCE", EFER_SCE, "LME", EFER_LME, "LMA", EFER_LMA, "NXE", EFER_NXE,
            "SVME", EFER_SVME, "LMSLE", EFER_LMSLE, "FFXSR", EFER_FFXSR, "TCE", EFER_TCE);
    // @formatter:on

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

    /** Names of the flags that are set, such as {@code PF ZF IF}; IOPL with its value unless it is 0. */
    public static String flagNames(long rflags) {
        return names(FLAGS, rflags & ~Rflags.RESERVED_1);
    }

    /** Names of the bits that are set in CR0 or CR4. */
    public static String controlRegisterNames(int number, long value) {
        return names(number == 0 ? CR0 : CR4, value);
    }

    /** Names of the bits that are set in EFER. */
    public static String eferNames(long value) {
        return names(EFER, value);
    }

    /** Bits high to low, inclusive, moved down to bit 0. */
    public static long range(long value, int high, int low) {
        return value >>> low & -1L >>> 63 - (high - low);
    }

    /** Bits of no name are told by their number: they are the most interesting of all. */
    private static String names(Map<String, Long> bits, long value) {
        StringJoiner text = new StringJoiner(" ");
        long rest = value;
        for (Map.Entry<String, Long> bit : bits.entrySet()) {
            long mask = bit.getValue();
            if ((value & mask) != 0) {
                text.add(Long.bitCount(mask) == 1 ? bit.getKey() : bit.getKey() + "=" + field(value, mask));
            }
            rest &= ~mask;
        }
        for (; rest != 0; rest &= rest - 1) {
            text.add("bit" + Long.numberOfTrailingZeros(rest));
        }
        return text.toString();
    }

    private static Map<String, Long> bits(Object... namesAndMasks) {
        Map<String, Long> bits = new LinkedHashMap<>();
        for (int i = 0; i < namesAndMasks.length; i += 2) {
            bits.put((String) namesAndMasks[i], (Long) namesAndMasks[i + 1]);
        }
        return bits;
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
