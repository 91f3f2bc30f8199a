package ringspec.isa;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The instruction forms of 64-bit mode that this machine has, read from the table files beside this class. A file holds one category,
 * a line one form: {@code mnemonic operands | encoding | CPUID feature | attributes}; {@code #} starts a comment line.
 */
public final class InstructionTable {

    /** The table files in reading order; a resource folder can't be listed portably. */
    private static final List<String> FILES = List.of("move", "stack", "arithmetic", "logic", "bit", "string", "branch",
            "flag",
            "misc", "io", "system", "x87", "sse", "sse-integer", "sse4", "sse-float", "crypto", "avx-move",
            "avx-integer", "avx-float", "fma", "f16c", "mmx", "legacy");

    private static final InstructionTable INSTANCE = load();

    private final List<InstructionForm> forms;
    /** By index: whether 16 bits are a form of their own. */
    private final BitSet narrowed;
    private final Map<String, List<InstructionForm>> byMnemonic = new HashMap<>();

    private InstructionTable(List<InstructionForm> forms) {
        this.forms = List.copyOf(forms);
        this.narrowed = narrowed(forms);
        for (InstructionForm form : forms) {
            byMnemonic.computeIfAbsent(form.mnemonic(), key -> new ArrayList<>()).add(form);
            for (String alias : form.aliases()) {
                byMnemonic.computeIfAbsent(alias, key -> new ArrayList<>()).add(form);
            }
        }
        byMnemonic.replaceAll((mnemonic, list) -> List.copyOf(list));
    }

    /** The table. */
    public static InstructionTable get() {
        return INSTANCE;
    }

    /** All forms in table order. */
    public List<InstructionForm> forms() {
        return forms;
    }

    /** The forms that code of a size can have, in table order. */
    public List<InstructionForm> forms(CodeSize codeSize) {
        return forms.stream().filter(form -> form.existsIn(codeSize)).toList();
    }

    /** The forms of a mnemonic or alias in any letter case, in table order; empty if there is none. */
    public List<InstructionForm> formsOf(String mnemonic) {
        return byMnemonic.getOrDefault(mnemonic.toUpperCase(Locale.ROOT), List.of());
    }

    /** All mnemonics and aliases, upper case. */
    public Set<String> mnemonics() {
        return Set.copyOf(byMnemonic.keySet());
    }

    /** Whether 66 would make another form of this one: the same encoding has a row of 16 bits. */
    public boolean hasNarrowSibling(InstructionForm form) {
        return narrowed.get(form.index());
    }

    private static BitSet narrowed(List<InstructionForm> forms) {
        BitSet narrowed = new BitSet();
        Set<List<Object>> narrow = new HashSet<>();
        for (InstructionForm form : forms) {
            if (form.needsOperandSizePrefix()) {
                narrow.add(place(form));
            }
        }
        for (InstructionForm form : forms) {
            narrowed.set(form.index(), narrow.contains(place(form)));
        }
        return narrowed;
    }

    private static List<Object> place(InstructionForm form) {
        Encoding encoding = form.encoding();
        return List.of(form.isVex(), encoding.map(), encoding.opcode(), encoding.digit(), encoding.fixedModRm(),
                encoding.prefix());
    }

    private static InstructionTable load() {
        List<InstructionForm> forms = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (String file : FILES) {
            int number = 0;
            for (String line : lines(file + ".txt")) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                try {
                    InstructionForm form = parse(forms.size(), file, line);
                    if (!ids.add(form.id())) {
                        throw new IllegalArgumentException("the row \"" + form.id() + "\" is there already");
                    }
                    forms.add(form);
                } catch (IllegalArgumentException e) {
                    throw new IllegalStateException("instruction table " + file + ".txt, line " + number + ": " + e
                            .getMessage(), e);
                }
            }
        }
        return new InstructionTable(forms);
    }

    private static List<String> lines(String file) {
        try (InputStream in = InstructionTable.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("instruction table " + file
                        + " is missing from the class path: package ringspec.isa");
            }
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                return reader.lines().toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("instruction table " + file + " can't be read", e);
        }
    }

    static InstructionForm parse(int index, String category, String line) {
        String[] columns = line.split("\\|", -1);
        if (columns.length != 4) {
            throw new IllegalArgumentException(
                    "expected 4 columns (mnemonic operands | encoding | CPUID | attributes), found "
                            + columns.length + " in \"" + line + "\"");
        }
        Encoding encoding = Encoding.parse(columns[1].trim());
        String signature = columns[0].trim();
        int space = signature.indexOf(' ');
        String mnemonic = space < 0 ? signature : signature.substring(0, space);
        FormAttributes attributes = FormAttributes.parse(columns[3].trim());
        List<String> texts = space < 0 ? List.of()
                : Arrays.stream(signature.substring(space + 1).split(",")).map(String::trim).toList();
        List<OperandSpec> operands = OperandSpec.parse(texts, encoding, attributes.value("en", ""));
        return new InstructionForm(index, category, mnemonic, operands, encoding, columns[2].trim(), attributes);
    }
}
