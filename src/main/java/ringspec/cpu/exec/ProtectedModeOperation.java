package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;

/**
 * An instruction with a VEX prefix in code that isn't 64-bit: #UD in real mode, where there is no such prefix (SDM vol. 2, 2.3.7 and
 * the exception classes of 2.4), and what it does elsewhere.
 */
final class ProtectedModeOperation extends Operation {

    private final Operation elsewhere;

    ProtectedModeOperation(Operation elsewhere) {
        super(elsewhere.instruction, elsewhere.offset);
        this.elsewhere = elsewhere;
    }

    @Override
    public void execute(Cpu cpu) {
        if (!cpu.isProtected()) {
            throw Fault.undefinedOpcode();
        }
        elsewhere.execute(cpu);
    }

    @Override
    public boolean endsBlock() {
        return elsewhere.endsBlock();
    }

    @Override
    public boolean isBranch() {
        return elsewhere.isBranch();
    }
}
