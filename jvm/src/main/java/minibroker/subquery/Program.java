package minibroker.subquery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.RowType;

/** A compiled sub-query: a walk through the elements, and a value made of what it gathered. */
final class Program {

    private static final ThreadLocal<Map<List<Object>, Walk>> WALKS = ThreadLocal.withInitial(HashMap::new);

    private final Walk walk;

    final Value result;

    Program(Walk walk, Value result) {
        this.walk = walk;
        this.result = result;
    }

    /** Compile a text; its walk is that of every other program in this thread that goes the same way. */
    static Program ofThisThread(String text, List<RowType> parts, RowType outer) {
        return Planner.plan(text, parts, outer, WALKS.get());
    }

    /** The program's value over its parts, which come first, and the values beside them. */
    Object value(Object... values) {
        return Value.box(result, new Frame(0, walk.over(values)));
    }
}
