package minibroker.avro;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.utils.DataTypeUtils;

/** The {@code alert-avro} format of one table: its options, and the metadata columns that are read. */
final class AlertAvroFormat implements DecodingFormat<DeserializationSchema<RowData>> {

    private final DecoderOptions options;
    private List<Metadata> metadata = List.of();

    AlertAvroFormat(DecoderOptions options) {
        this.options = options;
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        return Metadata.types();
    }

    @Override
    public void applyReadableMetadata(List<String> keys) {
        metadata = keys.stream().map(Metadata::of).toList();
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return ChangelogMode.insertOnly();
    }

    @Override
    public DeserializationSchema<RowData> createRuntimeDecoder(DynamicTableSource.Context context, DataType physical) {
        RowType table = (RowType) physical.getLogicalType();
        for (RowType.RowField column : table.getFields()) {
            if (!column.getType().isNullable()) {
                throw new ValidationException("Column " + column.getName()
                        + " is NOT NULL, but is NULL for a packet that cannot be decoded.");
            }
        }
        Stream<DataTypes.Field> added = metadata.stream().map(column -> DataTypes.FIELD(column.key, column.type));
        DataType produced = DataTypeUtils.appendRowFields(physical, added.toList());
        return new PacketDeserializer(options, table, metadata, context.createTypeInformation(produced));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AlertAvroFormat format
                && options.equals(format.options)
                && metadata.equals(format.metadata);
    }

    @Override
    public int hashCode() {
        return Objects.hash(options, metadata);
    }
}
