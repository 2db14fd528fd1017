package minibroker.avro;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacketDeserializerTest {

    private static final RowType TABLE = (RowType)
            DataTypes.ROW(DataTypes.FIELD("id", DataTypes.BIGINT()), DataTypes.FIELD("stamp", DataTypes.BYTES()))
                    .getLogicalType();
    private static final List<Metadata> ALL = List.of(Metadata.SCHEMA_ID, Metadata.RAW, Metadata.ERROR, Metadata.SIZE);

    @TempDir
    private Path schemas;

    private DecoderOptions options(Framing framing, String bareSchema, String registry) {
        return new DecoderOptions(
                framing, bareSchema, schemas.toString(), registry, Duration.ofSeconds(30), true, 1 << 20);
    }

    private static PacketDeserializer opened(DecoderOptions options, List<Metadata> metadata) throws Exception {
        PacketDeserializer made = new PacketDeserializer(options, TABLE, metadata, TypeInformation.of(RowData.class));
        // Flink ships it to the task manager.
        PacketDeserializer deserializer = InstantiationUtil.clone(made);
        deserializer.open(new InitializationContext() {
            @Override
            public MetricGroup getMetricGroup() {
                return new UnregisteredMetricsGroup();
            }

            @Override
            public UserCodeClassLoader getUserCodeClassLoader() {
                return SimpleUserCodeClassLoader.create(PacketDeserializerTest.class.getClassLoader());
            }
        });
        return deserializer;
    }

    private RowData read(Framing framing, String bareSchema, byte[] packet) throws Exception {
        return opened(options(framing, bareSchema, null), ALL).deserialize(packet);
    }

    private static String error(RowData row) {
        assertTrue(row.isNullAt(0) && row.isNullAt(1), "a packet that cannot be decoded has no columns");
        return row.getString(4).toString();
    }

    @Test
    void metadataComesAfterTheColumnsInTheOrderAskedFor() throws Exception {
        Files.writeString(schemas.resolve("70000.avsc"), ContainerTest.SCHEMA);
        byte[] packet = Datum.confluent(70_000, ContainerTest.datum(9, 2));
        RowData row = read(Framing.AUTO, null, packet);
        assertEquals(GenericRowData.of(9L, new byte[2], 70_000, packet, null, packet.length), row);
        assertSame(packet, ((GenericRowData) row).getField(3));
        RowData plain = opened(options(Framing.AUTO, null, null), List.of()).deserialize(packet);
        assertEquals(GenericRowData.of(9L, new byte[2]), plain);
    }

    @Test
    void theFirstBytesTellTheFraming() throws Exception {
        byte[] container = Datum.container(ContainerTest.SCHEMA, null, ContainerTest.datum(5, 1));
        assertEquals(5, read(Framing.AUTO, null, container).getLong(0));
        assertTrue(read(Framing.AUTO, null, container).isNullAt(2));
        byte[] bare = ContainerTest.datum(6, 1);
        assertEquals(6, read(Framing.AUTO, ContainerTest.SCHEMA, bare).getLong(0));
        assertEquals(
                "neither a container nor a Confluent header, and bare-schema is not set: the first byte is 12",
                error(read(Framing.AUTO, null, bare)));
        // A bare datum that begins with a zero looks like a Confluent header.
        byte[] zero = ContainerTest.datum(0, 1);
        assertEquals(0, read(Framing.BARE, ContainerTest.SCHEMA, zero).getLong(0));
        assertEquals(
                "not a Confluent header: a zero byte and four of a schema id",
                error(read(Framing.AUTO, ContainerTest.SCHEMA, zero)));
        assertTrue(error(read(Framing.CONTAINER, null, bare)).startsWith("not an Avro object container"));
        assertTrue(error(read(Framing.CONFLUENT, null, container)).startsWith("not a Confluent header"));
    }

    @Test
    void aRecordWithoutBytesIsAnErrorToo() throws Exception {
        RowData tombstone = read(Framing.AUTO, null, null);
        assertEquals("the record has no value", error(tombstone));
        assertArrayEquals(new byte[0], tombstone.getBinary(3));
        assertEquals("the record's value is empty", error(read(Framing.AUTO, null, new byte[0])));
    }

    @Test
    void anUnknownSchemaKeepsItsIdAndItsBytes() throws Exception {
        byte[] packet = Datum.confluent(-5, new byte[3]);
        RowData row = read(Framing.AUTO, null, packet);
        assertTrue(error(row).startsWith("schema -5 is unknown"));
        assertEquals(-5, row.getInt(2));
        assertSame(packet, row.getBinary(3));
    }

    @Test
    void aFieldThatDoesNotFitItsColumnIsNullAndThePacketIsWhole() throws Exception {
        String schema = ContainerTest.SCHEMA.replace("\"long\"", "\"string\"");
        PacketDeserializer deserializer = opened(options(Framing.AUTO, null, null), ALL);
        for (int i = 0; i < 2; i++) {
            byte[] packet = Datum.container(schema, null, new byte[] {0, 0});
            RowData row = deserializer.deserialize(packet);
            assertTrue(row.isNullAt(0) && row.isNullAt(4), "id and error");
            assertFalse(row.isNullAt(1));
        }
    }

    @Test
    void rowsAreNotUsedAgain() throws Exception {
        PacketDeserializer deserializer = opened(options(Framing.BARE, ContainerTest.SCHEMA, null), ALL);
        RowData first = deserializer.deserialize(ContainerTest.datum(1, 1));
        RowData second = deserializer.deserialize(ContainerTest.datum(2, 1));
        assertEquals(1, first.getLong(0));
        assertEquals(2, second.getLong(0));
    }

    @Test
    void aTaskThatIsCancelledDoesNotCallItsRecordBroken() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        PacketDeserializer deserializer = opened(options(Framing.AUTO, null, "http://127.0.0.1:" + port), ALL);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> deserializer.deserialize(Datum.confluent(1, new byte[1])));
        assertTrue(Thread.interrupted(), "the task learns of it");
    }
}
