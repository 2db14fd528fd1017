package minibroker.avro;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;

/** What a row may say about its packet, besides the packet's own fields. */
enum Metadata {
    RAW("raw", DataTypes.BYTES().notNull()),
    // The record's bytes as they came, never a copy; none where it had no value.
    ERROR("error", DataTypes.STRING().nullable()),
    // Why the packet could not be decoded. NULL if it could.
    SIZE("size", DataTypes.INT().notNull()),
    // Bytes of the record's value.
    SCHEMA_ID("schema-id", DataTypes.INT().nullable());
    // NULL where the packet has no Confluent header.

    final String key;
    final DataType type;

    Metadata(String key, DataType type) {
        this.key = key;
        this.type = type;
    }

    static Metadata of(String key) {
        return Arrays.stream(values())
                .filter(column -> column.key.equals(key))
                .findFirst()
                .orElseThrow();
    }

    static Map<String, DataType> types() {
        Map<String, DataType> types = new LinkedHashMap<>();
        for (Metadata column : values()) {
            types.put(column.key, column.type);
        }
        return types;
    }
}
