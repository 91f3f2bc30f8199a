package ringspec.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** Another page that may lie beside the report, and what the report says of it. */
enum Neighbour {

    ALLURE("allure/index.html",
            "Steps, registers, traces and pictures of each are in the <a href=\"%s\">Allure report</a>."),
    COVERAGE("coverage.html",
            "Which instructions the processor has, and which were compared with a real one, is in the "
                    + "<a href=\"%s\">table of instructions</a>."),
    MUTANTS("mutants.html",
            "Which clause notices which planted mistake is in the <a href=\"%s\">table of mutants</a>.");

    private final String path;
    private final String sentence;

    Neighbour(String path, String sentence) {
        this.path = path;
        this.sentence = sentence;
    }

    /** Those that lie in a folder. */
    static Set<Neighbour> in(Path folder) {
        Set<Neighbour> there = EnumSet.noneOf(Neighbour.class);
        for (Neighbour neighbour : values()) {
            if (Files.isRegularFile(folder.resolve(neighbour.path))) {
                there.add(neighbour);
            }
        }
        return there;
    }

    /** The sentence, as HTML. */
    String html() {
        return sentence.formatted(path);
    }
}
