package minibroker.avro;

import org.apache.flink.table.data.GenericRowData;

/** Reads one value and gives it in the form that Flink's tables hold; null for NULL. */
@FunctionalInterface
interface Reader {

    Object read(Cursor cursor);

    /** The fields of a record that are columns, with what lies between them. */
    record OfRow(int arity, Skipper[] before, Reader[] columns, int[] positions, Skipper after) implements Reader {

        private static final int OVERHEAD = 4;
        // Values that an empty row is as large as.

        @Override
        public GenericRowData read(Cursor cursor) {
            cursor.take(arity + OVERHEAD);
            GenericRowData row = new GenericRowData(arity);
            for (int i = 0; i < columns.length; i++) {
                if (before[i] != null) {
                    before[i].skip(cursor);
                }
                row.setField(positions[i], columns[i].read(cursor));
            }
            if (after != null) {
                after.skip(cursor);
            }
            return row;
        }
    }
}
