package minibroker.avro;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import minibroker.avro.Schema.Field;
import minibroker.avro.Schema.Kind;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/** How the packets of one writer's schema become rows of one table. */
final class Plan {

    private final Reader reader;
    private final boolean whole;
    private final List<String> absent;

    private Plan(Reader reader, boolean whole, List<String> absent) {
        this.reader = reader;
        this.whole = whole;
        this.absent = absent;
    }

    /**
     * Matches the fields of a schema to the columns of a table by name. A field whose type cannot become its column's is
     * absent, like one that the schema lacks: else a table that reads it would call packets broken that others read.
     *
     * @param arity fields of the rows that are made: the table's, and room for what comes after them
     * @param whole whether to go on to the packet's end when the last column has been read
     */
    static Plan of(Schema writer, RowType table, int arity, boolean whole) {
        RowType row = (RowType) table.copy(true);
        try {
            Compiler compiler = new Compiler(row, arity, whole);
            return new Plan(compiler.reader(writer, row, "", !whole), whole, List.copyOf(compiler.absent));
        } catch (UndecodableException e) {
            return impossible(e.getMessage());
        }
    }

    /** The plan for packets that cannot be read, for this reason. */
    static Plan impossible(String reason) {
        Reader reader = cursor -> {
            throw new UndecodableException(reason);
        };
        return new Plan(reader, false, List.of());
    }

    /** Which of the schema's fields do not fit their columns, and why; the columns are NULL. */
    List<String> absent() {
        return absent;
    }

    GenericRowData read(Cursor cursor) {
        GenericRowData row = (GenericRowData) reader.read(cursor);
        if (row == null) {
            throw new UndecodableException("the packet is a null");
        }
        if (whole && cursor.left() > 0) {
            throw new UndecodableException(cursor.left() + " bytes are left after the alert, at byte " + cursor.at());
        }
        return row;
    }

    private static final class Compiler {

        private record Task(Schema schema, LogicalType type, boolean last) {}

        private final RowType table;
        private final int arity;
        private final Skipper.Compiler skippers;
        private final List<String> absent = new ArrayList<>();
        private final Map<Task, Reader> made = new HashMap<>();
        // A type may be in many unions; to read it anew for each would let a small schema make a plan without end.

        Compiler(RowType table, int arity, boolean whole) {
            this.table = table;
            this.arity = arity;
            this.skippers = new Skipper.Compiler(whole);
        }

        /**
         * A reader of one value.
         *
         * @param last whether nothing after the value's last column will be read
         */
        Reader reader(Schema schema, LogicalType type, String path, boolean last) {
            Task task = new Task(schema, type, last);
            Reader reader = made.get(task);
            if (reader == null) {
                Reader value = unchecked(schema, type, path, last);
                reader = type.isNullable() ? value : cursor -> required(value.read(cursor), path);
                made.put(task, reader);
            }
            return reader;
        }

        private Reader unchecked(Schema schema, LogicalType type, String path, boolean last) {
            LogicalTypeRoot root = type.getTypeRoot();
            if (schema.kind == Kind.NULL) {
                return cursor -> null;
            }
            if (schema.kind == Kind.UNION) {
                return union(schema, type, path, last);
            }
            if (schema.kind == Kind.RECORD && root == LogicalTypeRoot.ROW) {
                return row(schema, (RowType) type, path, last);
            }
            if (schema.kind == Kind.ARRAY && root == LogicalTypeRoot.ARRAY) {
                return array(schema, (ArrayType) type, path);
            }
            if (schema.kind == Kind.MAP && root == LogicalTypeRoot.MAP) {
                return map(schema, (MapType) type, path);
            }
            Reader scalar = Scalar.reader(schema, type);
            if (scalar == null) {
                throw new UndecodableException(
                        (path.isEmpty() ? "the packet" : path) + " is " + schema + ", which cannot become " + type);
            }
            return scalar;
        }

        private Reader union(Schema schema, LogicalType type, String path, boolean last) {
            Reader[] branches = new Reader[schema.branches.size()];
            LogicalType inner = type.isNullable() ? type : type.copy(true);
            for (int i = 0; i < branches.length; i++) {
                branches[i] = reader(schema.branches.get(i), inner, path, last);
            }
            int nullBranch = Skipper.Compiler.nullOfTwo(schema);
            if (nullBranch < 0) {
                return cursor -> branches[cursor.readIndex(branches.length)].read(cursor);
            }
            Reader value = branches[1 - nullBranch];
            return cursor -> cursor.readNull(nullBranch) ? null : value.read(cursor);
        }

