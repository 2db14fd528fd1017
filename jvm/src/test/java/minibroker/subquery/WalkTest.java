package minibroker.subquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.ArrayDataSerializer;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class WalkTest {

    private static final RowType ELEMENT = RowType.of(new LogicalType[] {new DoubleType()}, new String[] {"x"});
    private static final RowType OUTER = RowType.of(new DoubleType(), VarCharType.STRING_TYPE);
    private static final String PROGRAM = "(select (> (field \"x\") (outer 0)) (aggregate count))";

    private static Program program(String text) {
        return Program.ofThisThread(text, List.of(ELEMENT), OUTER);
    }

    private static GenericArrayData array(double... values) {
        Object[] rows = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            rows[i] = GenericRowData.of(values[i]);
        }
        return new GenericArrayData(rows);
    }

    private static Object[] asked(ArrayData array, Double least) {
        return new Object[] {array, least, StringData.fromString("r")};
    }

    @Test
    void theSameListAndValuesAreGoneThroughOnce() {
        Object[] rows = {GenericRowData.of(1.0), GenericRowData.of(2.0), GenericRowData.of(3.0)};
        ArrayData array = new GenericArrayData(rows);
        assertEquals(2L, program(PROGRAM).value(asked(array, 1.0)));
        // Nobody does this to a list of the decoder's: it shows that the list is not looked at again.
        rows[0] = GenericRowData.of(4.0);
        assertEquals(2L, program(PROGRAM).value(asked(array, 1.0)));
        assertEquals(
                true,
                program(PROGRAM.replace("(aggregate count)", "(> (aggregate count) 1)"))
                        .value(asked(array, 1.0)));
        assertEquals(3L, program(PROGRAM).value(asked(array, 0.5)));
    }

    @Test
    void whatIsGatheredLaterIsGatheredOfTheSameList() {
        ArrayData array = array(1, 2, 3);
        Program exists = program("(select (> (field \"x\") (outer 0)) (aggregate exists))");
        assertEquals(true, exists.value(asked(array, 1.0)));
        Program greatest = program("(select (> (field \"x\") (outer 0)) (aggregate max (field \"x\")))");
        assertEquals(3.0, greatest.value(asked(array, 1.0)));
        assertEquals(true, exists.value(asked(array, 1.0)));
        assertEquals(false, exists.value(asked(array, 3.0)));
        assertNull(greatest.value(asked(array, 3.0)));
    }

    @Test
    void anotherThreadHasItsOwn() {
        Object[] rows = {GenericRowData.of(1.0)};
        ArrayData array = new GenericArrayData(rows);
        assertEquals(0L, program(PROGRAM).value(asked(array, 2.0)));
        rows[0] = GenericRowData.of(3.0);
        assertEquals(
                1L,
                CompletableFuture.supplyAsync(() -> program(PROGRAM).value(asked(array, 2.0)))
                        .join());
    }

    @Test
    void anotherListOrValueIsAskedAnew() {
        ArrayData array = array(1, 2, 3);
        assertEquals(2L, program(PROGRAM).value(asked(array, 1.0)));
        assertEquals(1L, program(PROGRAM).value(asked(array, 2.0)));
        assertEquals(0L, program(PROGRAM).value(asked(array, null)));
        assertEquals(2L, program(PROGRAM).value(asked(array, 1.0)));
        assertEquals(3L, program(PROGRAM).value(asked(array(2, 3, 4), 1.0)));
        assertEquals(0L, program(PROGRAM).value(asked(null, 1.0)));
    }

    @Test
    void aListThatMayBeWrittenIntoAgainIsAskedAnew() {
        // Flink fills its binary structures again and again; this one changes in the same way.
        Object[] rows = {GenericRowData.of(1.0), GenericRowData.of(2.0)};
        ArrayData changing = (ArrayData) Proxy.newProxyInstance(
                ArrayData.class.getClassLoader(),
                new Class<?>[] {ArrayData.class},
                (proxy, method, arguments) -> method.invoke(new GenericArrayData(rows), arguments));
        assertEquals(1L, program(PROGRAM).value(asked(changing, 1.0)));
        rows[0] = GenericRowData.of(3.0);
        assertEquals(2L, program(PROGRAM).value(asked(changing, 1.0)));
    }

    @Test
    void eachProgramHasItsOwnConstantsAndAggregates() {
        ArrayData array = array(1, 2, 3);
        Program above = program("(select (> (field \"x\") 1E0) (aggregate count))");
        Program below = program("(select (< (field \"x\") 2E0) (aggregate count))");
        assertEquals(2L, above.value(asked(array, 1.0)));
        assertEquals(1L, below.value(asked(array, 1.0)));
        assertEquals(2L, above.value(asked(array, 1.0)));
    }

    @Test
    void binaryListsAndRowsAreGoneThroughToo() {
        Program program = program("(select (> (field \"x\") (outer 0)) (aggregate sum (field \"x\")))");
        ArrayData generic = array(1, 2, 3);
        ArrayData binary = new ArrayDataSerializer(ELEMENT).toBinaryArray(generic);
        for (ArrayData array : new ArrayData[] {generic, binary, generic}) {
            assertEquals(5.0, program.value(asked(array, 1.0)));
        }
    }

    @Test
    void nothingNeedsToBeGathered() {
        assertEquals(true, program("(select true (> (outer 0) 1E0))").value(asked(array(1), 2.0)));
    }
}
