package ringspec.isa.assembler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import ringspec.isa.CodeSize;
import ringspec.isa.ComparisonPredicates;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;

/** Which rows of the table a mnemonic may mean. */
final class Mnemonics {

    private static final Map<String, Entry> ALL = new HashMap<>();

    static {
        for (InstructionForm form : InstructionTable.get().forms(CodeSize.BITS_64)) {
            if (!form.attributes().has("variant")) {
                add(form);
            }
        }
    }

    /**
     * The rows of a name.
     *
     * @param first     what the name means to the GNU tools
     * @param second    what it means to the SDM besides, taken if none of the first fits: they print {@code iret} for IRETD, and
     *                  {@code movabs} for a MOV with a 64-bit immediate
     * @param predicate the comparison predicate within the name (CMPLTPS), or -1
     */
    record Entry(List<InstructionForm> first, List<InstructionForm> second, int predicate) {
    }

    private Mnemonics() {
    }

    private static void add(InstructionForm form) {
        String mnemonic = form.mnemonic().toLowerCase(Locale.ROOT);
        entry(form.printedMnemonic(), -1).first().add(form);
        for (String alias : form.aliases()) {
            Entry entry = entry(alias.toLowerCase(Locale.ROOT), -1);
            if (!entry.first().contains(form)) {
                entry.first().add(form);
            }
        }
        if (!mnemonic.equals(form.printedMnemonic())) {
            entry(mnemonic, -1).second().add(form);
        }
        for (int i = 0; i < ComparisonPredicates.count(form); i++) {
            entry(ComparisonPredicates.mnemonic(form, i), i).first().add(form);
        }
    }

    private static Entry entry(String name, int predicate) {
        return ALL.computeIfAbsent(name, key -> new Entry(new ArrayList<>(), new ArrayList<>(), predicate));
    }

    /** The rows of a name in any letter case, or null. */
    static Entry find(String name) {
        return ALL.get(name.toLowerCase(Locale.ROOT));
    }

    static Set<String> names() {
        return ALL.keySet();
    }
}
