package ringspec.cpu.exec;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;

/**
 * Which processor models have which rows of the instruction table. A row whose CPUID column names a feature that the model lacks
 * is #UD on it, but for TZCNT and LZCNT, whose F3 prefix older processors ignore.
 */
final class FeatureGate {

    /** Every processor with 64-bit mode has the row. */
    private static final String ALWAYS = "-";

    /** By {@link InstructionForm#index()}. */
    private static final List<Set<Feature>> NEEDED = collect();

    private FeatureGate() {
    }

    private static List<Set<Feature>> collect() {
        List<Set<Feature>> needed = new ArrayList<>();
        for (InstructionForm form : InstructionTable.get().forms()) {
            needed.add(features(form));
        }
        return List.copyOf(needed);
    }

    private static Set<Feature> features(InstructionForm form) {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        if (form.cpuid().equals(ALWAYS)) {
            return features;
        }
        for (String name : form.cpuid().split("\\+")) {
            try {
                features.add(Feature.valueOf(name));
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException(
                        "row \"%s\": no CPUID feature is called \"%s\": expected constants of Feature joined by +, or -"
                                .formatted(form.id(), name), e);
            }
        }
        return features;
    }

    /** The features that a row needs; none for what every processor has. */
    static Set<Feature> needed(InstructionForm form) {
        return NEEDED.get(form.index());
    }

    /** True if a model has everything that a row needs. */
    static boolean allows(InstructionForm form, ProcessorModel model) {
        for (Feature feature : NEEDED.get(form.index())) {
            if (!model.has(feature)) {
                return false;
            }
        }
        return true;
    }

    /** 0F 0D with a register, which Intel reserves as a NOP: #UD on AMD silicon. */
    private static boolean isPrefetchOfRegister(InstructionForm form) {
        return form.encoding().map() == 1 && form.encoding().opcode() == 0x0D && form.mnemonic().equals("NOP");
    }

    /** What an instruction of a row is taken for on a model: its own mnemonic, an older one, or null for #UD. */
    static String mnemonicOn(InstructionForm form, ProcessorModel model) {
        if (allows(form, model)) {
            return isPrefetchOfRegister(form) && model.vendor() == ProcessorModel.Vendor.AMD ? null : form.mnemonic();
        }
        return switch (form.mnemonic()) {
            case "TZCNT" -> "BSF";
            case "LZCNT" -> "BSR";
            default -> null;
        };
    }
}
