package minibroker.subquery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import minibroker.subquery.Value.Truth;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/**
 * One way through the elements of a sub-query: which of them count, and what is gathered of these.
 *
 * <p>Sub-queries that differ only in what they gather or in what they make of it go together: an alert's list is gone
 * through once, whether the brightest of it must be above 17 or above 18. It is for one thread, as a task is. What was
 * gathered is kept for the very same arrays and records, which the decoder makes anew for each alert, and equal values
 * beside them.
 */
final class Walk {

    private final Truth where;
    private final int[] widths;
    private final Map<Form, Gathering.Into> gathered = new LinkedHashMap<>();

    private Aggregate[] aggregates;
    private Pass pass;
    private RowData outer;
    private Object[] asked;

    /** {@code widths} holds the number of fields in an element of each part. */
    Walk(Truth where, int[] widths) {
        this.where = where;
        this.widths = widths;
    }

    /** The aggregate that was compiled of a form, or a new one that is gathered from now on. */
    Aggregate gather(Form form, Supplier<Gathering.Into> compiled) {
        Gathering.Into known = gathered.get(form);
        if (known != null) {
            return known.aggregate();
        }
        Gathering.Into gathering = compiled.get();
        gathered.put(form, gathering);
        pass = null;
        asked = null;
        return gathering.aggregate();
    }

    /**
     * Go through these parts, which come first, with the values beside them, unless that was the last to be done; return
     * the values beside them.
     */
    RowData over(Object[] values) {
        if (asked != null && isAskedAgain(values)) {
            return outer;
        }
        asked = null;
        int parts = widths.length;
        Object[] beside = new Object[values.length - parts];
        System.arraycopy(values, parts, beside, 0, beside.length);
        outer = GenericRowData.of(beside);
        if (pass == null) {
            pass = pass();
        }
        for (Aggregate aggregate : aggregates) {
            aggregate.reset();
        }
        boolean isCertain = false;
        for (int part = 0; part < parts && !isCertain; part++) {
            ArrayData elements = elements(values[part]);
            isCertain = elements != null && pass.through(elements, widths[part], part, outer);
        }
        asked = isLasting(values) ? values : null;
        return outer;
    }

    /** A part's elements; a record is one. */
    private static ArrayData elements(Object part) {
        return part instanceof RowData record ? new GenericArrayData(new Object[] {record}) : (ArrayData) part;
    }

    private Pass pass() {
        List<Gathering.Into> gatherings = List.copyOf(gathered.values());
        aggregates = gatherings.stream().map(Gathering.Into::aggregate).toArray(Aggregate[]::new);
        boolean stopsEarly = aggregates.length == 1 && aggregates[0] instanceof Aggregate.Exists;
        return Pass.of(new Pass.Task(where, Gathering.all(gatherings), stopsEarly));
    }

    private boolean isAskedAgain(Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (i < widths.length ? values[i] != asked[i] : !Objects.equals(values[i], asked[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether the parts are objects that nobody writes into again: Flink reuses its binary ones. */
    private boolean isLasting(Object[] values) {
        for (int part = 0; part < widths.length; part++) {
            Object value = values[part];
            if (value != null && !(value instanceof GenericArrayData) && !(value instanceof GenericRowData)) {
                return false;
            }
        }
        return true;
    }
}
