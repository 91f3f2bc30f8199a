package ringspec.cpu.exec;

import java.util.Map;
import java.util.Set;
import ringspec.cpu.ProcessorModel;
import ringspec.isa.Instruction;

/** From decoded instructions to operations: the one place where mnemonics meet semantics. */
public final class Operations {

    private static final Map<String, OperationFactory> FACTORIES = collect();

    private Operations() {
    }

    private static Map<String, OperationFactory> collect() {
        Registry registry = new Registry();
        AluOperations.register(registry);
        UnaryOperations.register(registry);
        ShiftOperations.register(registry);
        BitOperations.register(registry);
        BitManipulation.register(registry);
        GeneralExtensions.register(registry);
        MoveOperations.register(registry);
        StackOperations.register(registry);
        FlagOperations.register(registry);
        BranchOperations.register(registry);
        DecimalOperations.register(registry);
        StringOperations.register(registry);
        HintOperations.register(registry);
        SystemOperations.register(registry);
        SseOperations.register(registry);
        X87Operations.register(registry);
        return Map.copyOf(registry.factories());
    }

    /** Every mnemonic that has semantics. */
    static Set<String> mnemonics() {
        return FACTORIES.keySet();
    }

    /** True if the mnemonic, as the instruction table has it, has semantics. */
    public static boolean isImplemented(String mnemonic) {
        return FACTORIES.containsKey(mnemonic);
    }

    /**
     * Binds an instruction to its semantics on a processor model. An instruction that the model lacks, or of the table without
     * semantics, becomes an operation that raises #UD.
     *
     * @param instruction what was decoded
     * @param offset offset of its first byte in its page, 0 to 4095
     * @param model the processor; whoever keeps the operation must not show it to a processor of another model
     */
    public static Operation bind(Instruction instruction, int offset, ProcessorModel model) {
        String mnemonic = FeatureGate.mnemonicOn(instruction.form(), model);
        OperationFactory factory = mnemonic == null ? null : FACTORIES.get(mnemonic);
        Operation operation = factory == null ? null : factory.bind(instruction, offset);
        if (operation == null) {
            return new UndefinedOperation(instruction, offset);
        }
        return instruction.form().isVex() && !instruction.codeSize().is64() ? new ProtectedModeOperation(operation)
                : operation;
    }
}
