package minibroker.subquery;

import org.apache.flink.table.data.RowData;

/** What an evaluation looks at, and whether the number that it has just returned is NULL. */
final class Frame {

    RowData element;
    int part;
    // Which of the sub-query's parts the element is of: their records may differ.
    RowData outer;

    boolean absent;
    // Set by every Whole and Real: a flag here costs no object for each value, as a box would.
}
