package minibroker.subquery;

import minibroker.subquery.Value.Truth;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;

/** A compiled sub-query. It keeps the state of its aggregates, so it belongs to one thread. */
final class Program {

    private final Truth where;
    private final Truth[] own;
    private final Aggregate[] aggregates;
    private final int[] widths;
    private final boolean stopsEarly;
    private final Frame frame = new Frame();

    final Value result;

    /**
     * {@code own} holds a condition for each part's elements, or nothing where there is one part without any;
     * {@code widths} the number of fields in an element of each part.
     */
    Program(Truth where, Truth[] own, Aggregate[] aggregates, Value result, int[] widths) {
        this.where = where;
        this.own = own;
        this.aggregates = aggregates;
        this.result = result;
        this.widths = widths;
        this.stopsEarly = aggregates.length == 1 && aggregates[0] instanceof Aggregate.Exists;
    }

    /** Begin anew with these values of the alert. */
    void begin(RowData outer) {
        frame.outer = outer;
        for (Aggregate aggregate : aggregates) {
            aggregate.reset();
        }
    }

    /** Go through an array, which may be null; return whether the value is certain, whatever else comes. */
    boolean addAll(int part, ArrayData array) {
        int size = array == null ? 0 : array.size();
        for (int i = 0; i < size; i++) {
            if (add(part, array.isNullAt(i) ? null : array.getRow(i, widths[part]))) {
                return true;
            }
        }
        return false;
    }

    /** Go through one element; return whether the value is certain, whatever else comes. */
    boolean add(int part, RowData element) {
        frame.part = part;
        frame.element = element;
        if (own.length > 0 && own[part].of(frame) != Truth.TRUE) {
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

    /** The value over what was added since the beginning. */
    Object end() {
        return Value.box(result, frame);
    }
}
