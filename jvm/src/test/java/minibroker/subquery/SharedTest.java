package minibroker.subquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class SharedTest {

    private static final RowType ELEMENT = RowType.of(new LogicalType[] {new DoubleType()}, new String[] {"x"});
    private static final RowType OUTER = RowType.of(new DoubleType(), VarCharType.STRING_TYPE);
    private static final String PROGRAM = "(select (> (field \"x\") (outer 0)) (aggregate count))";

    private static Shared shared() {
        return Shared.ofThisThread(PROGRAM, List.of(ELEMENT), OUTER);
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
    void oneProgramIsSharedWithinAThread() throws Exception {
        assertSame(shared(), shared());
        assertNotSame(
                shared(), CompletableFuture.supplyAsync(SharedTest::shared).get());
        RowType other = RowType.of(new DoubleType(), new BigIntType());
        assertNotSame(shared(), Shared.ofThisThread(PROGRAM, List.of(ELEMENT), other));
    }

    @Test
    void theSameListAndValuesAreAnsweredAtOnce() {
        ArrayData array = array(1, 2, 3);
        Object answer = shared().value(asked(array, 1.0));
        assertEquals(2L, answer);
        assertSame(answer, shared().value(asked(array, 1.0)));
    }

    @Test
    void anotherListOrValueIsAskedAnew() {
        ArrayData array = array(1, 2, 3);
        assertEquals(2L, shared().value(asked(array, 1.0)));
        assertEquals(1L, shared().value(asked(array, 2.0)));
        assertEquals(0L, shared().value(asked(array, null)));
        assertEquals(2L, shared().value(asked(array, 1.0)));
        assertEquals(3L, shared().value(asked(array(2, 3, 4), 1.0)));
        assertEquals(0L, shared().value(asked(null, 1.0)));
    }

    @Test
    void aListThatMayBeWrittenIntoAgainIsAskedAnew() {
        // Flink fills its binary structures again and again; this one changes in the same way.
        Object[] rows = {GenericRowData.of(1.0), GenericRowData.of(2.0)};
        ArrayData changing = (ArrayData) Proxy.newProxyInstance(
                ArrayData.class.getClassLoader(),
                new Class<?>[] {ArrayData.class},
                (proxy, method, arguments) -> method.invoke(new GenericArrayData(rows), arguments));
        assertEquals(1L, shared().value(asked(changing, 1.0)));
        rows[0] = GenericRowData.of(3.0);
        assertEquals(2L, shared().value(asked(changing, 1.0)));
    }
}
