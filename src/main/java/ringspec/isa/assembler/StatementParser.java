package ringspec.isa.assembler;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ringspec.isa.CodeSize;

/** Turns the lines of one source, macros and conditions already replaced, into statements and symbols. */
final class StatementParser {

    private static final Map<String, Integer> DATA = Map.ofEntries(Map.entry("db", 1), Map.entry("dw", 2), Map.entry(
            "dd", 4),
            Map.entry("dq", 8), Map.entry(".byte", 1), Map.entry(".word", 2), Map.entry(".short", 2), Map.entry(".long",
                    4),
            Map.entry(".int", 4), Map.entry(".quad", 8), Map.entry(".ascii", 1), Map.entry(".asciz", 1), Map.entry(
                    ".string", 1));
    private static final Map<String, Integer> SPACE = Map.of("resb", 1, "resw", 2, "resd", 4, "resq", 8, ".zero", 1,
            ".skip", 1,
            ".space", 1);
    private static final Set<String> OTHERS = Set.of("section", ".section", ".text", ".data", ".rodata", ".bss",
            "align", ".align",
            ".balign", "global", ".global", ".globl", "extern", ".extern", "default", "bits", ".code16", ".code32",
            ".code64", ".equ", ".set", "times",
            ".intel_syntax");

    private final Program program;
    private @Nullable Section section;
    private String globalLabel = "";
    private boolean relativeByDefault;
    private CodeSize codeSize = CodeSize.BITS_64;

    StatementParser(Program program) {
        this.program = program;
    }

    /** The words that can start a statement, macros aside. */
    static Set<String> words() {
        Set<String> words = new HashSet<>(Mnemonics.names());
        words.addAll(DATA.keySet());
        words.addAll(SPACE.keySet());
        words.addAll(OTHERS);
        return words;
    }

    /** The last global label, to which local names belong. */
    String globalLabel() {
        return globalLabel;
    }

    /** The section of the next statement: {@code .text} unless the text names another. */
    private Section section() {
        if (section == null) {
            section = program.section(".text");
        }
        return section;
    }

    /** Parses one line and takes note of its problem, if it has one. */
    void line(Place place) {
        try {
            Tokens tokens = new Tokens(Lexer.tokens(place.text()));
            labels(tokens, place);
            if (!tokens.atEnd() && !constant(tokens, place) && !directive(tokens, place)) {
                Item item = item(tokens, place);
                section().add(item);
            }
            tokens.expectEnd();
        } catch (Mistake mistake) {
            program.diagnostics().add(place, mistake);
        }
    }

    private void labels(Tokens tokens, Place place) {
        while (tokens.peek().kind() == Token.Kind.NAME && tokens.peekSecond().is(":")) {
            label(tokens.next(), place);
            tokens.next();
        }
        boolean dataLabel = tokens.peek().kind() == Token.Kind.NAME && tokens.peekSecond().kind() == Token.Kind.NAME
                && isData(tokens.peekSecond()) && !isWord(tokens.peek());
        if (dataLabel) {
            label(tokens.next(), place);
        }
    }

    private static boolean isData(Token token) {
        return DATA.containsKey(lower(token)) || SPACE.containsKey(lower(token));
    }

    private static boolean isWord(Token token) {
        return isData(token) || OTHERS.contains(lower(token)) || Mnemonics.names().contains(lower(token));
    }

    private static String lower(Token token) {
        return token.text().toLowerCase(Locale.ROOT);
    }

    private void label(Token token, Place place) {
        String name = checkedName(token);
        Item marker = DataItem.marker(place, section());
        program.symbols().define(name, token.column(), place, null, marker);
        section().add(marker);
        if (!token.text().startsWith(".")) {
            globalLabel = token.text();
        }
    }

    private String checkedName(Token token) {
        if (ringspec.isa.Register.find(token.text()) != null) {
            throw new Mistake(token.column(), "the register name " + token.text() + " can't be a symbol");
        }
        return ExpressionParser.qualify(token, globalLabel);
    }

    /** {@code name equ value}, {@code name = value}, {@code .equ name, value}. */
    private boolean constant(Tokens tokens, Place place) {
        Token name;
        if (tokens.peek().isWord(".equ") || tokens.peek().isWord(".set")) {
            tokens.next();
            name = tokens.expectName("a symbol");
            tokens.expect(",");
        } else if (tokens.peek().kind() == Token.Kind.NAME && (tokens.peekSecond().isWord("equ") || tokens.peekSecond()
                .is("="))) {
            name = tokens.next();
            tokens.next();
        } else {
            return false;
        }
        String symbol = checkedName(name);
        Expression expression = expression(tokens);
        Item marker = DataItem.marker(place, section());
        program.symbols().define(symbol, name.column(), place, expression, marker);
        section().add(marker);
        return true;
    }

