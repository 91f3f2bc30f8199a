package ringspec.silicon;

import java.util.List;
import ringspec.cpu.Vector;
import ringspec.silicon.Comparison.Difference;

/** Runs a case on both processors. */
final class Bench {

    private final RealProcessor silicon;
    private final EmulatedProcessor emulator;
    final State real = new State();
    final State emulated = new State();

    Bench(RealProcessor silicon, Host host) {
        this.silicon = silicon;
        this.emulator = new EmulatedProcessor(host.model());
    }

    /**
     * What differs. Null if the case can't be compared since it would read or write where the JVM may have memory: only the emulated
     * processor has run it then.
     */
    List<Difference> run(TestCase test) {
        IllegalStateException failure = null;
        try {
            emulator.run(test.before, test.bytes, emulated);
            if (emulated.vector == Vector.PF && !Layout.isPredictable(emulated.faultAddress)) {
                return null;
            }
        } catch (IllegalStateException e) {
            failure = e;
        }
        silicon.run(test.before, test.bytes, real);
        if (failure != null) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return List.of(new Difference("emulator", Dump.exception(real), cause + " at " + (cause
                    .getStackTrace().length == 0 ? "?" : cause.getStackTrace()[0])));
        }
        return Comparison.of(test, real, emulated);
    }
}
