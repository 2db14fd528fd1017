package minibroker.subquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs over arrays of (x DOUBLE, n BIGINT, s STRING, b BOOLEAN, r ROW(y DOUBLE), a ARRAY). */
class PlannerTest {

    private static final RowType INNER = RowType.of(new LogicalType[] {new DoubleType()}, new String[] {"y"});
    private static final RowType ELEMENT = RowType.of(
            new LogicalType[] {
                new DoubleType(),
                new BigIntType(),
                VarCharType.STRING_TYPE,
                new BooleanType(),
                INNER,
                new ArrayType(new DoubleType())
            },
            new String[] {"x", "n", "s", "b", "r", "a"});
    private static final RowType OUTER =
            RowType.of(new LogicalType[] {new DoubleType(), new BigIntType()}, new String[] {"d", "i"});
    private static final Object[] BESIDE = {2.0, 7L};
    private static final ArrayData ROWS = array(
            row(1.0, 3L, "ab", true, 0.5),
            row(4.0, null, "b", false, null),
            null,
            row(null, -3L, "é€x", null, 8.0),
            row(2.0, 3L, null, true, 1.0),
            row(-0.0, 0L, "ab", false, 2.0),
            row(0.0, Long.MAX_VALUE, "", true, 3.0));

    private static ArrayData array(Object... rows) {
        return new GenericArrayData(rows);
    }

    private static RowData row(Double x, Long n, String s, Boolean b, Double y) {
        Object inner = y == null ? null : GenericRowData.of(y);
        return GenericRowData.of(x, n, StringData.fromString(s), b, inner, null);
    }

    private static Object run(String program, ArrayData array) {
        return run(Planner.plan(program, List.of(ELEMENT), OUTER), array);
    }

    private static Object run(Program program, ArrayData array) {
        return program.value(array, BESIDE[0], BESIDE[1]);
    }

