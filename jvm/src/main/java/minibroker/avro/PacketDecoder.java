package minibroker.avro;

import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.RowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a packet's bytes into a row, by the plan for its schema. */
final class PacketDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(PacketDecoder.class);

    private final DecoderOptions options;
    private final RowType table;
    private final int arity;
    private final PacketOpener<Plan> opener;
    private final Cursor cursor = new Cursor();

    /**
     * @param arity fields of the rows that are made, of which the table's come first
     */
    PacketDecoder(DecoderOptions options, RowType table, int arity) {
        this.options = options;
        this.table = table;
        this.arity = arity;
        this.opener = new PacketOpener<>(options, this::plan);
    }

    /** The schema id that stands in the packet which was decoded last, or null. */
    Integer schemaId() {
        return opener.schemaId();
    }

    /** The packet's row, or an {@link UndecodableException}. */
    GenericRowData decode(byte[] packet) throws InterruptedException {
        return opener.open(packet, cursor).read(cursor);
    }

    private Plan plan(Schema schema) {
        Plan plan = Plan.of(schema, table, arity, options.whole());
        if (!plan.absent().isEmpty()) {
            LOG.warn("Fields of a schema count as absent, their columns are NULL: {}", plan.absent());
        }
        return plan;
    }
}
