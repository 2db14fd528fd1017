package minibroker.output;

import java.io.IOException;
import java.util.List;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** {@code COLUMNS_JSON('["name", …]', ROW(column, …))}: the columns as a JSON object. */
public class ColumnsJson extends ColumnsFunction {

    private static final ObjectMapper JSON = new ObjectMapper();

    public ColumnsJson() {
        this(null, null);
    }

    private ColumnsJson(String names, RowType row) {
        super(names, row);
    }

    @Override
    ColumnsFunction specialized(String names, RowType row) {
        return new ColumnsJson(names, row);
    }

    @Override
    Columns columns(String names, RowType row) throws IOException {
        return Columns.of(row, List.of(JSON.readValue(names, String[].class)));
    }

    @Override
    byte[] message(RowData row, Columns columns) throws IOException {
        JsonSink sink = new JsonSink();
        columns.write(row, sink);
        return sink.finish();
    }
}
