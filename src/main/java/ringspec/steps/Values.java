package ringspec.steps;

import ringspec.debug.Expressions;

/**
 * Numbers as scenarios write them: decimal and hexadecimal numbers, labels of the program, constants of the kernel's
 * contract, sums of these, and a few phrases.
 */
public final class Values {

    /** What a step accepts where it says {value}. */
    static final String PATTERN =
            "the kernel symbol \\w+|the child's \\w+|the file's e_entry|the address in MSR \\w+|the remembered \\w+"
                    + "|-?\\d+(?: \\+ \\w+)?|0x[0-9A-Fa-f]+(?: \\+ \\w+)?|(?!negative\\b|not\\b|clear\\b|address\\b)[a-z_]\\w*(?: \\+ \\w+)?"
                    + "|(?:TYPE|SYS|ERROR)_\\w+"
                    + "|(?:NON_CANONICAL|READ_ONLY|RESERVED_BIT|UNMAPPED|(?:USER_)?STACK)(?: [+-] \\d+)?";

    private final World world;

    /** One for each scenario. */
    public Values(World world) {
        this.world = world;
    }

    /** The number that a phrase of a scenario stands for. */
    long of(String text) {
        String phrase = text.strip();
        if (phrase.startsWith("the kernel symbol ")) {
            return world.kernelSymbol(phrase.substring("the kernel symbol ".length()));
        }
        if (phrase.startsWith("the child's ")) {
            return world.childSymbol(phrase.substring("the child's ".length()));
        }
        if (phrase.equals("the file's e_entry")) {
            return world.file().entry();
        }
        if (phrase.startsWith("the address in MSR ")) {
            return world.registers().msr(phrase.substring("the address in MSR ".length()));
        }
        if (phrase.startsWith("the remembered ")) {
            return world.remembered().get(phrase.substring("the remembered ".length()));
        }
        return Expressions.evaluate(phrase, world::programSymbol);
    }
}
