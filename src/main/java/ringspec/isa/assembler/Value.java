package ringspec.isa.assembler;

/**
 * What an expression comes to.
 *
 * @param value   64 bits
 * @param fixed   whether it is independent of where things lie, so that it is known while the text is read
 * @param address whether it is a place in the program: a label, {@code $}, or one of them plus a number
 */
record Value(long value, boolean fixed, boolean address) {

    static Value number(long value) {
        return new Value(value, true, false);
    }
}
