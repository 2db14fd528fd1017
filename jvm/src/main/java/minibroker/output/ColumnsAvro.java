package minibroker.output;

import java.io.IOException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** {@code COLUMNS_AVRO('<schema id>', ROW(column, …))}: the columns as Avro, the schema's id before them. */
public class ColumnsAvro extends ColumnsFunction {

    private final int schemaId;

    public ColumnsAvro() {
        super(null, null);
        schemaId = 0;
    }

    private ColumnsAvro(String schemaId, RowType row) {
        super(schemaId, row);
        this.schemaId = Integer.parseInt(schemaId);
    }

    @Override
    ColumnsFunction specialized(String schemaId, RowType row) {
        return new ColumnsAvro(schemaId, row);
    }

    @Override
    Columns columns(String schemaId, RowType row) {
        return Columns.of(row, row.getFieldNames());
    }

    @Override
    byte[] message(RowData row, Columns columns) throws IOException {
        AvroSink sink = new AvroSink(schemaId);
        columns.write(row, sink);
        return sink.finish();
    }
}
