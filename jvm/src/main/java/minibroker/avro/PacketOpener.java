package minibroker.avro;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Finds the datum in a packet, and the plan for the schema that it was written with, which is made once. */
final class PacketOpener<P> {

    private static final int CONFLUENT_HEADER = 5;
    private static final int KNOWN = 1_024;
    // Plans by schema id. Ids come from the packets, but only those that have a schema get here.

    private final DecoderOptions options;
    private final Function<Schema, P> planner;
    private final SchemaStore schemas;
    private final Container<P> container;
    private final Map<Integer, P> plans = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, P> eldest) {
            return size() > KNOWN;
        }
    };
    private P bare;
    private Framing framing;
    private Integer schemaId;

    /**
     * @param planner what makes a plan for a schema that is seen for the first time
     */
    PacketOpener(DecoderOptions options, Function<Schema, P> planner) {
        this.options = options;
        this.planner = planner;
        this.schemas = options.openSchemas();
        this.container = new Container<>(planner, options.maxUnpacked());
    }

    /** The schema id that stands in the packet which was opened last, or null. */
    Integer schemaId() {
        return schemaId;
    }

    /** Sets the cursor on the packet's datum and gives its plan, or an {@link UndecodableException}. */
    P open(byte[] packet, Cursor cursor) throws InterruptedException {
        schemaId = null;
        if (packet == null || packet.length == 0) {
            throw new UndecodableException(packet == null ? "the record has no value" : "the record's value is empty");
        }
        framing = framing(packet);
        return switch (framing) {
            case CONTAINER -> container.open(packet, cursor);
            case CONFLUENT -> confluent(packet, cursor);
            default -> bare(packet, cursor);
        };
    }

    /** The packet that was opened last with another datum in the same frame. */
    byte[] around(byte[] packet, byte[] datum) {
        return switch (framing) {
            case CONTAINER -> container.around(packet, datum);
            case CONFLUENT ->
                new Encoder(CONFLUENT_HEADER + datum.length)
                        .raw(packet, 0, CONFLUENT_HEADER)
                        .raw(datum)
                        .toByteArray();
            default -> datum;
        };
    }

    private Framing framing(byte[] packet) {
        if (options.framing() != Framing.AUTO) {
            return options.framing();
        }
        if (Container.startsLike(packet)) {
            return Framing.CONTAINER;
        }
        if (packet[0] == 0) {
            return Framing.CONFLUENT;
        }
        if (options.bareSchema() == null) {
            throw new UndecodableException(
                    "neither a container nor a Confluent header, and bare-schema is not set: the first byte is "
                            + packet[0]);
        }
        return Framing.BARE;
    }

    private P confluent(byte[] packet, Cursor cursor) throws InterruptedException {
        if (packet.length < CONFLUENT_HEADER || packet[0] != 0) {
            throw new UndecodableException("not a Confluent header: a zero byte and four of a schema id");
        }
        int id = (packet[1] & 0xff) << 24 | (packet[2] & 0xff) << 16 | (packet[3] & 0xff) << 8 | packet[4] & 0xff;
        schemaId = id;
        P plan = plans.get(id);
        if (plan == null) {
            plan = planner.apply(schemas.find(id));
            plans.put(id, plan);
        }
        cursor.over(packet, CONFLUENT_HEADER, packet.length, packet.length);
        return plan;
    }

    private P bare(byte[] packet, Cursor cursor) {
        if (bare == null) {
            bare = planner.apply(new SchemaParser().parse(options.bareSchema()));
        }
        cursor.over(packet, 0, packet.length, packet.length);
        return bare;
    }
}
