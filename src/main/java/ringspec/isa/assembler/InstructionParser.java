package ringspec.isa.assembler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ringspec.isa.CodeSize;
import ringspec.isa.InstructionForm;
import ringspec.isa.Register;
import ringspec.isa.Repeat;

/** Parses prefixes, mnemonic and operands, and finds the rows that fit. */
final class InstructionParser {

    private final Tokens tokens;
    private final Symbols symbols;
    private final String globalLabel;
    private final boolean relativeByDefault;
    private final CodeSize codeSize;
    private boolean lock;
    private Repeat repeat = Repeat.NONE;
    private @Nullable Register segment;

    InstructionParser(Tokens tokens, Symbols symbols, String globalLabel, boolean relativeByDefault,
            CodeSize codeSize) {
        this.tokens = tokens;
        this.symbols = symbols;
        this.globalLabel = globalLabel;
        this.relativeByDefault = relativeByDefault;
        this.codeSize = codeSize;
    }

    InstructionItem parse(Place place, Section section) {
        int start = tokens.peek().column();
        while (prefix()) {
            tokens.next();
        }
        Token word = tokens.expectName("an instruction");
        String name = word.text().toLowerCase(Locale.ROOT);
        Mnemonics.Entry entry = Mnemonics.find(codeSize, name);
        if (entry == null) {
            throw new Mistake(word.column(), unknown(word, name));
        }
        List<Slot> slots = operands();
        tokens.expectEnd();
        if (entry.predicate() >= 0) {
            Expression predicate = new Expression.Number(entry.predicate(), word.column());
            slots.add(new Slot(new AsmOperand.Imm(predicate, 0, 0, word.column())));
        }
        FormMatcher matcher = new FormMatcher(name, word.column(), slots, codeSize);
        List<Candidate> first = matcher.match(entry.first());
        List<Candidate> second = matcher.match(entry.second());
        if (first.isEmpty() && second.isEmpty()) {
            List<InstructionForm> all = new ArrayList<>(entry.first());
            all.addAll(entry.second());
            throw matcher.noForm(all);
        }
        return new InstructionItem(place, section, codeSize, slots, first, second, new Prefixes(lock, repeat, segment,
                start),
                word.column());
    }

    private String unknown(Token word, String name) {
        for (CodeSize size : CodeSize.values()) {
            if (Mnemonics.find(size, name) != null) {
                return "there is no " + name + " in " + codeSize.addressSize() + "-bit code, only in " + size
                        .addressSize() + "-bit code (.code" + size.addressSize() + ")";
            }
        }
        return "unknown instruction or directive \"" + word.text() + "\"" + Suggestions.didYouMean(name,
                StatementParser.words());
    }

    private boolean prefix() {
        Token token = tokens.peek();
        if (token.kind() != Token.Kind.NAME || tokens.peekSecond().kind() != Token.Kind.NAME) {
            return false;
        }
        switch (token.text().toLowerCase(Locale.ROOT)) {
            case "lock" -> lock = true;
            case "rep", "repe", "repz" -> repeat = Repeat.REP;
            case "repne", "repnz" -> repeat = Repeat.REPNE;
            default -> {
                Register register = Register.find(token.text());
                if (register == null || register.kind() != Register.Kind.SEGMENT) {
                    return false;
                }
                segment = register;
            }
        }
        return true;
    }

    private List<Slot> operands() {
        List<Slot> slots = new ArrayList<>();
        if (!tokens.atEnd()) {
            do {
                slots.add(new Slot(new OperandParser(tokens, symbols, globalLabel, relativeByDefault, codeSize)
                        .parse()));
            } while (tokens.accept(","));
        }
        return slots;
    }
}
