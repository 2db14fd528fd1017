package minibroker.avro;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Prints packets as JSON, one a line, for comparing with another decoder.
 *
 * <p>Usage: {@code PacketDump <folder of id.avsc> <file that lists packets, one path a line> [<bare schema>]}. The table
 * is all that the packet's own schema has. A line is {@code {"packet", "row"}} or {@code {"packet", "error"}}; bytes are
 * base64, decimals are text.
 */
public final class PacketDump {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private PacketDump() {}

    public static void main(String[] arguments) throws Exception {
        String bare = arguments.length > 2 ? Files.readString(Path.of(arguments[2])) : null;
        DecoderOptions options =
                new DecoderOptions(Framing.AUTO, bare, arguments[0], null, Duration.ZERO, true, 64 << 20);
        ObjectMapper mapper = new ObjectMapper();
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String file : Files.readAllLines(Path.of(arguments[1]))) {
            ObjectNode line = JSON.objectNode().put("packet", file);
            try {
                byte[] packet = Files.readAllBytes(Path.of(file));
                RowType table = SchemaTypes.table(PacketSchema.of(packet, options), List.of());
                RowData row = new PacketDecoder(options, table, table.getFieldCount()).decode(packet);
                line.set("row", json(row, table));
            } catch (UndecodableException e) {
                line.put("error", e.getMessage());
            }
            out.println(mapper.writeValueAsString(line));
        }
        out.flush();
    }

    private static JsonNode json(Object value, LogicalType type) {
        if (value == null) {
            return JSON.nullNode();
        }
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> JSON.booleanNode((Boolean) value);
            case INTEGER -> JSON.numberNode((Integer) value);
            case BIGINT -> JSON.numberNode((Long) value);
            case DOUBLE -> JSON.numberNode((Double) value);
            case VARCHAR -> JSON.textNode(((StringData) value).toString());
            case VARBINARY -> JSON.textNode(Base64.getEncoder().encodeToString((byte[]) value));
            case DECIMAL -> JSON.textNode(((DecimalData) value).toBigDecimal().toPlainString());
            case ROW -> {
                RowType row = (RowType) type;
                ObjectNode object = JSON.objectNode();
                for (int i = 0; i < row.getFieldCount(); i++) {
                    Object field =
                            RowData.createFieldGetter(row.getTypeAt(i), i).getFieldOrNull((RowData) value);
                    object.set(row.getFieldNames().get(i), json(field, row.getTypeAt(i)));
                }
                yield object;
            }
            case ARRAY -> array((ArrayData) value, ((ArrayType) type).getElementType());
            case MAP -> {
                MapType map = (MapType) type;
                ArrayNode keys = array(((MapData) value).keyArray(), map.getKeyType());
                ArrayNode values = array(((MapData) value).valueArray(), map.getValueType());
                ObjectNode object = JSON.objectNode();
                for (int i = 0; i < keys.size(); i++) {
                    object.set(keys.get(i).textValue(), values.get(i));
                }
                yield object;
            }
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private static ArrayNode array(ArrayData data, LogicalType type) {
        ArrayNode array = JSON.arrayNode();
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(type);
        for (int i = 0; i < data.size(); i++) {
            array.add(json(getter.getElementOrNull(data, i), type));
        }
        return array;
    }

    /** The schema that a packet was written with, found without decoding it. */
    static final class PacketSchema {

        private PacketSchema() {}

        static Schema of(byte[] packet, DecoderOptions options) throws InterruptedException {
            if (Container.startsLike(packet)) {
                Schema[] seen = {null};
                Container<Plan> container = new Container<>(
                        schema -> {
                            seen[0] = schema;
                            return Plan.impossible("only its schema is wanted");
                        },
                        options.maxUnpacked());
                container.open(packet, new Cursor());
                return seen[0];
            }
            if (packet[0] == 0) {
                return options.openSchemas().find(ByteBuffer.wrap(packet).getInt(1));
            }
            return new SchemaParser().parse(options.bareSchema());
        }
    }
}
