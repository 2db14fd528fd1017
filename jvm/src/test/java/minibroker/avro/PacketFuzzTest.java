package minibroker.avro;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Packets with wrong bytes in them: each is a row or an {@link UndecodableException}, soon and without much memory.
 *
 * <p>The decoder is asked without the net that {@link PacketDeserializer} spreads under it.
 */
class PacketFuzzTest {

    private static final long MOST_BYTES = 8 << 20;
    private static final long MOST_NANOS = 2_000_000_000;
    // Time is bounded loosely: a collection of garbage may fall into any packet.

    private static final long[] LENGTHS = {-1, 0, 1, 127, 65_536, Integer.MAX_VALUE, 1L << 31, 1L << 60, Long.MIN_VALUE
    };

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> FOLDERS = List.of(
            "ztf/v4.02",
            "ztf/v3.2/20181129",
            "ztf/spark-snappy-null-prv",
            "elasticc",
            "other",
            "lsst/confluent",
            "lsst/native-reencoded/v9_0_decam_cosmos",
            "lsst/native-reencoded/v9_0_lsstcam_20250905",
            "lsst/native-reencoded/v10_0_lsstcam_20251231",
            "lsst/native-reencoded/v10_0_lsstcam_live_20260305");

    private static final String ALERT =
            """
            {"type":"record","name":"alert","namespace":"survey","fields":[
              {"name":"objectId","type":"string"},
              {"name":"candid","type":"long"},
              {"name":"source","type":{"type":"record","name":"source","fields":[
                {"name":"jd","type":"double"},
                {"name":"band","type":{"type":"enum","name":"band","symbols":["g","r","i"]}},
                {"name":"flux","type":["null","float"]},
                {"name":"n","type":["int","null"]},
                {"name":"cost","type":{"type":"bytes","logicalType":"decimal","precision":8,"scale":2}},
                {"name":"any","type":["null","int","long","double"]}]}},
              {"name":"history","type":["null",{"type":"array","items":"survey.source"}]},
              {"name":"nothings","type":{"type":"array","items":"null"}},
              {"name":"scores","type":{"type":"map","values":["null","float"]}},
              {"name":"tree","type":{"type":"record","name":"node","fields":[
                 {"name":"children","type":{"type":"array","items":"node"}}]}},
              {"name":"mark","type":{"type":"fixed","name":"mark","size":4}},
              {"name":"stamp","type":["null","bytes"]}]}""";

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long largest;
    private long longest;

    @TempDir
    private Path schemas;

    private static Datum source() {
        return new Datum()
                .real(2_460_000.5)
                .number(2)
                .number(1)
                .real(1.5f)
                .number(0)
                .number(7)
                .bytes(new byte[] {1, 2})
                .number(3)
                .real(0.5);
    }

    private static byte[] alert() {
        Datum alert = new Datum().text("ZTF18abcdefg").number(697_252_842_415_015_006L);
        alert.raw(source().bytes()).number(1).number(2);
        alert.raw(source().bytes()).raw(source().bytes());
        alert.number(-1).number(source().bytes().length).raw(source().bytes()).number(0);
        alert.number(9).number(0);
        alert.number(2).text("snia").number(1).real(0.9f).text("ü").number(0).number(0);
        alert.number(1).number(0).number(0);
        return alert.raw(new byte[4]).number(1).bytes(new byte[300]).bytes();
    }

    @Test
    void packetsMadeHere() throws Exception {
        Files.writeString(schemas.resolve("900.avsc"), ALERT);
        List<byte[]> seeds = List.of(
                Datum.confluent(900, alert()),
                Datum.container(ALERT, null, alert()),
                Datum.container(ALERT, "deflate", ContainerTest.packed("deflate", alert())),
                Datum.container(ALERT, "snappy", ContainerTest.packed("snappy", alert())),
                Datum.container(ALERT, "zstandard", ContainerTest.packed("zstandard", alert())));
        fuzz(seeds, 90_000, 20_250_901);
    }

    @Test
    void packetsOfSurveys() throws Exception {
        Path data = Path.of(System.getenv().getOrDefault("MINIBROKER_SAMPLES", "../../shared/data"));
        assumeTrue(Files.isDirectory(data), "no sample packets in " + data.toAbsolutePath());
        List<byte[]> seeds = new ArrayList<>();
        for (String version : List.of("7.1", "7.3", "7.4", "9.0", "10.0")) {
            int id = Integer.parseInt(version.replace(".", "0"));
            String space = "lsst.v" + version.replace('.', '_') + '.';
            Files.writeString(schemas.resolve(id + ".avsc"), whole(data.resolve("lsst/schema/" + version), space));
        }
        for (String folder : FOLDERS) {
            seeds.addAll(read(data.resolve(folder), 4));
        }
        fuzz(seeds, 10_000, 20_251_013);
    }

