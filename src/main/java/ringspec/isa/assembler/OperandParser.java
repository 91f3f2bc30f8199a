package ringspec.isa.assembler;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringspec.isa.CodeSize;
import ringspec.isa.Register;

/** Parses the operands of an instruction. */
final class OperandParser {

    private static final Map<String, Integer> SIZES = Map.ofEntries(Map.entry("byte", 1), Map.entry("word", 2), Map
            .entry("dword", 4), Map.entry("fword", 6), Map.entry("qword", 8),
            Map.entry("tbyte", 10),
            Map.entry("tword", 10), Map.entry("oword", 16), Map.entry("xmmword", 16), Map.entry("ymmword", 32));

    private final Tokens tokens;
    private final Symbols symbols;
    private final String globalLabel;
    private final boolean relativeByDefault;
    private final CodeSize codeSize;
    private int size;
    private int jump;
    private boolean far;

    OperandParser(Tokens tokens, Symbols symbols, String globalLabel, boolean relativeByDefault,
            CodeSize codeSize) {
        this.tokens = tokens;
        this.symbols = symbols;
        this.globalLabel = globalLabel;
        this.relativeByDefault = relativeByDefault;
        this.codeSize = codeSize;
    }

    AsmOperand parse() {
        Token first = tokens.peek();
        keywords();
        if (tokens.peek().is("[")) {
            return memory(null, null, first.column());
        }
        Register register = tokens.peek().kind() == Token.Kind.NAME ? Register.find(tokens.peek().text()) : null;
        if (register != null) {
            return register(register, first);
        }
        if (tokens.peek().isWord("st")) {
            return stackRegister(first);
        }
        tokens.acceptWord("offset");
        Expression expression = new ExpressionParser(tokens, globalLabel, false).parse();
        if (tokens.peek().is("[")) {
            return memory(null, expression, first.column());
        }
        if (tokens.accept(":")) {
            Expression offset = new ExpressionParser(tokens, globalLabel, false).parse();
            return new AsmOperand.Far(symbols.constant(expression), offset, size, first.column());
        }
        return new AsmOperand.Imm(expression, size, jump, first.column());
    }

    /** {@code st} or {@code st(3)}. */
    private AsmOperand stackRegister(Token first) {
        tokens.next();
        long number = 0;
        if (tokens.accept("(")) {
            Expression expression = new ExpressionParser(tokens, globalLabel, false).parse();
            tokens.expect(")");
            number = symbols.constant(expression);
            if (number < 0 || number > 7) {
                throw new Mistake(expression.column(), "the x87 stack has st(0) to st(7)");
            }
        }
        return new AsmOperand.Reg(Register.of(Register.Kind.ST, (int) number), first.column());
    }

    /** Size, SHORT, NEAR and FAR, in any order. */
    private void keywords() {
        while (tokens.peek().kind() == Token.Kind.NAME) {
            String word = tokens.peek().text().toLowerCase(Locale.ROOT);
            if (SIZES.containsKey(word)) {
                size = SIZES.get(word);
            } else if (word.equals("short") || word.equals("near")) {
                jump = word.equals("short") ? 1 : 4;
            } else if (word.equals("far")) {
                far = true;
            } else {
                return;
            }
            tokens.next();
            tokens.acceptWord("ptr");
        }
    }

    private AsmOperand register(Register register, Token first) {
        Token token = tokens.next();
        if (register.kind() == Register.Kind.SEGMENT && tokens.accept(":")) {
            if (tokens.peek().is("[")) {
                return memory(register, null, first.column());
            }
            Expression address = new ExpressionParser(tokens, globalLabel, false).parse();
            return tokens.peek().is("[")
                    ? memory(register, address, first.column())
                    : new AsmOperand.Mem(register, null, null, 1, address, size, far, AsmOperand.Addressing.ABSOLUTE,
                            first.column());
        }
        if (size != 0 && size * 8 != register.bits()) {
            throw new Mistake(first.column(), register + " has " + register.bits()
                    + " bits, the keyword before it says " + size * 8);
        }
        return new AsmOperand.Reg(register, token.column());
    }

    /** {@code [..]}; the segment or an expression may stand before it. */
    private AsmOperand memory(@Nullable Register before, @Nullable Expression addend, int column) {
        tokens.expect("[");
        boolean relative = false;
        Register segment = before;
        for (boolean more = true; more;) {
            Register register = tokens.peek().kind() == Token.Kind.NAME ? Register.find(tokens.peek().text()) : null;
            if (tokens.peekSecond().is(":") && register != null && register.kind() == Register.Kind.SEGMENT) {
                segment = register;
                tokens.next();
                tokens.next();
            } else if (tokens.acceptWord("rel")) {
                relative = true;
            } else {
                more = tokens.acceptWord("abs");
            }
        }
        AddressSum sum = new AddressSum(symbols, codeSize);
        sum.add(new ExpressionParser(tokens, globalLabel, true).parse());
        tokens.expect("]");
        if (addend != null) {
            sum.add(addend);
        }
        return sum.operand(segment, size, far, relative, relativeByDefault && codeSize.is64(), column);
    }
}
