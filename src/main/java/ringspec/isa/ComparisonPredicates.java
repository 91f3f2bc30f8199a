package ringspec.isa;

import java.util.List;

/**
 * Immediates that mnemonics can name: the predicates of CMPPS and its like (SDM vol. 2A, CMPPD, table 3-1), and the quadwords that PCLMULQDQ
 * multiplies (vol. 2B, PCLMULQDQ).
 */
public final class ComparisonPredicates {

    private static final List<String> NAMES = List.of("eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord", "eq_uq",
            "nge", "ngt", "false", "neq_oq", "ge", "gt", "true", "eq_os", "lt_oq", "le_oq", "unord_s", "neq_us",
            "nlt_uq", "nle_uq", "ord_s", "eq_us", "nge_uq", "ngt_uq", "false_os", "neq_os", "ge_oq", "gt_oq",
            "true_us");
    /** By bits 0 and 4 of the immediate: from the first source the low or high quadword, then from the second. */
    private static final List<String> QUADWORDS = List.of("lql", "hql", "lqh", "hqh");
    /** Legacy SSE has the first eight. */
    private static final int LEGACY = 8;

    private ComparisonPredicates() {
    }

    /** How many names a form has: 0 if its immediate has none, 8 predicates with legacy encoding, 32 with VEX encoding. */
    public static int count(InstructionForm form) {
        if (isProduct(form)) {
            return QUADWORDS.size();
        }
        if (!form.attributes().has("predicate")) {
            return 0;
        }
        return form.mnemonic().startsWith("V") ? NAMES.size() : LEGACY;
    }

    /**
     * The lower-case mnemonic that names a predicate: {@code cmpltps}, {@code vcmpeq_uqpd}.
     *
     * @param form a form with predicates
     * @param predicate from 0 to {@link #count} - 1
     */
    public static String mnemonic(InstructionForm form, int predicate) {
        String printed = form.printedMnemonic();
        if (isProduct(form)) {
            return printed.replace("mulqdq", "mul" + QUADWORDS.get(predicate) + "qdq");
        }
        int before = printed.length() - 2;
        return printed.substring(0, before) + NAMES.get(predicate) + printed.substring(before);
    }

    /** The immediate of a name, by its number from 0 to {@link #count} - 1. */
    public static int immediate(InstructionForm form, int predicate) {
        return isProduct(form) ? predicate & 1 | (predicate & 2) << 3 : predicate;
    }

    /** The number of the name that an immediate has, or -1 if it has none. */
    static int number(InstructionForm form, long immediate) {
        for (int i = 0; i < count(form); i++) {
            if (immediate(form, i) == immediate) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isProduct(InstructionForm form) {
        return form.mnemonic().endsWith("PCLMULQDQ");
    }
}
