package ringspec.isa.assembler;

/** An operand with what the layout learns about its number: a displacement, an immediate or a branch target. */
final class Slot {

    private final AsmOperand operand;
    private Value value = Value.number(0);
    private boolean known = true;
    private boolean laidOut;
    private int minimum;

    Slot(AsmOperand operand) {
        this.operand = operand;
    }

    AsmOperand operand() {
        return operand;
    }

    /** The number; 0 as long as it isn't known. */
    long number() {
        return known ? value.value() : 0;
    }

    Value value() {
        return value;
    }

    /** Whether addresses are laid out, so that distances mean something. */
    boolean isLaidOut() {
        return laidOut;
    }

    /** The least bytes to encode the number with. Only ever grows, so that the layout converges. */
    int minimum() {
        return minimum;
    }

    void grow(int size) {
        minimum = Math.max(minimum, size);
    }

    void evaluate(Symbols symbols, Symbols.Context context) {
        Expression expression = switch (operand) {
            case AsmOperand.Imm imm -> imm.expression();
            case AsmOperand.Mem mem -> mem.displacement();
            case AsmOperand.Far far -> far.offset();
            case AsmOperand.Reg reg -> null;
        };
        laidOut = context.stage() == Symbols.Stage.LAID_OUT;
        if (expression != null) {
            value = symbols.evaluate(expression, context);
            known = laidOut || value.fixed();
        }
    }

    /** The operand as an immediate. */
    AsmOperand.Imm imm() {
        return (AsmOperand.Imm) operand;
    }
}
