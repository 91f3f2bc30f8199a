package ringspec.isa;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The attribute column of a row. Words:
 * <ul>
 * <li>{@code lock}: LOCK is allowed with a memory destination. {@code rep}, {@code repe}: REP repeats; with {@code repe} until ZF ends it.
 * <li>{@code cpl0}: #GP(0) outside ring 0. {@code iopl}: subject to IOPL and, for IN and OUT, the I/O bitmap. {@code umip}: ring 0 only
 * under CR4.UMIP.
 * <li>{@code o8 o16 o32 o64 any d64 f64}: the operand-size rule where operands and REX.W don't say it ({@link InstructionForm.SizeRule}).
 * <li>{@code a16 a32 a64}: the address size that selects the form (JCXZ, JECXZ, JRCXZ).
 * <li>{@code no64}: #UD in 64-bit mode, or another form. {@code only64}: exists in 64-bit mode only; REX.W and the size rules d64 and
 * f64 say so, too.
 * <li>{@code en=RVM}: which field of the encoding holds each operand, the SDM's Op/En: ModRM.reg (a second R: /is4), VEX.vvvv, ModRM.rm,
 * immediate.
 * <li>{@code unsigned}: immediates are zero-extended; else sign-extended.
 * <li>{@code mod3}: ModRM.mod is ignored, the operand is a register always.
 * <li>{@code undefined}: the SDM calls the result undefined. {@code ud}: raises #UD by definition.
 * <li>{@code variant}: a second encoding of a form, which the disassembler knows and an assembler doesn't choose.
 * <li>{@code flags= undef= reads=}: RFLAGS written with a defined value, left undefined, and read, as letters O S Z A P C D I.
 * <li>{@code ulp=1}: a processor's result may differ from the exactly rounded one by so many units in the last place.
 * <li>{@code predicate}: the immediate is a comparison predicate that the mnemonic can name (CMPEQPS).
 * <li>{@code alias=JZ/..}: other mnemonics. {@code print=movabs}: what the GNU tools print.
 * {@code ptr=BYTE}: the pointer size they print where it isn't that of the access ({@code none} for none).
 * </ul>
 */
public final class FormAttributes {

    private static final Set<String> WORDS = Set.of("lock", "rep", "repe", "cpl0", "iopl", "umip", "o8", "o16", "o32",
            "o64", "any", "d64",
            "f64", "a32", "a64", "unsigned", "mod3", "undefined", "ud", "variant", "predicate", "no64", "only64",
            "a16");
    private static final Set<String> KEYS = Set.of("flags", "undef", "reads", "alias", "print", "ptr", "en", "ulp");

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> aliases;
    private final boolean lockable;
    private final boolean repeatable;
    private final boolean ignoresMod;
    private final int writtenFlags;
    private final int undefinedFlags;
    private final int readFlags;

    private FormAttributes(String text) {
        for (String word : text.isBlank() || text.equals("-") ? new String[0] : text.trim().split("\\s+")) {
            int equals = word.indexOf('=');
            String key = equals < 0 ? word : word.substring(0, equals);
            if (!(equals < 0 ? WORDS : KEYS).contains(key)) {
                throw new IllegalArgumentException("unknown attribute \"" + word + "\": expected one of " + WORDS
                        + " or one of " + KEYS
                        + " followed by =value");
            }
            values.put(key, equals < 0 ? "" : word.substring(equals + 1));
        }
        this.aliases = has("alias") ? Set.of(values.get("alias").split("/")) : Set.of();
        this.lockable = has("lock");
        this.repeatable = has("rep") || has("repe");
        this.ignoresMod = has("mod3");
        this.writtenFlags = flags(value("flags", ""));
        this.undefinedFlags = flags(value("undef", ""));
        this.readFlags = flags(value("reads", ""));
    }

    static FormAttributes parse(String text) {
        return new FormAttributes(text);
    }

    private static int flags(String letters) {
        int mask = 0;
        for (char letter : letters.toCharArray()) {
            mask |= switch (letter) {
                case 'C' -> 1;
                case 'P' -> 1 << 2;
                case 'A' -> 1 << 4;
                case 'Z' -> 1 << 6;
                case 'S' -> 1 << 7;
                case 'I' -> 1 << 9;
                case 'D' -> 1 << 10;
                case 'O' -> 1 << 11;
                default -> throw new IllegalArgumentException("unknown flag '" + letter
                        + "': expected letters of OSZAPCDI");
            };
        }
        return mask;
    }

    /** Whether the row has the attribute. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** The attribute's value, or the given one if the row lacks it. */
    public String value(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    Set<String> aliases() {
        return aliases;
    }

    /** Whether LOCK is allowed with a memory destination. */
    public boolean lockable() {
        return lockable;
    }

    /** Whether REP repeats the instruction. */
    public boolean repeatable() {
        return repeatable;
    }

    /** Whether ModRM.mod is ignored and the operand a register always. */
    public boolean ignoresMod() {
        return ignoresMod;
    }

    /** Whether REP's condition looks at ZF (CMPS, SCAS). */
    public boolean repeatsOnZero() {
        return has("repe");
    }

    /** Whether the instruction is for ring 0 only. */
    public boolean privileged() {
        return has("cpl0");
    }

    /** RFLAGS bits given a defined value. */
    public int writtenFlags() {
        return writtenFlags;
    }

    /** RFLAGS bits left undefined. */
    public int undefinedFlags() {
        return undefinedFlags;
    }

    /** RFLAGS bits the operation depends on. */
    public int readFlags() {
        return readFlags;
    }

    @Override
    public String toString() {
        return String.join(" ", values.entrySet().stream()
                .map(entry -> entry.getValue().isEmpty() ? entry.getKey() : entry.getKey() + "=" + entry.getValue())
                .toList());
    }
}
