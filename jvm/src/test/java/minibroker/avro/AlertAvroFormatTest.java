package minibroker.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The format as SQL meets it: in a DDL, planned and run by Flink. */
class AlertAvroFormatTest {

    private static TableEnvironment flink;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void start() {
        flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("parallelism.default", "1");
        flink.getConfig().set("pipeline.object-reuse", "true");
        flink.getConfig().set("table.exec.uid.generation", "ALWAYS");
    }

    private static String table(String columns, String options, byte[]... packets) {
        String texts =
                Stream.of(packets).map(Base64.getEncoder()::encodeToString).collect(Collectors.joining(";"));
        String name = "t" + flink.listTemporaryTables().length;
        flink.executeSql("CREATE TEMPORARY TABLE " + name + " (" + columns + ") WITH ('connector' = 'packets',"
                + " 'packets' = '" + texts + "', 'value.format' = 'alert-avro'" + options + ")");
        return name;
    }

    private static List<Row> rows(String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        CloseableIterator<Row> found = flink.executeSql(query).collect();
        found.forEachRemaining(rows::add);
        found.close();
        return rows;
    }

    private static String failure(String sql) {
        Throwable e = assertThrows(Exception.class, () -> flink.explainSql(sql));
        while (e.getCause() != null) {
            e = e.getCause();
        }
        return e.getMessage();
    }

    @Test
    void packetsAreRowsWithTheirBytesAndTheirErrors() throws Exception {
        Files.writeString(folder.resolve("7.avsc"), ContainerTest.SCHEMA);
        byte[] container = Datum.container(ContainerTest.SCHEMA, null, ContainerTest.datum(1, 4));
        byte[] confluent = Datum.confluent(7, ContainerTest.datum(2, 5));
        byte[] broken = Datum.confluent(7, new byte[] {4});
        String table = table(
                "`raw` BYTES NOT NULL METADATA FROM 'value.raw', id BIGINT, stamp BYTES, extra DOUBLE,"
                        + " why STRING METADATA FROM 'value.error', `schema` INT METADATA FROM 'value.schema-id'",
                ", 'value.alert-avro.schemas' = '" + folder + "', 'value.alert-avro.framing' = 'auto'",
                container,
                confluent,
                broken);
        assertEquals(
                List.of(
                        Row.of(1L, new byte[4], null, (Object) null, container),
                        Row.of(2L, new byte[5], null, 7, confluent),
                        Row.of(null, null, "the packet ends early: 1 bytes wanted at byte 6, 0 left", 7, broken)),
                rows("SELECT id, stamp, why, `schema`, `raw` FROM " + table));
        assertEquals(List.of(Row.of(2L)), rows("SELECT id FROM " + table + " WHERE id > 1"));
    }

    @Test
    void arraysOfRecordsAreUnnested() throws Exception {
        String schema =
                "{\"type\":\"record\",\"name\":\"a\",\"fields\":[{\"name\":\"h\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"s\",\"fields\":[{\"name\":\"dec\",\"type\":[\"null\",\"float\"]},{\"name\":\"band\",\"type\":\"string\"}]}}}]}";
        byte[] datum = new Datum()
                .number(2)
                .number(1)
                .real(0.5f)
                .text("g")
                .number(0)
                .text("r")
                .number(0)
                .bytes();
        String table = table("h ARRAY<ROW<band STRING, `dec` DOUBLE>>", "", Datum.container(schema, null, datum));
        assertEquals(
                List.of(Row.of("g", 0.5), Row.of("r", null)),
                rows("SELECT s.band, s.`dec` FROM " + table + " CROSS JOIN UNNEST(h) AS s(band, `dec`)"));
    }

    @Test
    void kafkaTakesItForValuesAndForWholeRecords() {
        for (String option : new String[] {"value.format", "format"}) {
            String name = "kafka_" + option.replace('.', '_');
            flink.executeSql("CREATE TEMPORARY TABLE " + name + " (id BIGINT, `raw` BYTES NOT NULL METADATA FROM"
                    + " 'value.raw', why STRING METADATA FROM 'value.error', place BIGINT METADATA FROM 'offset') WITH"
                    + " ('connector' = 'kafka', 'topic' = 't', 'properties.bootstrap.servers' = 'localhost:1',"
                    + " 'scan.startup.mode' = 'earliest-offset', '" + option + "' = 'alert-avro', '"
                    + option.replace("format", "alert-avro") + ".whole' = 'false')");
            assertTrue(flink.explainSql("SELECT * FROM " + name).contains("TableSourceScan"));
        }
    }

    @Test
    void whatCannotWorkIsRefusedWhenPlanned() throws Exception {
        String bare = table("id BIGINT", ", 'value.alert-avro.framing' = 'bare'");
        assertTrue(failure("SELECT * FROM " + bare).startsWith("framing 'bare' needs bare-schema"));
        String missing = table("id BIGINT", ", 'value.alert-avro.bare-schema' = '" + folder.resolve("no.avsc") + "'");
        assertTrue(failure("SELECT * FROM " + missing).contains("no.avsc"));
        String address = table("id BIGINT", ", 'value.alert-avro.registry' = 'localhost:8081'");
        assertEquals(
                "registry 'localhost:8081' is not an http:// or https:// address.",
                failure("SELECT * FROM " + address));
        String notNull = table("id BIGINT NOT NULL", "");
        assertEquals(
                "Column id is NOT NULL, but is NULL for a packet that cannot be decoded.",
                failure("SELECT * FROM " + notNull));
        String unknown = table("id BIGINT", ", 'value.alert-avro.colour' = 'red'");
        assertTrue(failure("SELECT * FROM " + unknown).contains("colour"));
    }
}