    /** The alert's schema with the records that it names put in where they first stand. */
    private static String whole(Path folder, String space) throws IOException {
        Map<String, JsonNode> records = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                JsonNode record = JSON.readTree(file.toFile());
                records.put(space + record.path("name").asText(), record);
            }
        }
        return whole(records.remove(space + "alert"), records).toString();
    }

    private static JsonNode whole(JsonNode schema, Map<String, JsonNode> records) {
        if (schema.isTextual() && records.containsKey(schema.textValue())) {
            return whole(records.remove(schema.textValue()), records);
        }
        if (schema instanceof ArrayNode union) {
            for (int i = 0; i < union.size(); i++) {
                union.set(i, whole(union.get(i), records));
            }
        }
        if (schema instanceof ObjectNode object) {
            for (String key : List.of("type", "items", "fields")) {
                if (object.has(key)) {
                    object.set(key, whole(object.get(key), records));
                }
            }
        }
        return schema;
    }

    private static List<byte[]> read(Path folder, int most) throws IOException {
        List<byte[]> packets = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().limit(most).toList()) {
                packets.add(Files.readAllBytes(file));
            }
        }
        return packets;
    }

    private void fuzz(List<byte[]> seeds, int count, long randomSeed) throws Exception {
        List<PacketDecoder> decoders = new ArrayList<>();
        for (byte[] seed : seeds) {
            DecoderOptions options = options(true);
            RowType table = SchemaTypes.table(PacketDump.PacketSchema.of(seed, options), List.of("tree"));
            // Each packet is read in full, and with its columns at odd places only.
            RowType some = new RowType(table.getFields().stream()
                    .filter(field -> table.getFieldNames().indexOf(field.getName()) % 2 == 1)
                    .toList());
            decoders.add(new PacketDecoder(options, table, table.getFieldCount()));
            decoders.add(new PacketDecoder(options, some, some.getFieldCount()));
            decoders.add(new PacketDecoder(options(false), some, some.getFieldCount()));
        }
        for (int i = 0; i < seeds.size(); i++) {
            assertNull(failure(decoders.get(3 * i), seeds.get(i), -1));
        }
        Random random = new Random(randomSeed);
        int good = 0;
        for (int i = 0; i < count; i++) {
            int seed = random.nextInt(seeds.size());
            byte[] packet = mutated(seeds.get(seed), seeds.get(random.nextInt(seeds.size())), random);
            String all = failure(decoders.get(3 * seed), packet, i);
            String some = failure(decoders.get(3 * seed + 1), packet, i);
            failure(decoders.get(3 * seed + 2), packet, i);
            assertTrue(all != null || some == null, "packet " + i + " is broken to who reads less of it: " + some);
            // Only what is said of a column's value, or of how much is kept, depends on who reads.
            assertTrue(
                    all == null || some != null || all.matches("a decimal.*|more values.*"),
                    "packet " + i + " is broken only to who reads all of it: " + all);
            good += all == null ? 1 : 0;
        }
        System.out.printf(
                "%,d broken packets: %,d still decoded, at most %,d bytes and %,d us a packet%n",
                count, good, largest, longest / 1_000);
        assertTrue(good > count / 100 && good < count, good + " of " + count + " could still be decoded");
    }

    private DecoderOptions options(boolean whole) {
        return new DecoderOptions(Framing.AUTO, null, schemas.toString(), null, Duration.ZERO, whole, 1 << 20);
    }

    /** Why a packet cannot be decoded, or null if it can. */
    private String failure(PacketDecoder decoder, byte[] packet, int number) throws InterruptedException {
        long thread = Thread.currentThread().getId();
        long allocated = threads.getThreadAllocatedBytes(thread);
        long start = System.nanoTime();
        String failure = null;
        try {
            decoder.decode(packet);
        } catch (UndecodableException e) {
            failure = e.getMessage();
        }
        long nanos = System.nanoTime() - start;
        long bytes = threads.getThreadAllocatedBytes(thread) - allocated;
        assertTrue(nanos < MOST_NANOS, () -> "packet " + number + " took " + nanos + " ns");
        assertTrue(bytes < MOST_BYTES, () -> "packet " + number + " took " + bytes + " bytes of memory");
        longest = Math.max(longest, nanos);
        largest = Math.max(largest, bytes);
        return failure;
    }

    private static byte[] mutated(byte[] seed, byte[] other, Random random) {
        byte[] packet = seed.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0 && packet.length > 0; changes--) {
            // Most of a container is its schema; what lies at the end is where decoders differ.
            int at = random.nextBoolean()
                    ? random.nextInt(packet.length)
                    : packet.length - 1 - random.nextInt(Math.min(packet.length, 600));
            switch (random.nextInt(5)) {
                case 0 -> packet[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> packet = ByteBuffer.allocate(at).put(packet, 0, at).array();
                case 2 -> {
                    // The rest of another packet.
                    int from = random.nextInt(other.length);
                    packet = new Datum()
                            .raw(ByteBuffer.allocate(at).put(packet, 0, at).array())
                            .raw(ByteBuffer.allocate(other.length - from)
                                    .put(other, from, other.length - from)
                                    .array())
                            .bytes();
                }
                case 3 -> {
                    byte[] length = new Datum()
                            .number(LENGTHS[random.nextInt(LENGTHS.length)])
                            .bytes();
                    System.arraycopy(length, 0, packet, at, Math.min(length.length, packet.length - at));
                }
                default -> packet[at] = (byte) random.nextInt(256);
            }
        }
        return packet;
    }
}
