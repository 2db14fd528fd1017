package minibroker.output;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/** How the values of a row are written, whatever they are written as; made once for each type. */
final class Columns {

    @FunctionalInterface
    private interface Writer {
        void write(Object value, Sink to) throws IOException;
    }

    private record Column(String name, RowData.FieldGetter value, Writer writer) {}

    private final List<Column> columns;

    private Columns(List<Column> columns) {
        this.columns = columns;
    }

    /**
     * @param names of the row's fields, in its order
     */
    static Columns of(RowType row, List<String> names) {
        if (names.size() != row.getFieldCount()) {
            throw new ValidationException(names.size() + " names for " + row.getFieldCount() + " columns");
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            LogicalType type = row.getTypeAt(i).copy(true);
            columns.add(new Column(names.get(i), RowData.createFieldGetter(type, i), writer(type)));
        }
        return new Columns(columns);
    }

    void write(RowData row, Sink to) throws IOException {
        to.openRecord();
        for (Column column : columns) {
            to.field(column.name);
            write(column.writer, column.value.getFieldOrNull(row), to);
        }
        to.closeRecord();
    }

    private static void write(Writer writer, Object value, Sink to) throws IOException {
        if (value == null) {
            to.nothing();
        } else {
            writer.write(value, to);
        }
    }

    private static Writer writer(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> (value, to) -> to.truth((Boolean) value);
            // A small literal is an INTEGER to Flink.
            case INTEGER, BIGINT -> (value, to) -> to.whole(((Number) value).longValue());
            case DOUBLE -> (value, to) -> real((Double) value, to);
            case CHAR, VARCHAR -> (value, to) -> to.text(((StringData) value).toBytes());
            case BINARY, VARBINARY -> (value, to) -> to.bytes((byte[]) value);
            case ROW -> record((RowType) type);
            case ARRAY -> list((ArrayType) type);
            case MAP -> map((MapType) type);
            default -> throw new ValidationException("a column of type " + type + " cannot be written");
        };
    }

    private static void real(double value, Sink to) throws IOException {
        if (Double.isFinite(value)) {
            to.real(value);
        } else {
            to.nothing();
        }
    }

    private static Writer record(RowType type) {
        Columns fields = of(type, type.getFieldNames());
        return (value, to) -> fields.write((RowData) value, to);
    }

    private static Writer list(ArrayType type) {
        LogicalType element = type.getElementType().copy(true);
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(element);
        Writer writer = writer(element);
        return (value, to) -> {
            ArrayData list = (ArrayData) value;
            to.openList(list.size());
            for (int i = 0; i < list.size(); i++) {
                write(writer, getter.getElementOrNull(list, i), to);
            }
            to.closeList(list.size());
        };
    }

    private static Writer map(MapType type) {
        LogicalType inner = type.getValueType().copy(true);
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(inner);
        Writer writer = writer(inner);
        return (value, to) -> {
            MapData map = (MapData) value;
            ArrayData keys = map.keyArray();
            ArrayData values = map.valueArray();
            to.openMap(map.size());
            for (int i = 0; i < map.size(); i++) {
                to.key(keys.getString(i).toBytes());
                write(writer, getter.getElementOrNull(values, i), to);
            }
            to.closeMap(map.size());
        };
    }
}
