package minibroker.avro;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import minibroker.avro.Schema.Field;
import minibroker.avro.Schema.Kind;
import org.apache.flink.configuration.Configuration;

/**
 * Packets with some of their top-level fields null; every other byte of the datum is the packet's own.
 *
 * <p>A field that the packet's schema lacks, or does not let be null, stays as it is.
 */
public final class Splicer {

    /** Which fields, and how packets are read; it travels with a plan. */
    public static final class Order implements Serializable {

        private static final long serialVersionUID = 1L;

        private final Set<String> fields;
        private final DecoderOptions options;

        /**
         * @param options those of the format {@code alert-avro}
         */
        public Order(Set<String> fields, Map<String, String> options) {
            this.fields = Set.copyOf(fields);
            this.options = AlertAvroFormatFactory.decoderOptions(Configuration.fromMap(options));
        }

        public Splicer open() {
            return new Splicer(this);
        }
    }

    /** A field to be made null: what lies before it since the last one, its null's branch, and its value. */
    private record Cut(Skipper before, int nullBranch, Skipper value) {}

    private final Order order;
    private final PacketOpener<List<Cut>> opener;
    private final Cursor cursor = new Cursor();

    private Splicer(Order order) {
        this.order = order;
        this.opener = new PacketOpener<>(order.options, this::cuts);
    }

    /**
     * The packet without the fields; the packet itself where there is nothing to take out of it.
     *
     * <p>That is so, too, where its schema cannot be had again after it was decoded: no alert is lost to an outage.
     */
    public byte[] splice(byte[] packet) throws InterruptedException {
        try {
            List<Cut> cuts = opener.open(packet, cursor);
            return cuts.isEmpty() ? packet : opener.around(packet, datum(cuts, packet.length));
        } catch (RuntimeException e) {
            // One packet must not end the job of everybody's filters, even by a fault of ours.
            return packet;
        }
    }

    private byte[] datum(List<Cut> cuts, int capacity) {
        Encoder to = new Encoder(capacity);
        int copied = cursor.at();
        for (Cut cut : cuts) {
            cut.before.skip(cursor);
            cursor.copy(copied, to);
            to.number(cut.nullBranch);
            cut.value.skip(cursor);
            copied = cursor.at();
        }
        cursor.pass(cursor.left());
        cursor.copy(copied, to);
        return to.toByteArray();
    }

    private List<Cut> cuts(Schema schema) {
        List<Cut> cuts = new ArrayList<>();
        List<Schema> before = new ArrayList<>();
        Skipper.Compiler skippers = new Skipper.Compiler(false);
        for (Field field : schema.fields) {
            int nullBranch = nullBranch(field.schema());
            if (nullBranch < 0 || !order.fields.contains(field.name())) {
                before.add(field.schema());
            } else {
                cuts.add(new Cut(skippers.of(before), nullBranch, skippers.of(List.of(field.schema()))));
                before = new ArrayList<>();
            }
        }
        return cuts;
    }

    private static int nullBranch(Schema schema) {
        for (int i = 0; i < schema.branches.size(); i++) {
            if (schema.branches.get(i).kind == Kind.NULL) {
                return i;
            }
        }
        return -1;
    }
}
