package ringspec.isa.assembler;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import ringspec.isa.CodeSize;
import ringspec.isa.ComparisonPredicates;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;
import ringspec.isa.OperandSpec;
import ringspec.isa.Register;

/** Which rows of the table a mnemonic may mean. */
final class Mnemonics {

    /** What GNU calls far transfers. */
    private static final Map<String, String> FAR = Map.of("CALL", "lcall", "JMP", "ljmp");

    private static final Map<CodeSize, Mnemonics> ALL = new EnumMap<>(CodeSize.class);

    static {
        for (CodeSize codeSize : CodeSize.values()) {
            ALL.put(codeSize, new Mnemonics(codeSize));
        }
    }

    private final CodeSize codeSize;
    private final Map<String, Entry> entries = new HashMap<>();

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

    private Mnemonics(CodeSize codeSize) {
        this.codeSize = codeSize;
        for (InstructionForm form : InstructionTable.get().forms(codeSize)) {
            if (!form.attributes().has("variant")) {
                add(form);
            }
        }
    }

    private void add(InstructionForm form) {
        String mnemonic = form.mnemonic().toLowerCase(Locale.ROOT);
        String printed = form.printedMnemonic(codeSize);
        if (isBranchOfOtherSize(form) && printed.equals(mnemonic)) {
            return; // 66 on it would only cut the target
        }
        boolean shown = form.operands().stream().anyMatch(Mnemonics::showsSize);
        entry(shown ? mnemonic(form, printed) : printed, -1).first().add(form);
        for (String alias : form.aliases()) {
            Entry entry = entry(alias.toLowerCase(Locale.ROOT), -1);
            if (!entry.first().contains(form)) {
                entry.first().add(form);
            }
        }
        if (!mnemonic.equals(printed) && !isBranchOfOtherSize(form)) {
            entry(mnemonic, -1).second().add(form);
        }
        if (FAR.containsKey(form.mnemonic()) && form.operands().getFirst().text().contains("16:")) {
            entry(FAR.get(form.mnemonic()), -1).first().add(form);
        }
        for (int i = 0; i < ComparisonPredicates.count(form); i++) {
            entry(ComparisonPredicates.mnemonic(form, i), ComparisonPredicates.immediate(form, i)).first().add(form);
        }
    }

    /** Where an operand shows the size, 16-bit code has no letter for it. */
    private static String mnemonic(InstructionForm form, String printed) {
        return form.attributes().has("o32") && printed.equals(form.printedMnemonic() + "d") ? form.printedMnemonic()
                : printed;
    }

    private static boolean showsSize(OperandSpec spec) {
        return spec.role() == OperandSpec.Role.FAR || spec.memory() && !spec.isBlock() || spec.registerKind() != null
                && spec
                        .registerKind().ordinal() <= Register.Kind.GPR64.ordinal();
    }

    private boolean isBranchOfOtherSize(InstructionForm form) {
        return !codeSize.is64() && form.operandSize() != codeSize.operandSize() && form.operands().stream().anyMatch(
                spec -> spec.role() == OperandSpec.Role.REL);
    }

    private Entry entry(String name, int predicate) {
        return entries.computeIfAbsent(name, key -> new Entry(new ArrayList<>(), new ArrayList<>(), predicate));
    }

    /** The rows of a name in any letter case for code of a size, or null. */
    static Entry find(CodeSize codeSize, String name) {
        return ALL.get(codeSize).entries.get(name.toLowerCase(Locale.ROOT));
    }

    /** The names in code of any size. */
    static Set<String> names() {
        Set<String> names = new HashSet<>();
        ALL.values().forEach(mnemonics -> names.addAll(mnemonics.entries.keySet()));
        return names;
    }
}
