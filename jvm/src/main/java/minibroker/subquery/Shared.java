package minibroker.subquery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/**
 * A program, and its last answer: several filters that ask the same of an alert go through its list once.
 *
 * <p>It is for one thread, as a task is. An answer is given again for the very same arrays and records, which the decoder
 * makes anew for each alert, and equal values beside them.
 */
final class Shared {

    private static final ThreadLocal<Map<List<Object>, Shared>> OF_THREAD = ThreadLocal.withInitial(HashMap::new);

    private final Program program;
    private final int parts;

    private Object[] asked;
    private Object answer;

    private Shared(Program program, int parts) {
        this.program = program;
        this.parts = parts;
    }

    /** The one of a program and types, for every call in this thread. */
    static Shared ofThisThread(String program, List<RowType> parts, RowType outer) {
        return OF_THREAD
                .get()
                .computeIfAbsent(
                        List.of(program, parts, outer),
                        key -> new Shared(Planner.plan(program, parts, outer), parts.size()));
    }

    /** The program's value over its parts, which come first, and the values beside them. */
    Object value(Object[] values) {
        if (asked != null && isAskedAgain(values)) {
            return answer;
        }
        answer = run(values);
        asked = isLasting(values) ? values : null;
        return answer;
    }

    private Object run(Object[] values) {
        Object[] outer = new Object[values.length - parts];
        System.arraycopy(values, parts, outer, 0, outer.length);
        program.begin(GenericRowData.of(outer));
        boolean isCertain = false;
        for (int part = 0; part < parts && !isCertain; part++) {
            if (values[part] instanceof ArrayData array) {
                isCertain = program.addAll(part, array);
            } else if (values[part] != null) {
                isCertain = program.add(part, (RowData) values[part]);
            }
        }
        return program.end();
    }

    private boolean isAskedAgain(Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (i < parts ? values[i] != asked[i] : !Objects.equals(values[i], asked[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether the parts are objects that nobody writes into again: Flink reuses its binary ones. */
    private boolean isLasting(Object[] values) {
        for (int part = 0; part < parts; part++) {
            Object value = values[part];
            if (value != null && !(value instanceof GenericArrayData) && !(value instanceof GenericRowData)) {
                return false;
            }
        }
        return true;
    }
}
