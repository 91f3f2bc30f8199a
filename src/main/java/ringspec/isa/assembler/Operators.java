package ringspec.isa.assembler;

/** The arithmetic of expressions: 64-bit two's complement. Division and comparison are signed, the right shift is not. */
final class Operators {

    private Operators() {
    }

    static long unary(Expression.Unary expression, long value) {
        return switch (expression.operator()) {
            case "-" -> -value;
            case "+" -> value;
            case "~" -> ~value;
            default -> truth(value == 0);
        };
    }

    static long binary(Expression.Binary expression, long left, long right) {
        return switch (expression.operator()) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / nonZero(expression, right);
            case "%" -> left % nonZero(expression, right);
            case "<<" -> right < 0 || right > 63 ? 0 : left << right;
            case ">>" -> right < 0 || right > 63 ? 0 : left >>> right;
            case "&" -> left & right;
            case "|" -> left | right;
            case "^" -> left ^ right;
            case "==" -> truth(left == right);
            case "!=" -> truth(left != right);
            case "<" -> truth(left < right);
            case ">" -> truth(left > right);
            case "<=" -> truth(left <= right);
            case ">=" -> truth(left >= right);
            case "&&" -> truth(left != 0 && right != 0);
            default -> truth(left != 0 || right != 0);
        };
    }

    private static long nonZero(Expression.Binary expression, long divisor) {
        if (divisor == 0) {
            throw new Mistake(expression.column(), "division by zero");
        }
        return divisor;
    }

    private static long truth(boolean condition) {
        return condition ? 1 : 0;
    }
}
