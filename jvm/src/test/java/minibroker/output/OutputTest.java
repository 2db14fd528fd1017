package minibroker.output;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The functions as SQL meets them. */
class OutputTest {

    private static TableEnvironment flink;

    @BeforeAll
    static void start() {
        flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("parallelism.default", "1");
        flink.getConfig().set("pipeline.object-reuse", "true");
        create("COLUMNS_JSON", ColumnsJson.class);
        create("COLUMNS_AVRO", ColumnsAvro.class);
        create("WITHOUT_FIELDS", WithoutFields.class);
        flink.executeSql(
                """
                CREATE TEMPORARY VIEW alerts AS SELECT i, d, b, s, y, n,
                  CAST(ROW(i, s) AS ROW<`id` BIGINT, `text` STRING>) AS r,
                  ARRAY[CAST(ROW(d) AS ROW<x DOUBLE>), CAST(NULL AS ROW<x DOUBLE>)] AS a,
                  MAP['k', i] AS m
                FROM (VALUES (9223372036854775807, 0.1E0, TRUE, 'a "é" \u0001\uD83D\uDE00', X'00FF', CAST(NULL AS BIGINT)))
                  AS t(i, d, b, s, y, n)""");
    }

    private static void create(String name, Class<?> function) {
        flink.executeSql("CREATE TEMPORARY SYSTEM FUNCTION " + name + " AS '" + function.getName() + "'");
    }

    private static byte[] message(String call) throws Exception {
        CloseableIterator<Row> found =
                flink.executeSql("SELECT " + call + " FROM alerts").collect();
        byte[] message = (byte[]) found.next().getField(0);
        found.close();
        return message;
    }

    private static String json(String names, String columns) throws Exception {
        return new String(message("COLUMNS_JSON('" + names + "', ROW(" + columns + "))"), StandardCharsets.UTF_8);
    }

    private static String avro(String columns) throws Exception {
        return HexFormat.of().formatHex(message("COLUMNS_AVRO('258', ROW(" + columns + "))"));
    }

    @Test
    void jsonHoldsEveryType() throws Exception {
        assertEquals(
                "{\"i\":9223372036854775807,\"d\":0.1,\"b\":true,\"s\":\"a \\\"é\\\" \\u0001😀\",\"y\":\"AP8=\",\"n\":null}",
                json("[\"i\",\"d\",\"b\",\"s\",\"y\",\"n\"]", "i, d, b, s, y, n"));
        assertEquals(
                "{\"r\":{\"id\":9223372036854775807,\"text\":\"a \\\"é\\\" \\u0001😀\"},\"a\":[{\"x\":0.1},null],"
                        + "\"m\":{\"k\":9223372036854775807}}",
                json("[\"r\",\"a\",\"m\"]", "r, a, m"));
        assertEquals("{\"a \\\"b\":{\"x\":0.1},\"c\":null}", json("[\"a \\\"b\",\"c\"]", "a[1], a[3].x"));
        assertEquals("{\"one\":1,\"x\":\"x\"}", json("[\"one\",\"x\"]", "CAST(1 AS BIGINT), 'x'"));
        assertEquals("{\"one\":1}", json("[\"one\"]", "1"));
    }

    @Test
    void avroIsAUnionWithNullFirst() throws Exception {
        String header = "0000000102";
        assertEquals(header + "02feffffffffffffffff01", avro("i"));
        assertEquals(header + "029a9999999999b93f", avro("d"));
        assertEquals(header + "0201" + "0204" + "00ff" + "00", avro("b, y, n"));
        assertEquals(header + "02" + "02" + "7a", avro("SUBSTRING('xyz', 3)"));
        assertEquals(header + "02" + "04" + "02" + "029a9999999999b93f" + "00" + "00", avro("a"));
        assertEquals(header + "02" + "02" + "026b" + "02feffffffffffffffff01" + "00", avro("m"));
        assertTrue(avro("r").startsWith(header + "02" + "02feffffffffffffffff01" + "02"));
        assertEquals(header + "00", avro("a[2]"));
    }

