package ringspec.conform;

import java.util.ArrayList;
import java.util.List;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.subject.Configuration;

/** The machines and kernel options that the specification is run with. */
public final class Configurations {

    private Configurations() {
    }

    /** Both processor models that every clause is checked on, with page-table isolation and then without. */
    public static List<Configuration> all() {
        return of(List.of(ProcessorModels.INTEL, ProcessorModels.AMD), List.of(true, false));
    }

    /** Each model with each setting of page-table isolation. */
    public static List<Configuration> of(List<ProcessorModel> models, List<Boolean> kpti) {
        List<Configuration> configurations = new ArrayList<>();
        kpti.forEach(on -> models.forEach(model -> configurations.add(new Configuration(model, on))));
        return configurations;
    }
}
