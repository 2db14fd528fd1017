package minibroker.subquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The function as SQL meets it. */
class ArrayEvalTest {

    private static TableEnvironment flink;

    @BeforeAll
    static void start() {
        flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("parallelism.default", "1");
        flink.getConfig().set("pipeline.object-reuse", "true");
        flink.executeSql("CREATE TEMPORARY SYSTEM FUNCTION ARRAY_EVAL AS '" + ArrayEval.class.getName() + "'");
        flink.executeSql(
                "CREATE TEMPORARY VIEW alerts AS SELECT id, d, ARRAY[CAST(ROW(x, 'é') AS ROW<x DOUBLE, s STRING>),"
                        + " CAST(ROW(d, 'b') AS ROW<x DOUBLE, s STRING>)] AS a"
                        + " FROM (VALUES (1, 1E0, 3E0), (2, 5E0, CAST(NULL AS DOUBLE))) AS t(id, d, x)");
    }

    private static List<String> rows(String expression) throws Exception {
        List<String> rows = new ArrayList<>();
        CloseableIterator<Row> found =
                flink.executeSql("SELECT " + expression + " FROM alerts").collect();
        found.forEachRemaining(row -> rows.add(String.valueOf(row.getField(0))));
        found.close();
        // The rows of VALUES come in any order.
        rows.sort(null);
        return rows;
    }

    @Test
    void theProgramDecidesTheType() throws Exception {
        assertEquals(List.of("1", "2"), rows("ARRAY_EVAL('(select true (aggregate count (field \"x\")))', a)"));
        assertEquals(List.of("4.0", "5.0"), rows("ARRAY_EVAL('(select true (aggregate sum (field \"x\")))', a)"));
        assertEquals(
                List.of("b", "é"),
                rows("ARRAY_EVAL('(select true (aggregate arg_max (field \"s\") (field \"x\")))', a)"));
        assertEquals(
                List.of("false", "true"),
                rows("ARRAY_EVAL('(select (> (field \"x\") (outer 0)) (aggregate exists))', a, d)"));
    }

    @Test
    void goesThroughSeveralParts() throws Exception {
        String parts = "a, CAST(ROW(id, d) AS ROW<n INT, x DOUBLE>), a, d)";
        assertEquals(
                List.of("3", "5"),
                rows("ARRAY_EVAL('(select (>= (field \"x\") (outer 0)) (aggregate count) true true true)', " + parts));
    }

    @Test
    void standsInConditions() throws Exception {
        assertEquals(
                List.of("1", "null"),
                rows("CASE WHEN d < 2E0 AND ARRAY_EVAL('(select (> (field \"x\") (outer 0)) (aggregate exists))', a,"
                        + " d) THEN id END"));
        assertEquals(List.of("3", "4"), rows("ARRAY_EVAL('(select true (aggregate count))', a) + id"));
    }

    @Test
    void badProgramsFailAtPlanning() {
        for (String call : List.of(
                "ARRAY_EVAL('(select true (field \"x\"))', a)",
                "ARRAY_EVAL('(select true (outer 0))', a)",
                "ARRAY_EVAL('', a)",
                "ARRAY_EVAL(CAST(d AS STRING), a)",
                "ARRAY_EVAL('(select true (aggregate count))', ARRAY[1, 2])",
                "ARRAY_EVAL('(select true (aggregate count))', d)",
                "ARRAY_EVAL('(select true (aggregate count) true true)', a)",
                "ARRAY_EVAL('(select true (aggregate count) true true)', a, d)",
                "ARRAY_EVAL('(select true (aggregate count))')")) {
            Throwable e = assertThrows(Exception.class, () -> flink.explainSql("SELECT " + call + " FROM alerts"));
            while (e.getCause() != null && !e.getMessage().contains("ARRAY_EVAL")) {
                e = e.getCause();
            }
            assertTrue(e.getMessage().contains("ARRAY_EVAL"), e.toString());
        }
    }
}
