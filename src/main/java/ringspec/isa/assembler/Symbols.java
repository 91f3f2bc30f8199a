package ringspec.isa.assembler;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The symbols of all sources, and what expressions over them come to. */
final class Symbols {

    /** A symbol. */
    private static final class Symbol {
        /** Null for what the options define. */
        private final Place place;
        /** Null for a label. */
        private final Expression expression;
        /** Where the symbol was defined; its address is what {@code $} means in the expression. Null for what the options define. */
        private final Item anchor;
        private boolean evaluating;

        private Symbol(Place place, Expression expression, Item anchor) {
            this.place = place;
            this.expression = expression;
            this.anchor = anchor;
        }
    }

    /** When an expression is evaluated. */
    enum Stage {
        /** While the text is read: what depends on addresses is an error. */
        READING,
        /** In the first pass of the layout: addresses are still 0. */
        FIRST_PASS,
        /** Addresses are known, if not final. */
        LAID_OUT
    }

    /**
     * What an expression is evaluated for.
     *
     * @param item  the statement whose address {@code $} is; null if there is none
     * @param stage what is known
     */
    record Context(Item item, Stage stage) {
    }

    private final Map<String, Symbol> symbols = new LinkedHashMap<>();

    /** Defines a constant from outside. */
    void defineOutside(String name, long value) {
        symbols.put(name, new Symbol(null, new Expression.Number(value, 1), null));
    }

    /** Defines a label at the item, or a constant if there is an expression. */
    void define(String name, int column, Place place, Expression expression, Item anchor) {
        Symbol old = symbols.putIfAbsent(name, new Symbol(place, expression, anchor));
        if (old != null) {
            throw new Mistake(column, "the symbol " + name + " is defined already, "
                    + (old.place == null ? "by the options" : "at " + old.place));
        }
    }

    /** Notes the constants that can't be evaluated, used or not. */
    void check(Diagnostics diagnostics, Stage stage) {
        for (Symbol symbol : symbols.values()) {
            if (symbol.expression != null && symbol.place != null) {
                symbol.evaluating = true;
                try {
                    evaluate(symbol.expression, new Context(symbol.anchor, stage));
                } catch (Mistake mistake) {
                    diagnostics.add(symbol.place, mistake);
                } finally {
                    symbol.evaluating = false;
                }
            }
        }
    }

    /** All symbols with their final values. */
    SortedMap<String, Long> values() {
        SortedMap<String, Long> values = new TreeMap<>();
        symbols.forEach((name, symbol) -> values.put(name,
                evaluate(new Expression.Name(name, 1), new Context(symbol.anchor, Stage.LAID_OUT)).value()));
        return values;
    }

    /** A value that must be known while the text is read. */
    long constant(Expression expression) {
        return evaluate(expression, new Context(null, Stage.READING)).value();
    }

    Value evaluate(Expression expression, Context context) {
        return switch (expression) {
            case Expression.Number number -> Value.number(number.value());
            case Expression.Name name -> symbol(name, context);
            case Expression.Here here -> address(context.item(), false, here.column(), "$", context);
            case Expression.SectionStart start -> address(context.item(), true, start.column(), "$$", context);
            case Expression.Reg reg -> throw new Mistake(reg.column(), "the register " + reg.register()
                    + " can't stand here: a memory operand is a sum of a base, an index times 1, 2, 4 or 8, and a displacement");
            case Expression.Unary unary -> {
                Value operand = evaluate(unary.operand(), context);
                yield new Value(Operators.unary(unary, operand.value()), operand.fixed(),
                        operand.address() && unary.operator().equals("+"));
            }
            case Expression.Binary binary -> binary(binary, context);
        };
    }

    private Value binary(Expression.Binary binary, Context context) {
        Value left = evaluate(binary.left(), context);
        Value right = evaluate(binary.right(), context);
        boolean fixed = left.fixed() && right.fixed();
        boolean address = switch (binary.operator()) {
            case "+" -> left.address() != right.address();
            case "-" -> left.address() && !right.address();
            default -> false;
        };
        if (context.stage() == Stage.FIRST_PASS && !fixed) {
            return new Value(0, false, address); // whatever it will be: a division by it must not fail yet
        }
        return new Value(Operators.binary(binary, left.value(), right.value()), fixed, address);
    }

    private Value symbol(Expression.Name name, Context context) {
        Symbol symbol = symbols.get(name.name());
        if (symbol == null) {
            throw new Mistake(name.column(), "undefined symbol " + name.name()
                    + (context.stage() == Stage.READING ? " (here it must be defined before its use)" : "")
                    + Suggestions.didYouMean(name.name(), symbols.keySet()));
        }
        if (symbol.expression == null) {
            return address(symbol.anchor, false, name.column(), "the address of " + name.name(), context);
        }
        if (symbol.evaluating) {
            throw new Mistake(name.column(), "the constant " + name.name() + " is defined by itself");
        }
        symbol.evaluating = true;
        try {
            return evaluate(symbol.expression, new Context(symbol.anchor, context.stage()));
        } catch (Mistake mistake) {
            throw new Mistake(name.column(), "in the constant " + name.name() + ": " + mistake.getMessage());
        } finally {
            symbol.evaluating = false;
        }
    }

    private static Value address(Item item, boolean ofSection, int column, String what, Context context) {
        if (context.stage() == Stage.READING) {
            throw new Mistake(column, what + " is known only after the layout: a constant is needed here");
        }
        if (item == null) {
            throw new Mistake(column, what + " has no meaning here");
        }
        return new Value(ofSection ? item.section().address() : item.address(), false, true);
    }
}
