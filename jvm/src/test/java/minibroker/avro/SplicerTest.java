package minibroker.avro;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.flink.table.api.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplicerTest {

    private static final String SCHEMA =
            """
            {"type": "record", "name": "alert", "fields": [
              {"name": "id", "type": "long"},
              {"name": "stamp", "type": ["null", "bytes"]},
              {"name": "list", "type": {"type": "array", "items": "double"}},
              {"name": "fixed", "type": "bytes"},
              {"name": "late", "type": ["int", {"type": "record", "name": "r", "fields": [
                {"name": "stamp", "type": ["null", "string"]}]}, "null"]},
              {"name": "end", "type": "string"}]}""";
    private static final Set<String> FIELDS = Set.of("stamp", "fixed", "late", "nowhere");

    private static Datum head() {
        return new Datum().number(-77);
    }

    /** The list in blocks as a writer may choose to cut them, which a reader that writes anew would not keep. */
    private static Datum middle(Datum datum) {
        datum.number(-1).number(8).real(Double.NaN).number(1).real(-0.0).number(0);
        return datum.bytes(new byte[] {1, 2, 3});
    }

    private static byte[] full() {
        Datum datum = middle(head().number(1).bytes(new byte[5_000]));
        return datum.number(1).number(1).text("inner").text("the end").bytes();
    }

    private static byte[] cut() {
        return middle(head().number(0)).number(2).text("the end").bytes();
    }

    private static byte[] splice(Map<String, String> options, byte[] packet) throws InterruptedException {
        return new Splicer.Order(FIELDS, options).open().splice(packet);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "deflate", "snappy", "zstandard"})
    void aContainerKeepsItsHeaderItsMarkerAndItsCodec(String codec) throws Exception {
        byte[] packet = Datum.container(SCHEMA, codec, ContainerTest.packed(codec, full()));
        byte[] spliced = splice(Map.of(), packet);
        int header = Datum.header(SCHEMA, codec).bytes().length;
        assertArrayEquals(Arrays.copyOf(packet, header), Arrays.copyOf(spliced, header));
        Cursor cursor = new Cursor();
        byte[] datum = new byte[cut().length];
        new Container<>(schema -> schema, 1 << 20).open(spliced, cursor);
        for (int i = 0; i < datum.length; i++) {
            datum[i] = cursor.next();
        }
        assertArrayEquals(cut(), datum);
        assertEquals(0, cursor.left());
        assertArrayEquals(Datum.SYNC, Arrays.copyOfRange(spliced, spliced.length - Datum.SYNC.length, spliced.length));
    }

    @Test
    void aContainerWithoutACodecIsWrittenByteForByte() throws Exception {
        assertArrayEquals(
                Datum.container(SCHEMA, null, cut()), splice(Map.of(), Datum.container(SCHEMA, null, full())));
    }

    @Test
    void whatIsNullAlreadyStaysSo() throws Exception {
        byte[] packet = Datum.container(SCHEMA, null, cut());
        assertArrayEquals(packet, splice(Map.of(), packet));
    }

    @Test
    void confluentPacketsKeepTheirHeader(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("300.avsc"), SCHEMA);
        Map<String, String> options = Map.of("schemas", folder.toString());
        assertArrayEquals(Datum.confluent(300, cut()), splice(options, Datum.confluent(300, full())));
        byte[] unknown = Datum.confluent(301, full());
        assertSame(unknown, splice(options, unknown), "its schema cannot be had");
    }

    @Test
    void barePacketsHaveNothingAround(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("bare.avsc"), SCHEMA);
        assertArrayEquals(cut(), splice(Map.of("framing", "bare", "bare-schema", file.toString()), full()));
    }

    @Test
    void onePlanServesPacketsOfManySchemas() throws Exception {
        Splicer splicer = new Splicer.Order(FIELDS, Map.of()).open();
        String other = "{\"type\":\"record\",\"name\":\"alert\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}";
        byte[] nothing = Datum.container(other, null, new Datum().number(5).bytes());
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(
                    Datum.container(SCHEMA, null, cut()), splicer.splice(Datum.container(SCHEMA, null, full())));
            assertSame(nothing, splicer.splice(nothing));
        }
    }

    @Test
    void aPacketThatCannotBeReadIsLeftAlone() throws Exception {
        byte[] good = Datum.container(SCHEMA, "deflate", ContainerTest.packed("deflate", full()));
        byte[] crowd = Datum.container(SCHEMA, null, full(), full());
        assertSame(crowd, splice(Map.of(), crowd));
        Splicer splicer = new Splicer.Order(FIELDS, Map.of()).open();
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] broken = Arrays.copyOf(good, random.nextInt(good.length));
            assertSame(broken, splicer.splice(broken));
            // One wrong byte may still be a packet; it must not be an exception.
            byte[] wrong = good.clone();
            wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
            splicer.splice(wrong);
        }
        assertArrayEquals(splice(Map.of(), good), splicer.splice(good), "and the next one is read");
    }

    @Test
    void anOrderTravelsAndItsOptionsAreChecked() throws IOException {
        new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(new Splicer.Order(FIELDS, Map.of()));
        assertThrows(ValidationException.class, () -> new Splicer.Order(FIELDS, Map.of("framing", "bare")));
    }
}