    private static String shown(String value) {
        return String.valueOf(run("(select true " + value + ")", ROWS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(aggregate exists)|true",
                "(aggregate count)|7",
                "(aggregate count (field \"x\"))|5",
                "(aggregate count (field \"r\" \"y\"))|5",
                "(aggregate count (field))|6",
                "(aggregate count (field \"a\"))|0",
                "(aggregate count-distinct (field \"x\"))|4",
                "(aggregate count-distinct (field \"n\"))|4",
                "(aggregate count-distinct (field \"s\"))|4",
                "(aggregate count-distinct (field \"b\"))|2",
                "(aggregate sum (field \"x\"))|7.0",
                "(aggregate sum (field \"n\"))|null",
                "(aggregate sum (remainder (field \"n\") 100))|10",
                "(aggregate avg (field \"x\"))|1.4",
                "(aggregate min (field \"x\"))|0.0",
                "(aggregate max (field \"x\"))|4.0",
                "(aggregate min (field \"s\"))|''",
                "(aggregate max (field \"s\"))|é€x",
                "(aggregate arg_min (field \"s\") (field \"x\"))|ab",
                "(aggregate arg_max (field \"n\") (field \"x\"))|3",
                "(aggregate arg_max (field \"b\") (field \"n\"))|true",
                "(aggregate median (field \"x\"))|1.0",
                "(aggregate median (field \"r\" \"y\"))|2.0",
                "(aggregate var_samp (to-double 1))|0.0",
                "(aggregate bool_and (field \"b\"))|false",
                "(aggregate bool_or (field \"b\"))|true",
                "(finite (aggregate regr_slope (field \"x\") (field \"x\")))|1.0",
                "(finite (aggregate regr_slope (field \"x\") 1E0))|null",
                "(finite (subtract (aggregate max (field \"x\")) (outer 0)))|2.0",
                "(between (aggregate avg (field \"x\")) 1E0 (outer 0))|true",
                "(in (aggregate count) 1 7)|true",
                "(is-null (aggregate sum (field \"n\")))|true",
            })
    void gathersElements(String value, String expected) {
        assertEquals(expected, shown(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(aggregate exists)|false",
                "(aggregate count)|0",
                "(aggregate count (field \"x\"))|0",
                "(aggregate count-distinct (field \"s\"))|0",
                "(aggregate sum (field \"x\"))|null",
                "(aggregate sum (field \"n\"))|null",
                "(aggregate avg (field \"x\"))|null",
                "(aggregate min (field \"s\"))|null",
                "(aggregate max (field \"n\"))|null",
                "(aggregate stddev_samp (field \"x\"))|null",
                "(aggregate median (field \"x\"))|null",
                "(aggregate arg_min (field \"b\") (field \"x\"))|null",
                "(aggregate regr_slope (field \"x\") (field \"x\"))|null",
                "(aggregate bool_and (field \"b\"))|null",
            })
    void ofNothing(String value, String expected) {
        Program program = Planner.plan("(select true " + value + ")", List.of(ELEMENT), OUTER);
        run(program, ROWS);
        assertEquals(expected, String.valueOf(run(program, null)));
        assertEquals(expected, String.valueOf(run(program, array())));
        assertEquals(expected, String.valueOf(run("(select (null BOOLEAN) " + value + ")", ROWS)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(> (field \"x\") 0E0)|3",
                "(not (> (field \"x\") 0E0))|2",
                "(= (field \"x\") 0E0)|2",
                "(<> (field \"n\") (outer 1))|5",
                "(is-distinct-from (field \"n\") 3)|5",
                "(is-not-distinct-from (field \"n\") (null BIGINT))|2",
                "(in (field \"s\") \"ab\" \"b\")|3",
                "(not (in (field \"n\") 3 0))|2",
                "(or (field \"b\") (> (field \"x\") 3E0))|4",
                "(and (is-not-null (field \"x\")) (is-not-true (field \"b\")))|2",
                "(is-null (add (field \"n\") 1))|3",
                "(is-null (multiply (field \"n\") 2))|3",
                "(is-null (subtract -2 (field \"n\")))|3",
                "(is-null (negate (field \"n\")))|2",
                "(is-null (remainder 5 (field \"n\")))|3",
                "(is-null (finite (divide 1E0 (field \"x\"))))|4",
                "(= (remainder -7 (field \"n\")) -1)|3",
                "(= (round (multiply (field \"x\") 0.25E0)) 1E0)|2",
                "(= (length (field \"s\")) 3)|1",
                "(= (substring (field \"s\") 2 1) \"€\")|1",
                "(= (substring (field \"s\") 2) \"\")|2",
                "(= (upper (field \"s\")) \"AB\")|2",
                "(= (lower \"ÄB\") \"Äb\")|7",
                "(contains (field \"s\") \"b\")|3",
                "(starts-with (field \"s\") \"é\")|1",
                "(ends-with (field \"s\") \"\")|5",
                "(like (field \"s\") \"___\")|1",
                "(like (field \"s\") \"%_\")|4",
                "(like (field \"s\") \"%____\")|0",
                "(like (field \"s\") \"%€%\")|1",
                "(like \"a%b\" \"a!%b\")|7",
                "(like \"axb\" \"a!%b\")|0",
                "(matches (field \"s\") \"^[ab]\")|3",
                "(= (concatenate (field \"s\") (to-text (field \"n\"))) \"ab3\")|1",
                "(= (coalesce (field \"n\") (outer 1)) 7)|2",
                "(is-null (null-if (field \"n\") 3))|4",
                "(= (case (field \"b\") 1 (not (field \"b\")) 2 3) 3)|2",
                "(= (greatest (field \"n\") 3 1) 3)|4",
                "(= (least (field \"s\") \"b\") \"b\")|2",
                "(between (field \"n\") 0 (outer 1))|3",
                "(= (sign (field \"n\")) -1)|1",
                "(= (field \"r\" \"y\") 0.5E0)|1",
            })
    void asksConditions(String condition, long expected) {
        assertEquals(expected, run("(select " + condition + " (aggregate count))", ROWS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "(",
                ")",
                "()",
                "x",
                "\"",
                "(select true)",
                "(select 1 (aggregate count))",
                "(select true (field \"x\"))",
                "(select true (aggregate count)) x",
                "(select (aggregate exists) (aggregate count))",
                "(select true (aggregate sum (aggregate sum (field \"x\"))))",
                "(select true (aggregate sum (field \"s\")))",
                "(select true (aggregate max (field \"b\")))",
                "(select true (aggregate max (field \"a\")))",
                "(select true (aggregate count-distinct (field \"r\")))",
                "(select true (aggregate count 1 2))",
                "(select true (aggregate sum))",
                "(select true (aggregate mode (field \"x\")))",
                "(select true (aggregate (a)))",
                "(select true (outer 2))",
                "(select true (outer -1))",
                "(select true (outer x))",
                "(select (field \"none\") (aggregate count))",
                "(select (field \"x\" \"y\") (aggregate count))",
                "(select (= (field \"x\") 1) (aggregate count))",
                "(select (= (field \"x\")) (aggregate count))",
                "(select (= (field \"a\") (field \"a\")) (aggregate count))",
                "(select (in (field \"n\") (field \"n\")) (aggregate count))",
                "(select (in (field \"n\") 1E0) (aggregate count))",
                "(select (like (field \"s\") \"!\") (aggregate count))",
                "(select (like (field \"x\") \"a\") (aggregate count))",
                "(select (matches (field \"s\") \"(\") (aggregate count))",
                "(select (case true 1) (aggregate count))",
                "(select (case true 1 1E0) (aggregate count))",
                "(select (and) (aggregate count))",
                "(select (coalesce) (aggregate count))",
                "(select (nothing 1) (aggregate count))",
                "(select true 99999999999999999999)",
                "(select true 1E999)",
                "(select true NaN)",
                "(select true 1.5)",
                "(select true (null FLOAT))",
                "((select) true)",
            })
    void refusesWhatIsNoProgram(String program) {
        assertThrows(ValidationException.class, () -> Planner.plan(program, List.of(ELEMENT), OUTER));
    }

    @Test
    void refusesEndlessPrograms() {
        for (String opening : new String[] {"(", "(not ", "(select ", "\""}) {
            assertThrows(
                    ValidationException.class, () -> Planner.plan(opening.repeat(100_000), List.of(ELEMENT), OUTER));
        }
        String deep = "(select " + "(not ".repeat(400) + "true" + ")".repeat(400) + " (aggregate exists))";
        assertEquals(true, run(deep, ROWS));
        String pattern =
                "(select (matches \"a\" \"" + "(".repeat(50_000) + ")".repeat(50_000) + "\") (aggregate count))";
        assertTrue(assertThrows(ValidationException.class, () -> run(pattern, ROWS))
                .getMessage()
                .contains("pattern"));
    }

    @Test
    void takesThousandsOfTermsAndAggregates() {
        String choices = IntStream.range(4, 20_000).mapToObj(n -> " " + n).collect(Collectors.joining());
        assertEquals(0L, run("(select (in (field \"n\")" + choices + ") (aggregate count))", ROWS));
        assertEquals(2L, run("(select (in (field \"n\")" + choices + " 3) (aggregate count))", ROWS));
        String terms = " (is-not-null (field))".repeat(10_000);
        assertEquals(6L, run("(select (and" + terms + ") (aggregate count))", ROWS));
        String counts = IntStream.range(0, 5_000)
                .mapToObj(n -> " (= (aggregate count (= (field \"n\") " + n + ")) 5)")
                .collect(Collectors.joining());
        assertEquals(true, run("(select true (and" + counts + "))", ROWS));
    }

    private static final RowType OTHER = RowType.of(
            new LogicalType[] {new BigIntType(), new BigIntType(), new DoubleType()}, new String[] {"other", "n", "x"});

    @ParameterizedTest
    @CsvSource({
        // Fields stand at different places in the parts' records.
        "(aggregate sum (field \"x\")), 16.0",
        "(aggregate max (field \"n\")), 9223372036854775807",
        "(aggregate count), 8",
        // The record comes last.
        "(aggregate arg_max (field \"x\") (field \"x\")), 9.0",
    })
    void partsAreOneListToItsAggregates(String value, String expected) {
        Program program = Planner.plan("(select true " + value + " true true)", List.of(ELEMENT, OTHER), OUTER);
        Object record = GenericRowData.of(5L, 4L, 9.0);
        assertEquals(expected, String.valueOf(program.value(ROWS, record, BESIDE[0], BESIDE[1])));
    }

    @Test
    void aPartsOwnConditionSeesItsElementsAlone() {
        String text = "(select (> (field \"n\") (outer 1)) (aggregate count) (field \"b\") (= (field \"other\") 5))";
        Program program = Planner.plan(text, List.of(ELEMENT, OTHER), OUTER);
        for (long other : new long[] {5, 6}) {
            Object record = GenericRowData.of(other, 40L, 9.0);
            assertEquals(other == 5 ? 2L : 1L, program.value(ROWS, record, BESIDE[0], BESIDE[1]));
        }
    }

    @Test
    void partsThatDoNotFitAreRefused() {
        List<RowType> parts = List.of(ELEMENT, OTHER);
        for (String text : List.of(
                "(select true (aggregate count))",
                "(select true (aggregate count) true)",
                "(select (field \"b\") (aggregate count) true true)",
                "(select true (aggregate count) true (field \"b\"))")) {
            assertThrows(ValidationException.class, () -> Planner.plan(text, parts, OUTER));
        }
        RowType odd = RowType.of(new LogicalType[] {VarCharType.STRING_TYPE}, new String[] {"x"});
        String text = "(select true (aggregate max (field \"x\")) true true)";
        assertThrows(ValidationException.class, () -> Planner.plan(text, List.of(ELEMENT, odd), OUTER));
    }
}
