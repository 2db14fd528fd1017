package minibroker.subquery;

import java.util.LinkedHashMap;
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
    private final Truth[] own;
    private final int[] widths;
    private final Map<Form, Aggregate> gathered = new LinkedHashMap<>();

    private Aggregate[] aggregates = {};
    private boolean stopsEarly;
    private Object[] asked;

    final Frame frame = new Frame();

    /**
     * {@code own} holds a condition for each part's elements, or nothing where there is one part without any;
     * {@code widths} the number of fields in an element of each part.
     */
    Walk(Truth where, Truth[] own, int[] widths) {
        this.where = where;
        this.own = own;
        this.widths = widths;
    }

    /** The aggregate that was compiled of a form, or a new one that is gathered from now on. */
    Aggregate gather(Form form, Supplier<Aggregate> compiled) {
        Aggregate known = gathered.get(form);
        if (known != null) {
            return known;
        }
        Aggregate aggregate = compiled.get();
        gathered.put(form, aggregate);
        aggregates = gathered.values().toArray(aggregates);
        stopsEarly = aggregates.length == 1 && aggregate instanceof Aggregate.Exists;
        asked = null;
        return aggregate;
    }

    /** Go through these parts, which come first, with the values beside them, unless that was the last to be done. */
    void over(Object[] values) {
        if (asked != null && isAskedAgain(values)) {
            return;
        }
        asked = null;
        int parts = widths.length;
        Object[] outer = new Object[values.length - parts];
        System.arraycopy(values, parts, outer, 0, outer.length);
        frame.outer = GenericRowData.of(outer);
        for (Aggregate aggregate : aggregates) {
            aggregate.reset();
        }
        boolean isCertain = false;
        for (int part = 0; part < parts && !isCertain; part++) {
            frame.part = part;
            if (values[part] instanceof ArrayData array) {
                isCertain = addAll(array);
            } else if (values[part] != null) {
                isCertain = add((RowData) values[part]);
            }
        }
        asked = isLasting(values) ? values : null;
    }

    private boolean addAll(ArrayData array) {
        int size = array.size();
        int width = widths[frame.part];
        for (int i = 0; i < size; i++) {
            if (add(array.isNullAt(i) ? null : array.getRow(i, width))) {
                return true;
            }
        }
        return false;
    }

    /** Go through one element; return whether all is certain, whatever else comes. */
    private boolean add(RowData element) {
        frame.element = element;
        if (own.length > 0 && own[frame.part].of(frame) != Truth.TRUE) {
            return false;
        }
        if (where.of(frame) != Truth.TRUE) {
            return false;
        }
        for (Aggregate aggregate : aggregates) {
            aggregate.add(frame);
        }
        return stopsEarly;
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
