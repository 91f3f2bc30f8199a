package ringspec.report;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The results of one configuration as the XML that CI servers read: a suite, and a test case for each scenario. */
final class JunitXml {

    private final XMLStreamWriter xml;

    private JunitXml(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /** The file's content. */
    static String of(SuiteRun run) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter writer = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            new JunitXml(writer).suite(run);
            writer.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("XML can't be written to memory", e);
        }
        return text.toString();
    }

    private void suite(SuiteRun run) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", run.subject() + " on " + run.model());
        xml.writeAttribute("tests", Integer.toString(run.scenarios().size()));
        count("failures", run, Outcome.FAILED);
        count("errors", run, Outcome.ERROR);
        long skipped = run.scenarios().stream().filter(JunitXml::isSkipped).count();
        xml.writeAttribute("skipped", Long.toString(skipped));
        xml.writeAttribute("time", seconds(run.scenarios().stream().mapToLong(ScenarioResult::durationMillis).sum()));
        for (ScenarioResult result : run.scenarios()) {
            xml.writeCharacters("\n  ");
            scenario(result);
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeCharacters("\n");
        xml.writeEndDocument();
    }

    private void count(String name, SuiteRun run, Outcome outcome) throws XMLStreamException {
        xml.writeAttribute(name, Long.toString(run.scenarios().stream().filter(r -> r.outcome() == outcome).count()));
    }

    private static boolean isSkipped(ScenarioResult result) {
        return result.outcome() == Outcome.SKIPPED || result.outcome() == Outcome.EXPECTED_FAIL;
    }

    private void scenario(ScenarioResult result) throws XMLStreamException {
        int colon = result.id().indexOf(": ");
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", result.id().substring(0, Math.max(0, colon)).replace('/', '.'));
        xml.writeAttribute("name", printable(result.id().substring(colon + 2)));
        xml.writeAttribute("time", seconds(result.durationMillis()));
        if (isSkipped(result)) {
            xml.writeEmptyElement("skipped");
            xml.writeAttribute("message", printable(result.message()));
        } else if (result.outcome() != Outcome.PASSED) {
            xml.writeStartElement(result.outcome() == Outcome.ERROR ? "error" : "failure");
            xml.writeAttribute("message", printable(result.message().lines().findFirst().orElse("")));
            xml.writeCharacters(printable(result.step() + "\n" + result.message()));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    /** XML 1.0 has no way to write most control characters. */
    private static String printable(String text) {
        return text.replaceAll("[^\\t\\n\\x20-\\uFFFD]", "?");
    }

    private static String seconds(long millis) {
        return "%d.%03d".formatted(millis / 1000, millis % 1000);
    }
}
