package ringspec.mutant;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ringspec.isa.assembler.Source;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.KernelImage;
import ringspec.kernel.KernelOptions;

/** The kernel with other assembly texts or other constants in them. */
public final class TextVariant extends KernelDesign {

    /**
     * A replacement in one of the texts.
     *
     * @param file such as {@code boot.asm}
     * @param find what stands there, exactly once
     * @param replace what stands there instead
     */
    public record Replacement(String file, String find, String replace) {
    }

    private final List<Source> sources;
    private final Map<String, Long> constants;

    /**
     * A variant.
     *
     * @throws IllegalArgumentException if there is no such file, or what is to be found isn't in it exactly once
     */
    public TextVariant(List<Replacement> replacements, Map<String, Long> constants) {
        List<Source> texts = new ArrayList<>(KernelImage.shippedSources());
        for (Replacement replacement : replacements) {
            int index = KernelImage.SOURCES.indexOf(replacement.file());
            if (index < 0) {
                throw new IllegalArgumentException("the kernel has no text %s; it has %s".formatted(replacement.file(),
                        KernelImage.SOURCES));
            }
            texts.set(index, new Source(replacement.file(), replaced(texts.get(index).text(), replacement)));
        }
        this.sources = List.copyOf(texts);
        this.constants = Map.copyOf(constants);
    }

    private static String replaced(String text, Replacement replacement) {
        int first = text.indexOf(replacement.find());
        if (first < 0 || text.indexOf(replacement.find(), first + 1) >= 0) {
            throw new IllegalArgumentException("%s must have this exactly once: %s".formatted(replacement.file(),
                    replacement.find().strip()));
        }
        return text.substring(0, first) + replacement.replace() + text.substring(first + replacement.find().length());
    }

    @Override
    public List<Source> sources() {
        return sources;
    }

    @Override
    public Map<String, Long> constants(KernelOptions options) {
        Map<String, Long> all = new LinkedHashMap<>(super.constants(options));
        for (Map.Entry<String, Long> constant : constants.entrySet()) {
            if (all.put(constant.getKey(), constant.getValue()) == null) {
                throw new IllegalArgumentException("the kernel's texts know no constant " + constant.getKey());
            }
        }
        return all;
    }
}
