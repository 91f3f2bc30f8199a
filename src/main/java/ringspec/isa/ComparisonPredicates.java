package ringspec.isa;

import java.util.List;

/** The predicates that CMPPS and its like take as an immediate, and how mnemonics name them (SDM vol. 2A, CMPPD, table 3-1). */
public final class ComparisonPredicates {

    private static final List<String> NAMES = List.of("eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord", "eq_uq",
            "nge", "ngt", "false", "neq_oq", "ge", "gt", "true", "eq_os", "lt_oq", "le_oq", "unord_s", "neq_us",
            "nlt_uq", "nle_uq", "ord_s", "eq_us", "nge_uq", "ngt_uq", "false_os", "neq_os", "ge_oq", "gt_oq",
            "true_us");
    /** Legacy SSE has the first eight. */
    private static final int LEGACY = 8;

    private ComparisonPredicates() {
    }

    /** How many predicates a form has: 0 if its immediate is none, 8 with legacy encoding, 32 with VEX encoding. */
    public static int count(InstructionForm form) {
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
        int before = printed.length() - 2;
        return printed.substring(0, before) + NAMES.get(predicate) + printed.substring(before);
    }
}