        private Reader row(Schema schema, RowType type, String path, boolean last) {
            Map<String, Integer> wanted = new HashMap<>();
            for (int i = 0; i < type.getFieldCount(); i++) {
                wanted.put(type.getFieldNames().get(i), i);
            }
            List<Field> columns = schema.fields.stream()
                    .filter(field -> wanted.containsKey(field.name()))
                    .toList();
            Skipper[] before = new Skipper[columns.size()];
            Reader[] readers = new Reader[columns.size()];
            int[] positions = new int[columns.size()];
            boolean[] present = new boolean[type.getFieldCount()];
            List<Schema> between = new ArrayList<>();
            int column = 0;
            for (Field field : schema.fields) {
                Integer position = wanted.get(field.name());
                if (position == null) {
                    between.add(field.schema());
                    continue;
                }
                Reader reader = fitting(
                        field.schema(),
                        type.getTypeAt(position),
                        path.isEmpty() ? field.name() : path + "." + field.name(),
                        last && column == columns.size() - 1);
                if (reader == null) {
                    between.add(field.schema());
                    continue;
                }
                before[column] = skipper(between);
                positions[column] = position;
                present[position] = true;
                readers[column] = reader;
                column++;
            }
            for (int i = 0; i < present.length; i++) {
                if (!present[i] && !type.getTypeAt(i).isNullable()) {
                    throw new UndecodableException(
                            type.getFieldNames().get(i) + " is NOT NULL, and the packet's schema does not have it");
                }
            }
            Skipper after = last ? null : skipper(between);
            return new Reader.OfRow(
                    type == table ? arity : present.length,
                    Arrays.copyOf(before, column),
                    Arrays.copyOf(readers, column),
                    positions,
                    after);
        }

        /** A reader of one value, null where the value's type cannot become the column's. */
        private Reader fitting(Schema schema, LogicalType type, String path, boolean last) {
            try {
                return reader(schema, type, path, last);
            } catch (UndecodableException e) {
                if (!type.isNullable()) {
                    throw e;
                }
                absent.add(e.getMessage());
                return null;
            }
        }

        private Skipper skipper(List<Schema> between) {
            if (between.isEmpty()) {
                return null;
            }
            Skipper skipper = skippers.of(between);
            between.clear();
            return skipper;
        }

        private Reader array(Schema schema, ArrayType type, String path) {
            Reader element = reader(schema.element, type.getElementType(), path + "[]", false);
            int size = skippers.of(List.of(schema.element)).size;
            return cursor -> {
                Object[] values = {};
                int length = 0;
                for (long count; (count = cursor.readCount(size, false)) != Cursor.NO_MORE; ) {
                    cursor.take(count);
                    int needed = length + (int) count;
                    if (needed > values.length) {
                        values = Arrays.copyOf(values, length == 0 ? needed : Math.max(needed, 2 * length));
                    }
                    while (length < needed) {
                        values[length++] = element.read(cursor);
                    }
                }
                return new GenericArrayData(length == values.length ? values : Arrays.copyOf(values, length));
            };
        }

        private Reader map(Schema schema, MapType type, String path) {
            if (type.getKeyType().getTypeRoot() != LogicalTypeRoot.VARCHAR) {
                throw new UndecodableException(path + " is a map, whose keys are strings and cannot become " + type);
            }
            Reader value = reader(schema.element, type.getValueType(), path + "[]", false);
            return cursor -> {
                Map<StringData, Object> entries = new HashMap<>();
                for (long count; (count = cursor.readCount(Cursor.VARIABLE, false)) != Cursor.NO_MORE; ) {
                    cursor.take(2 * count);
                    while (count-- > 0) {
                        entries.put(StringData.fromBytes(cursor.readText()), value.read(cursor));
                    }
                }
                return new GenericMapData(entries);
            };
        }

        private static Object required(Object value, String path) {
            if (value == null) {
                throw new UndecodableException(path + " is null or not a number, and NOT NULL in the table");
            }
            return value;
        }
    }
}
