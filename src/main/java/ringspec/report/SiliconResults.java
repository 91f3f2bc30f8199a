package ringspec.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the differential test against a real processor found.
 *
 * @param processor the processor's name
 * @param model the emulated processor it was compared with
 * @param cases how many cases ran
 * @param rows by {@link ringspec.isa.InstructionForm#id()}
 */
record SiliconResults(String processor, String model, long cases, Map<String, Row> rows) {

    /**
     * One row of the instruction table.
     *
     * @param cases how many ran
     * @param faults how many of them ended in a fault
     * @param differences how many were not the same on both processors
     * @param untested why none ran, or null
     * @param refusal why only the refusal of the instruction could be compared, or null
     */
    record Row(long cases, long faults, long differences, String untested, String refusal) {
    }

    /** Nothing was compared. */
    static final SiliconResults NONE = new SiliconResults("", "", 0, Map.of());

    /**
     * Reads what the test wrote, {@link #NONE} if it wrote nothing.
     *
     * @throws ReportException if the file is there but isn't such a file
     */
    static SiliconResults read(Path file) {
        if (!Files.isRegularFile(file)) {
            return NONE;
        }
        try {
            JsonNode document = new ObjectMapper().readTree(file.toFile());
            Map<String, Row> rows = new HashMap<>();
            for (JsonNode row : document.path("rows")) {
                rows.put(row.path("row").asText(), new Row(row.path("cases").asLong(), row.path("faults").asLong(), row
                        .path("differences").asLong(), row.path("untested").asText(null), row.path("refusal").asText(
                                null)));
            }
            return new SiliconResults(document.path("processor").asText(), document.path("model").asText(), document
                    .path("cases").asLong(), rows);
        } catch (IOException e) {
            throw new ReportException("%s is no result of the differential test: %s".formatted(file, e.getMessage()));
        }
    }

    /** What is known of a row; nothing, if the test doesn't know it. */
    Row row(String id) {
        return rows.getOrDefault(id, new Row(0, 0, 0, null, null));
    }
}
