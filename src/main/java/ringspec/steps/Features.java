package ringspec.steps;

import java.util.Arrays;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;

/** Processor features by the names that CPUID's documentation gives them. */
final class Features {

    private Features() {
    }

    /** Whether a model has a feature; one that CPUID has no bit for is part of every processor. */
    static boolean has(ProcessorModel model, String name) {
        return Arrays.stream(Feature.values()).filter(feature -> feature.name().equals(name)).findFirst()
                .map(model::has).orElse(true);
    }
}
