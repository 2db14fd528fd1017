package minibroker.avro;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Function;

/**
 * Reads Avro object container files that each hold one alert.
 *
 * <p>Such a packet begins with its whole schema, up to 27 kB of it, which is the same in all packets of a survey's
 * version. It is recognised by comparing bytes, and parsed once.
 */
final class Container<P> {

    static final byte[] MAGIC = {'O', 'b', 'j', 1};

    private static final int SYNC = 16;
    // Bytes of the marker that ends the header and every block. It is new in each file.

    private static final int KNOWN = 64;
    private static final int LONGEST_SCHEMA = 512 * 1024;
    // What a stream of ever new schemas may hold in memory.

    /** What comes before the first marker, and what it means: a plan, or why there is none. */
    private record Header<P>(byte[] bytes, Codec codec, P plan, String fault) {}

    private final Function<Schema, P> planner;
    private final int limit;
    private final Deque<Header<P>> known = new ArrayDeque<>();
    // The one that was needed last comes first.

    /**
     * @param planner what makes a plan for a schema that is seen for the first time
     * @param limit bytes that a block may unpack to
     */
    Container(Function<Schema, P> planner, int limit) {
        this.planner = planner;
        this.limit = limit;
    }

    static boolean startsLike(byte[] packet) {
        return packet.length >= MAGIC.length && Arrays.equals(packet, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** Sets the cursor on the packet's one alert, and gives the plan to read it with. */
    P open(byte[] packet, Cursor cursor) {
        Header<P> header = header(packet, cursor);
        cursor.over(packet, header.bytes.length, packet.length, packet.length);
        int sync = cursor.pass(SYNC);
        long records = 0;
        int from = 0;
        int length = 0;
        while (cursor.left() > 0) {
            long count = cursor.readLong();
            int size = cursor.readLength();
            int block = cursor.pass(size);
            int marker = cursor.pass(SYNC);
            if (!Arrays.equals(packet, marker, marker + SYNC, packet, sync, sync + SYNC)) {
                throw new UndecodableException("the container's block does not end with its marker, at byte " + marker);
            }
            if (count < 0) {
                throw new UndecodableException("the container has a block of " + count + " records");
            }
            if (count > 0) {
                from = block;
                length = size;
                records = records + count < 0 ? Long.MAX_VALUE : records + count;
            }
        }
        if (records != 1) {
            throw new UndecodableException("a container of " + records + " records: one packet must hold one alert");
        }
        if (header.fault != null) {
            throw new UndecodableException(header.fault);
        }
        if (header.codec == Codec.NULL) {
            cursor.over(packet, from, from + length, packet.length);
        } else {
            byte[] unpacked = header.codec.unpack(packet, from, length, limit);
            cursor.over(unpacked, 0, unpacked.length, packet.length);
        }
        return header.plan;
    }

    /** The packet that was opened last with another datum: its header and marker stay. */
    byte[] around(byte[] packet, byte[] datum) {
        Header<P> header = known.getFirst();
        int start = header.bytes.length + SYNC;
        byte[] packed = header.codec.pack(datum);
        return new Encoder(start + packed.length + 2 * Long.BYTES + SYNC)
                .raw(packet, 0, start)
                .number(1)
                .number(packed.length)
                .raw(packed, 0, packed.length)
                .raw(packet, header.bytes.length, SYNC)
                .toByteArray();
    }

    private Header<P> header(byte[] packet, Cursor cursor) {
        for (Iterator<Header<P>> headers = known.iterator(); headers.hasNext(); ) {
            Header<P> header = headers.next();
            int length = header.bytes.length;
            if (length <= packet.length && Arrays.equals(packet, 0, length, header.bytes, 0, length)) {
                if (header != known.getFirst()) {
                    headers.remove();
                    known.addFirst(header);
                }
                return header;
            }
        }
        Header<P> header = parse(packet, cursor);
        if (known.size() == KNOWN) {
            known.removeLast();
        }
        known.addFirst(header);
        return header;
    }

    private Header<P> parse(byte[] packet, Cursor cursor) {
        if (!startsLike(packet)) {
            throw new UndecodableException("not an Avro object container: it does not begin with Obj and a 1");
        }
        cursor.over(packet, MAGIC.length, packet.length, packet.length);
        int schemaFrom = 0;
        int schemaLength = 0;
        String codec = "null";
        for (long count; (count = cursor.readCount(Cursor.VARIABLE, false)) != Cursor.NO_MORE; ) {
            while (count-- > 0) {
                String key = new String(cursor.readBytes(cursor.readLength()), StandardCharsets.UTF_8);
                int length = cursor.readLength();
                int from = cursor.pass(length);
                if (key.equals("avro.schema")) {
                    schemaFrom = from;
                    schemaLength = length;
                } else if (key.equals("avro.codec")) {
                    codec = new String(packet, from, length, StandardCharsets.UTF_8);
                }
            }
        }
        if (schemaLength == 0) {
            throw new UndecodableException("the container has no schema");
        }
        if (cursor.at() > LONGEST_SCHEMA) {
            throw new UndecodableException("the container's header is longer than " + LONGEST_SCHEMA + " bytes");
        }
        byte[] bytes = Arrays.copyOf(packet, cursor.at());
        try {
            Schema schema = new SchemaParser().parse(packet, schemaFrom, schemaLength);
            return new Header<>(bytes, Codec.named(codec), planner.apply(schema), null);
        } catch (UndecodableException e) {
            return new Header<>(bytes, Codec.NULL, null, e.getMessage());
        }
    }
}
