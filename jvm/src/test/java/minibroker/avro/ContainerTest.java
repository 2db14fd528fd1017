package minibroker.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

class ContainerTest {

    static final String SCHEMA =
            "{\"type\":\"record\",\"name\":\"alert\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},{\"name\":\"stamp\",\"type\":\"bytes\"}]}";
    static final RowType TABLE =
            (RowType) DataTypes.ROW(DataTypes.FIELD("id", DataTypes.BIGINT())).getLogicalType();

    private int plans;
    private final Container<Plan> container = new Container<>(
            schema -> {
                plans++;
                return Plan.of(schema, TABLE, 1, true);
            },
            1 << 20);

    private long id(byte[] packet) {
        Cursor cursor = new Cursor();
        return container.open(packet, cursor).read(cursor).getLong(0);
    }

    private String failure(byte[] packet) {
        return assertThrows(UndecodableException.class, () -> id(packet)).getMessage();
    }

    static byte[] datum(long id, int stamp) {
        return new Datum().number(id).bytes(new byte[stamp]).bytes();
    }

    static byte[] packed(String codec, byte[] data) {
        try {
            return switch (codec) {
                case "deflate" -> {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(6, true))) {
                        deflater.write(data);
                    }
                    yield out.toByteArray();
                }
                case "snappy" -> {
                    CRC32 crc = new CRC32();
                    crc.update(data);
                    byte[] checksum =
                            ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
                    yield new Datum().raw(Snappy.compress(data)).raw(checksum).bytes();
                }
                case "zstandard" -> Zstd.compress(data);
                default -> data;
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "deflate", "snappy", "zstandard"})
    void everyCodecIsUnpacked(String codec) {
        byte[] packed = packed(codec, datum(77, 5_000));
        byte[] packet = Datum.container(SCHEMA, codec, packed);
        assertEquals(77, id(packet));
        for (int length = 0; length < packet.length; length++) {
            failure(Arrays.copyOf(packet, length));
        }
        if (!codec.equals("null")) {
            for (int length = 0; length < packed.length - 1; length++) {
                failure(Datum.container(SCHEMA, codec, Arrays.copyOf(packed, length)));
            }
            failure(Datum.container(SCHEMA, codec, datum(77, 100)));
            assertTrue(failure(Datum.container(SCHEMA, codec, packed(codec, datum(1, 2 << 20))))
                    .contains("unpacks to more than 1048576 bytes"));
        }
    }

    @Test
    void theCodecMayBeLeftOut() {
        assertEquals(5, id(Datum.container(SCHEMA, null, datum(5, 1))));
    }

    @Test
    void anUnknownCodecIsNamed() {
        assertTrue(failure(Datum.container(SCHEMA, "xz", datum(5, 1))).startsWith("the container's codec is xz"));
    }

    @Test
    void snappyBytesMustMatchTheirChecksum() {
        byte[] packed = packed("snappy", datum(1, 10));
        packed[packed.length - 1]++;
        assertEquals(
                "the container's snappy block is broken: its checksum is wrong",
                failure(Datum.container(SCHEMA, "snappy", packed)));
    }

    @Test
    void onePacketHoldsOneAlert() {
        byte[] one = datum(5, 1);
        String many = "a container of %d records: one packet must hold one alert";
        assertEquals(many.formatted(0), failure(Datum.container(SCHEMA, null)));
        assertEquals(many.formatted(2), failure(Datum.container(SCHEMA, null, one, one)));
        assertEquals(
                many.formatted(31),
                failure(Datum.header(SCHEMA, "null").block(31, new byte[900]).bytes()));
        byte[] endless = Datum.header(SCHEMA, "null")
                .block(Long.MAX_VALUE, one)
                .block(Long.MAX_VALUE, one)
                .bytes();
        assertEquals(many.formatted(Long.MAX_VALUE), failure(endless));
        assertTrue(failure(Datum.header(SCHEMA, "null").block(-1, one).bytes()).contains("-1 records"));
        assertEquals(
                5,
                id(Datum.header(SCHEMA, "null")
                        .block(0, new byte[0])
                        .block(1, one)
                        .bytes()));
    }

    @Test
    void theMarkerAfterTheBlockIsChecked() {
        byte[] packet = Datum.container(SCHEMA, null, datum(5, 1));
        packet[packet.length - 1]++;
        assertTrue(failure(packet).startsWith("the container's block does not end with its marker"));
    }

    @Test
    void aHeaderIsParsedOnceWhateverItsMarker() {
        byte[] packet = Datum.container(SCHEMA, null, datum(5, 1));
        assertEquals(5, id(packet));
        String text = new String(packet, StandardCharsets.ISO_8859_1);
        byte[] other = text.replace("0123456789abcdef", "fedcba9876543210").getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(5, id(other));
        assertEquals(1, plans);
        assertEquals(5, id(Datum.container(SCHEMA + " ", null, datum(5, 1))));
        assertEquals(5, id(packet));
        assertEquals(2, plans);
    }

    @Test
    void onlySoManyHeadersAreKept() {
        byte[] first = Datum.container(SCHEMA, null, datum(5, 1));
        for (int i = 0; i < 64; i++) {
            id(Datum.container(SCHEMA + " ".repeat(i), null, datum(5, 1)));
            id(first);
        }
        assertEquals(64, plans, "one that is used stays");
        id(Datum.container(SCHEMA + "\n", null, datum(5, 1)));
        id(Datum.container(SCHEMA + "\n\n", null, datum(5, 1)));
        assertEquals(66, plans);
        id(Datum.container(SCHEMA + " ", null, datum(5, 1)));
        assertEquals(67, plans, "the one that was not used for longest is gone");
    }

    @Test
    void aSchemaThatIsBrokenOrTooLongIsAnError() {
        assertTrue(failure(Datum.container("{", null, datum(5, 1))).startsWith("the schema is not JSON"));
        assertTrue(failure(Datum.container("{", null, datum(5, 1))).startsWith("the schema is not JSON"), "again");
        assertTrue(failure(Datum.container(SCHEMA + " ".repeat(600_000), null, datum(5, 1)))
                .startsWith("the container's header is longer"));
        byte[] none = new Datum().raw(Container.MAGIC).number(0).raw(Datum.SYNC).bytes();
        assertEquals("the container has no schema", failure(none));
    }

    @Test
    void randomBytesAfterTheMagicAreErrors() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            failure(new Datum().raw(Container.MAGIC).raw(noise).bytes());
        }
    }
}
