package ringspec.silicon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.isa.InstructionForm;

/**
 * The processor that this runs on, and what can be compared on it.
 *
 * @param name as CPUID tells it
 * @param model the emulated processor to compare with: the one of the same vendor
 * @param features what the processor has
 */
record Host(String name, ProcessorModel model, Set<Feature> features) {

    /** Why there is no comparing on this machine, or null if there is. */
    static String reasonAgainst() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        if (!os.equals("Linux") || !arch.equals("amd64")) {
            return "the test against the real processor needs x86-64 Linux, and this is %s on %s".formatted(os, arch);
        }
        return null;
    }

    /** Asks the processor. */
    static Host of(RealProcessor processor) {
        int[] leaf = processor.cpuid(0, 0);
        boolean amd = leaf[1] == 0x68747541 || leaf[1] == 0x6F677948;
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.values()) {
            if ((processor.cpuid(feature.leaf(), feature.subleaf())[feature.register()] >>> feature.bit() & 1) != 0) {
                features.add(feature);
            }
        }
        return of(amd, features);
    }

    /** The host with what was learned of it before. */
    static Host of(boolean amd, Set<Feature> features) {
        return new Host(brand(), amd ? ProcessorModels.AMD : ProcessorModels.INTEL, features);
    }

    private static String brand() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name")).map(line -> line.replaceFirst(".*: ", ""))
                    .findFirst().orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Why a row isn't tested here, or null if it is. */
    String reasonAgainst(InstructionForm form) {
        String general = Exclusions.of(form);
        if (general != null) {
            return general;
        }
        for (String word : form.cpuid().split("\\+")) {
            Feature feature = word.equals("-") ? null : known(word);
            if (feature != null && features.contains(feature) != model.has(feature)) {
                return features.contains(feature) ? "the model %s has no %s".formatted(model.name(), feature)
                        : "the host's processor has no " + feature;
            }
        }
        return null;
    }

    private static Feature known(String name) {
        for (Feature feature : Feature.values()) {
            if (feature.name().equals(name)) {
                return feature;
            }
        }
        return null;
    }
}
