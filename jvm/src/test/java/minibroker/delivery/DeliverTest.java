package minibroker.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/** The function as SQL meets it. */
class DeliverTest {

    /** What becomes of messages {@code (topic, message, error, visit, night, quota …)}; 0 and '' are null. */
    private static List<String> delivered(String... messages) throws Exception {
        TableEnvironment flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("parallelism.default", "1");
        flink.getConfig().set("pipeline.object-reuse", "true");
        flink.executeSql("CREATE TEMPORARY SYSTEM FUNCTION DELIVER AS '" + Deliver.class.getName() + "'");
        flink.executeSql("CREATE TEMPORARY VIEW passed AS SELECT topic, ENCODE(m, 'UTF-8') AS message,"
                + " NULLIF(e, '') AS error, visit, night, NULLIF(CAST(a AS BIGINT), 0) AS alerts_per_visit,"
                + " NULLIF(CAST(b AS BIGINT), 0) AS alerts_per_night, NULLIF(CAST(c AS BIGINT), 0) AS bytes_per_night"
                + " FROM (VALUES " + String.join(", ", messages) + ") AS t(topic, m, e, visit, night, a, b, c)");
        List<String> found = new ArrayList<>();
        CloseableIterator<Row> rows = flink.executeSql("SELECT topic, message, state, message_bytes, is_record"
                        + " FROM DELIVER(passed => TABLE passed PARTITION BY topic)")
                .collect();
        rows.forEachRemaining(row -> found.add(spelled(row)));
        rows.close();
        return found;
    }

    private static String spelled(Row row) {
        String message = new String(row.<byte[]>getFieldAs(1), StandardCharsets.UTF_8);
        String record = row.<Boolean>getFieldAs(4) ? " record" : "";
        return row.getField(0) + " " + message + " " + row.getField(2) + " " + row.getField(3) + record;
    }

    @Test
    void aMessageComesOnceAndIsRecordedOnce() throws Exception {
        assertEquals(
                List.of("t one sent 3", "t one sent 3 record"), delivered("('t', 'one', '', '1', 'night', 1, 1, 3)"));
    }

    @Test
    void overQuotaIsRecordedAndNotSentUntilTheNextVisit() throws Exception {
        assertEquals(
                List.of(
                        "t one sent 3",
                        "t one sent 3 record",
                        "t two over quota 3 record",
                        "u two sent 3",
                        "u two sent 3 record",
                        "t three sent 5",
                        "t three sent 5 record"),
                delivered(
                        "('t', 'one', '', '1', 'night', 1, 0, 0)",
                        "('t', 'two', '', '1', 'night', 1, 0, 0)",
                        "('u', 'two', '', '1', 'night', 1, 0, 0)",
                        "('t', 'three', '', '2', 'night', 1, 0, 0)"));
    }

    @Test
    void aDeadLetterHasNoQuota() throws Exception {
        assertEquals(
                List.of("t x dead 1", "t x dead 1 record", "t y dead 1", "t y dead 1 record"),
                delivered(
                        "('t', 'x', 'garbage', '1', 'night', 1, 1, 1)",
                        "('t', 'y', 'garbage', '1', 'night', 1, 1, 1)"));
    }
}