    @Test
    void doublesAreShortAndReadBackTheSame() throws Exception {
        RowType type = (RowType) DataTypes.ROW(DataTypes.DOUBLE()).getLogicalType();
        ColumnsFunction function = new ColumnsJson().specialized("[\"x\"]", type);
        function.open(null);
        ObjectMapper mapper = new ObjectMapper();
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            byte[] text = function.eval(StringData.fromString(""), GenericRowData.of(value));
            JsonNode read = mapper.readTree(text).get("x");
            if (Double.isFinite(value)) {
                assertEquals(value, read.doubleValue());
            } else {
                assertTrue(read.isNull());
            }
        }
        // Java 17 itself writes the first as 1.9999999999999998E23.
        for (String digits : List.of("2.0E23", "1.0E23", "4.9E-324", "0.1", "-0.0", "1.0E300", "1.23456789125E8")) {
            byte[] text = function.eval(StringData.fromString(""), GenericRowData.of(Double.parseDouble(digits)));
            assertEquals("{\"x\":" + digits + "}", new String(text, StandardCharsets.UTF_8));
        }
    }

    @Test
    void fieldsAreTakenOutOfPackets() throws Exception {
        String schema =
                "{\"type\":\"record\",\"name\":\"a\",\"fields\":[{\"name\":\"s\",\"type\":[\"null\",\"bytes\"]}]}";
        Path file = Files.createTempFile("bare", ".avsc");
        Files.writeString(file, schema);
        String request = "{\"fields\":[\"s\"],\"options\":{\"framing\":\"bare\",\"bare-schema\":\"" + file + "\"}}";
        assertArrayEquals(new byte[] {0}, message("WITHOUT_FIELDS('" + request + "', X'020401FF')"));
        Files.delete(file);
    }

    /** Counts its calls, wherever in this process they are made. */
    public static class Counted extends ScalarFunction {

        static final AtomicInteger CALLS = new AtomicInteger();

        public byte[] eval(Integer value) {
            CALLS.incrementAndGet();
            return new byte[] {value.byteValue()};
        }
    }

    @Test
    void aMessageIsMadeOnceAndOnlyForWhatPasses() throws Exception {
        create("COUNTED", Counted.class);
        CloseableIterator<Row> found = flink.executeSql(
                        """
                        SELECT COALESCE(d.m, X'FF') FROM (
                          SELECT CASE WHEN i = 9 THEN ARRAY[ROW('dead', CAST(NULL AS BYTES))] ELSE ARRAY[
                            CASE WHEN i > 2 THEN ROW('a', COUNTED(i)) END,
                            CASE WHEN i > 3 THEN ROW('b', CAST(NULL AS BYTES)) END] END AS ds
                          FROM (VALUES (1), (2), (3), (4), (9)) AS t(i)
                        ) CROSS JOIN UNNEST(ds) AS d(t, m) WHERE d.t IS NOT NULL""")
                .collect();
        List<String> messages = new ArrayList<>();
        found.forEachRemaining(row -> messages.add(HexFormat.of().formatHex((byte[]) row.getField(0))));
        found.close();
        messages.sort(null);
        assertEquals(List.of("03", "04", "ff", "ff"), messages);
        assertEquals(2, Counted.CALLS.get());
    }

    @Test
    void badCallsFailAtPlanning() {
        for (String call : List.of(
                "COLUMNS_JSON('[\"a\"]', ROW(i, d))",
                "COLUMNS_JSON('no list', ROW(i))",
                "COLUMNS_JSON(s, ROW(i))",
                "COLUMNS_JSON('[\"a\"]', i)",
                "COLUMNS_JSON('[\"a\"]', ROW(DATE '2026-01-01'))",
                "COLUMNS_AVRO('x', ROW(i))",
                "WITHOUT_FIELDS('{}', y)",
                "WITHOUT_FIELDS('{\"fields\":[],\"options\":{\"framing\":\"bare\"}}', y)",
                "WITHOUT_FIELDS(s, y)")) {
            assertThrows(Exception.class, () -> flink.explainSql("SELECT " + call + " FROM alerts"), call);
        }
    }
}
