package minibroker.subquery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import minibroker.subquery.Value.Other;
import minibroker.subquery.Value.Real;
import minibroker.subquery.Value.Text;
import minibroker.subquery.Value.Truth;
import minibroker.subquery.Value.Whole;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/** Values that are read: fields of the element, and the row of outer values. */
final class Fields {

    private Fields() {}

    private interface Holder {

        /** The record that holds the field, or null. */
        RowData of(Frame frame);
    }

    private record Within(Holder holder, int[] places, int[] widths) implements Holder {

        @Override
        public RowData of(Frame frame) {
            RowData row = holder.of(frame);
            int place = places[frame.part];
            return row == null || row.isNullAt(place) ? null : row.getRow(place, widths[frame.part]);
        }
    }

    private record TruthField(Holder holder, int[] places) implements Truth {

        @Override
        public int of(Frame frame) {
            RowData row = holder.of(frame);
            int place = places[frame.part];
            if (row == null || row.isNullAt(place)) {
                return Truth.NULL;
            }
            return row.getBoolean(place) ? Truth.TRUE : Truth.FALSE;
        }
    }

    private record WholeField(Holder holder, int[] places) implements Whole {

        @Override
        public long of(Frame frame) {
            RowData row = holder.of(frame);
            int place = places[frame.part];
            frame.absent = row == null || row.isNullAt(place);
            return frame.absent ? 0 : row.getLong(place);
        }
    }

    private record RealField(Holder holder, int[] places) implements Real {

        @Override
        public double of(Frame frame) {
            RowData row = holder.of(frame);
            int place = places[frame.part];
            frame.absent = row == null || row.isNullAt(place);
            return frame.absent ? 0.0 : row.getDouble(place);
        }
    }

    private record TextField(Holder holder, int[] places) implements Text {

        @Override
        public StringData of(Frame frame) {
            RowData row = holder.of(frame);
            int place = places[frame.part];
            return row == null || row.isNullAt(place) ? null : row.getString(place);
        }
    }

    private record OtherField(Holder holder, int[] places) implements Other {

        @Override
        public boolean isPresent(Frame frame) {
            RowData row = holder.of(frame);
            return row != null && !row.isNullAt(places[frame.part]);
        }
    }

    /**
     * A field of the element by the names on the way to it. The elements of each part have it at a place of their own;
     * a part that is null here has none, and is never asked.
     */
    static Value element(List<RowType> parts, Iterable<String> path) {
        Holder holder = frame -> frame.element;
        List<LogicalType> types = new ArrayList<>(parts);
        Value value = (Other) frame -> frame.element != null;
        for (String name : path) {
            int[] index = new int[types.size()];
            int[] width = new int[types.size()];
            for (int part = 0; part < index.length; part++) {
                if (types.get(part) == null) {
                    continue;
                }
                index[part] = position(types.get(part), name);
                LogicalType type = ((RowType) types.get(part)).getTypeAt(index[part]);
                width[part] = type instanceof RowType inner ? inner.getFieldCount() : 0;
                types.set(part, type);
            }
            value = reader(holder, index, common(types, name));
            holder = new Within(holder, index, width);
        }
        return value;
    }

    private static int position(LogicalType type, String name) {
        if (!(type instanceof RowType record)) {
            throw new ValidationException("what holds the field '" + name + "' is no record");
        }
        int index = record.getFieldIndex(name);
        if (index < 0) {
            throw new ValidationException("an element has no field '" + name + "'");
        }
        return index;
    }

    private static LogicalType common(List<LogicalType> types, String name) {
        LogicalType found = null;
        for (LogicalType type : types) {
            if (found != null && type != null && found.getTypeRoot() != type.getTypeRoot()) {
                throw new ValidationException("the field '" + name + "' has two types");
            }
            found = type == null ? found : type;
        }
        return found;
    }

    /** An outer value by its position. */
    static Value outer(RowType outer, int index, int parts) {
        if (index < 0 || index >= outer.getFieldCount()) {
            throw new ValidationException("there is no outer value " + index);
        }
        int[] everywhere = new int[parts];
        Arrays.fill(everywhere, index);
        return reader(frame -> frame.outer, everywhere, outer.getTypeAt(index));
    }

    private static Value reader(Holder holder, int[] places, LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> new TruthField(holder, places);
            case BIGINT -> new WholeField(holder, places);
            case DOUBLE -> new RealField(holder, places);
            case CHAR, VARCHAR -> new TextField(holder, places);
            default -> new OtherField(holder, places);
        };
    }
}
