package ringspec.cpu.exec;

import java.util.Map;
import java.util.TreeMap;

/** Collects what each mnemonic of the instruction table does, while {@link Operations} is being set up. */
final class Registry {

    private final Map<String, OperationFactory> factories = new TreeMap<>();

    /**
     * Enters the semantics of a mnemonic.
     *
     * @param mnemonic upper case, as the instruction table has it; aliases are not entered
     * @throws IllegalStateException if the mnemonic has semantics already
     */
    void add(String mnemonic, OperationFactory factory) {
        if (factories.putIfAbsent(mnemonic, factory) != null) {
            throw new IllegalStateException("two families give semantics to " + mnemonic + ": drop one of the entries");
        }
    }

    Map<String, OperationFactory> factories() {
        return factories;
    }
}
