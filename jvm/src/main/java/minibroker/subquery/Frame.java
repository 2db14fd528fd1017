package minibroker.subquery;

import org.apache.flink.table.data.RowData;

/** What an evaluation looks at, and whether the number that it has just returned is NULL. */
final class Frame {

    final int part;
    // Which of the sub-query's parts the element is of: their records may differ.
    final RowData outer;

    RowData element;

    boolean absent;
    // Set by every Whole and Real: a flag here costs no object for each value, as a box would.

    Frame(int part, RowData outer) {
        this.part = part;
        this.outer = outer;
    }
}
