package minibroker.avro;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/** The table that keeps everything a writer's schema has, for comparing and measuring. */
final class SchemaTypes {

    private SchemaTypes() {}

    static RowType table(Schema record, List<String> without) {
        return (RowType) row(record, without).getLogicalType();
    }

    private static DataType row(Schema record, List<String> without) {
        // WINTER has a field twice in one record; the later value counts.
        Map<String, DataType> types = new LinkedHashMap<>();
        for (Schema.Field field : record.fields) {
            if (!without.contains(field.name())) {
                types.put(field.name(), type(field.schema()));
            }
        }
        return DataTypes.ROW(types.entrySet().stream()
                .map(type -> DataTypes.FIELD(type.getKey(), type.getValue()))
                .toArray(DataTypes.Field[]::new));
    }

    static DataType type(Schema schema) {
        return switch (schema.kind) {
            case NULL, STRING, ENUM -> DataTypes.STRING();
            case BOOLEAN -> DataTypes.BOOLEAN();
            case INT -> DataTypes.INT();
            case LONG -> DataTypes.BIGINT();
            case FLOAT, DOUBLE -> DataTypes.DOUBLE();
            case BYTES, FIXED -> decimal(schema);
            case RECORD -> row(schema, List.of());
            case ARRAY -> DataTypes.ARRAY(type(schema.element));
            case MAP -> DataTypes.MAP(DataTypes.STRING(), type(schema.element));
            case UNION ->
                schema.branches.stream()
                        .filter(branch -> branch.kind != Schema.Kind.NULL)
                        .map(SchemaTypes::type)
                        .reduce((one, other) -> widest(schema, one, other))
                        .orElse(DataTypes.STRING());
        };
    }

    private static DataType decimal(Schema schema) {
        boolean decimal = schema.logical != null && schema.logical.name().equals("decimal");
        return decimal ? DataTypes.DECIMAL(schema.logical.precision(), schema.logical.scale()) : DataTypes.BYTES();
    }

    private static DataType widest(Schema union, DataType one, DataType other) {
        if (one.equals(other)) {
            return one;
        }
        List<DataType> numbers = List.of(DataTypes.INT(), DataTypes.BIGINT(), DataTypes.DOUBLE());
        int wider = Math.max(numbers.indexOf(one), numbers.indexOf(other));
        if (numbers.contains(one) && numbers.contains(other)) {
            return numbers.get(wider);
        }
        throw new IllegalArgumentException("no column type holds " + union);
    }
}
