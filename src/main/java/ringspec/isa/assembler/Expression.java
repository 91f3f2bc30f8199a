package ringspec.isa.assembler;

import ringspec.isa.Register;

/** An expression as parsed. Values are 64-bit and wrap; columns are from 1. */
sealed interface Expression {

    /** Where it starts, for messages. */
    int column();

    record Number(long value, int column) implements Expression {
    }

    /** A label or constant, the name of a local label completed. */
    record Name(String name, int column) implements Expression {
    }

    /** {@code $}: the address of the statement. */
    record Here(int column) implements Expression {
    }

    /** {@code $$}: the address of the section. */
    record SectionStart(int column) implements Expression {
    }

    /** A register inside the brackets of a memory operand. */
    record Reg(Register register, int column) implements Expression {
    }

    record Unary(String operator, Expression operand, int column) implements Expression {
    }

    record Binary(String operator, Expression left, Expression right, int column) implements Expression {
    }
}
