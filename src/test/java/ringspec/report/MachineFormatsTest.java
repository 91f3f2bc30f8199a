package ringspec.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** JUnit XML and TAP, read back the way that other tools read them. */
final class MachineFormatsTest {

    private static final Pattern POINT = Pattern.compile(
            "(ok|not ok) (\\d+) - ((?:[^#\\\\]|\\\\.)*)(?: # (SKIP|TODO) (.*))?");

    private final List<SuiteRun> runs = List.of(
            new SuiteRun("INTEL", "reference", "", List.of(SyntheticRuns.passed("10-msr/star: one", "MSR-01"),
                    SyntheticRuns.failed("10-msr/star: two", "MSR-02"),
                    SyntheticRuns.skipped("10-msr/star: three", "MSR-03"),
                    SyntheticRuns.error("10-msr/star: four", "MSR-04"),
                    expected("10-msr/star: five", "MSR-05"))),
            new SuiteRun("AMD", "reference", "", List.of(SyntheticRuns.passed("10-msr/star: one", "MSR-01"))));

    private static ScenarioResult expected(String id, String clause) {
        return new ScenarioResult(id, "features/10-msr/star.feature", 3, List.of(clause), Outcome.EXPECTED_FAIL,
                "Then it is", "expected until 2027-01-31: issue #5", 3, "5eed");
    }

    @Test
    void junitXmlTellsTheOutcomesApart() throws Exception {
        Element suite = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(new InputSource(
                new StringReader(JunitXml.of(runs.getFirst())))).getDocumentElement();

        assertThat(suite.getTagName()).isEqualTo("testsuite");
        assertThat(suite.getAttribute("name")).isEqualTo("reference on INTEL");
        assertThat(List.of("tests", "failures", "errors", "skipped", "time")).extracting(suite::getAttribute)
                .containsExactly("5", "1", "1", "2", "0.015");
        assertThat(child(suite, "one")).isNull();
        assertThat(child(suite, "two").getTagName()).isEqualTo("failure");
        assertThat(child(suite, "two").getTextContent()).contains("Then SS is 0x1B",
                "<script>alert(\"&amp; that's it\")",
                "0x0000000000400123?[0m");
        assertThat(child(suite, "three").getTagName()).isEqualTo("skipped");
        assertThat(child(suite, "three").getAttribute("message")).isEqualTo("CPUID of this model has no SMAP");
        assertThat(child(suite, "four").getTagName()).isEqualTo("error");
        assertThat(child(suite, "five").getTagName()).isEqualTo("skipped");
        assertThat(child(suite, "five").getAttribute("message")).isEqualTo("expected until 2027-01-31: issue #5");
    }

    /** What a test case holds besides its name; null if it passed. */
    private static Element child(Element suite, String name) {
        NodeList cases = suite.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            if (test.getAttribute("name").equals(name)) {
                assertThat(test.getAttribute("classname")).isEqualTo("10-msr.star");
                NodeList inner = test.getElementsByTagName("*");
                return inner.getLength() == 0 ? null : (Element) inner.item(0);
            }
        }
        throw new AssertionError("no test case " + name);
    }

    private record Point(boolean ok, String what, String directive, String reason) {
    }

    @Test
    void tapHasAPlanNumbersAndDirectives() {
        List<Point> points = points(Tap.of(new Conformance(runs)));

        assertThat(points).containsExactly(new Point(true, "MSR-01 on INTEL", null, null),
                new Point(true, "MSR-01 on AMD", null, null), new Point(false, "MSR-02 on INTEL", null, null),
                new Point(true, "MSR-03 on INTEL", "SKIP", "CPUID of this model has no SMAP"),
                new Point(false, "MSR-04 on INTEL", null, null),
                new Point(false, "MSR-05 on INTEL", "TODO", "expected until 2027-01-31: issue \\#5"));
    }

    private static List<Point> points(String tap) {
        List<String> lines = tap.lines().toList();
        assertThat(lines.getFirst()).isEqualTo("TAP version 14");
        List<Point> points = new ArrayList<>();
        List<String> numbers = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            Matcher point = POINT.matcher(line);
            if (!line.startsWith("  ")) {
                assertThat(point.matches()).as("a test point of TAP 14: %s", line).isTrue();
                numbers.add(point.group(2));
                points.add(new Point(point.group(1).equals("ok"), point.group(3), point.group(4), point.group(5)));
            }
        }
        assertThat(lines.get(1)).isEqualTo("1.." + points.size());
        assertThat(numbers).containsExactlyElementsOf(IntStream.rangeClosed(1, points.size()).mapToObj(
                Integer::toString).toList());
        return points;
    }

    @Test
    void theDiagnosticsOfTapAreYaml() throws Exception {
        String tap = Tap.of(new Conformance(runs));
        int start = tap.indexOf("  ---\n") + 6;

        JsonNode block = new YAMLMapper().readTree(tap.substring(start, tap.indexOf("  ...\n")));

        assertThat(block.get("verdict").asText()).isEqualTo("FAIL");
        assertThat(block.at("/scenarios/0/id").asText()).isEqualTo("10-msr/star: two");
        assertThat(block.at("/scenarios/0/step").asText()).isEqualTo("Then SS is 0x1B");
        assertThat(block.at("/scenarios/0/message").asText()).contains("\n  <script>alert(\"&amp; that's it\")");
    }
}