    private Expression expression(Tokens tokens) {
        return new ExpressionParser(tokens, globalLabel, false).parse();
    }

    private boolean directive(Tokens tokens, Place place) {
        Token word = tokens.peek();
        switch (word.kind() == Token.Kind.NAME ? lower(word) : "") {
            case "section", ".section" -> {
                tokens.next();
                section = program.section(tokens.expectName("a section name such as .text").text());
                if (tokens.peek().is(",")) {
                    skip(tokens); // flags of an object file
                }
            }
            case ".text", ".data", ".rodata", ".bss" -> section = program.section(lower(tokens.next()));
            case "align", ".align", ".balign" -> {
                tokens.next();
                align(tokens, place);
            }
            case "global", ".global", ".globl" -> {
                tokens.next();
                do {
                    program.exported().add(tokens.expectName("a symbol").text());
                } while (tokens.accept(","));
            }
            case ".code16", ".code32", ".code64" -> {
                tokens.next();
                codeSize = codeSize(Integer.parseInt(lower(word).substring(5)), word);
            }
            case "extern", ".extern", ".intel_syntax" -> skip(tokens);
            case "default" -> {
                tokens.next();
                relativeByDefault = tokens.acceptWord("rel");
                if (!relativeByDefault && !tokens.acceptWord("abs")) {
                    throw new Mistake(tokens.peek().column(), "expected rel or abs, found " + tokens.peek().describe());
                }
            }
            case "bits" -> {
                tokens.next();
                codeSize = codeSize(program.symbols().constant(expression(tokens)), word);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static CodeSize codeSize(long bits, Token word) {
        for (CodeSize size : CodeSize.values()) {
            if (size.addressSize() == bits) {
                return size;
            }
        }
        throw new Mistake(word.column(), "code of " + Bits.show(bits) + " bits: expected 16, 32 or 64");
    }

    private static void skip(Tokens tokens) {
        while (!tokens.atEnd()) {
            tokens.next();
        }
    }

    private void align(Tokens tokens, Place place) {
        Expression boundary = expression(tokens);
        int fill = SpaceItem.DEFAULT_FILL;
        if (tokens.accept(",")) {
            tokens.acceptWord("db");
            Expression value = expression(tokens);
            long number = program.symbols().constant(value);
            if (!Bits.fits(number, 8)) {
                throw new Mistake(value.column(), "the fill value " + Bits.show(number) + " is no byte");
            }
            fill = (int) number & 0xFF;
        }
        section().add(SpaceItem.align(place, section(), boundary, fill));
    }

    /** A statement that takes bytes: data, space, an instruction, or a repetition of them. */
    private Item item(Tokens tokens, Place place) {
        Token word = tokens.peek();
        if (word.kind() != Token.Kind.NAME) {
            throw new Mistake(word.column(), "expected a label, an instruction or a directive, found " + word
                    .describe());
        }
        String name = lower(word);
        if (DATA.containsKey(name)) {
            tokens.next();
            return data(tokens, place, DATA.get(name), name.equals(".asciz") || name.equals(".string"));
        }
        if (SPACE.containsKey(name)) {
            tokens.next();
            return SpaceItem.reserve(place, section(), expression(tokens), SPACE.get(name));
        }
        if (name.equals("times")) {
            tokens.next();
            Expression count = expression(tokens);
            return new TimesItem(place, section(), count, item(tokens, place));
        }
        return new InstructionParser(tokens, program.symbols(), globalLabel, relativeByDefault, codeSize).parse(place,
                section());
    }

    private Item data(Tokens tokens, Place place, int unit, boolean terminated) {
        List<DataItem.Element> elements = new ArrayList<>();
        do {
            Token token = tokens.peek();
            boolean last = tokens.peekSecond().is(",") || tokens.peekSecond().kind() == Token.Kind.END;
            if (token.kind() == Token.Kind.STRING && last) {
                tokens.next();
                elements.add(new DataItem.Element.Text((terminated ? token.text() + "\0" : token.text()).getBytes(
                        StandardCharsets.UTF_8)));
            } else {
                elements.add(new DataItem.Element.Number(expression(tokens)));
            }
        } while (tokens.accept(","));
        return new DataItem(place, section(), unit, elements);
    }
}
