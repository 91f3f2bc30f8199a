package ringspec.subject;

import ringspec.cpu.ProcessorModel;

/**
 * The machine and the options that a subject is booted with.
 *
 * @param model the processor
 * @param kpti two PML4s for each process (D14)
 */
public record Configuration(ProcessorModel model, boolean kpti) {

    /** Such as {@code INTEL, KPTI}. */
    @Override
    public String toString() {
        return model.name() + (kpti ? ", KPTI" : "");
    }
}
