package ringspec.subject;

import java.util.OptionalLong;
import ringspec.cpu.ProcessorModel;

/**
 * The machine and the options that a subject is booted with.
 *
 * @param model the processor
 * @param kpti two PML4s for each process (D14)
 * @param aslrSeed what the addresses of processes depend on; empty for the contract's exact layout (D42)
 */
public record Configuration(ProcessorModel model, boolean kpti, OptionalLong aslrSeed) {

    /** Without ASLR. */
    public Configuration(ProcessorModel model, boolean kpti) {
        this(model, kpti, OptionalLong.empty());
    }

    /** The same with addresses by a seed. */
    public Configuration withAslr(long seed) {
        return new Configuration(model, kpti, OptionalLong.of(seed));
    }

    /** The same with the contract's exact layout. */
    public Configuration withoutAslr() {
        return new Configuration(model, kpti);
    }

    /** As the columns of reports have it: the processor model, and the kernel's options where they aren't the usual ones. */
    public String label() {
        return model.name() + (kpti ? "" : " KPTI off") + (aslrSeed.isPresent() ? " ASLR " + aslrSeed.getAsLong() : "");
    }

    /** Such as {@code INTEL, KPTI} or {@code AMD, ASLR 7}. */
    @Override
    public String toString() {
        return model.name() + (kpti ? ", KPTI" : "") + (aslrSeed.isPresent() ? ", ASLR " + aslrSeed.getAsLong() : "");
    }
}
