package minibroker.avro;

import java.io.InterruptedIOException;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.ExceptionUtils;

/**
 * Makes one row of each record, whatever its bytes are: a packet that cannot be decoded is a row of NULLs and an error.
 *
 * <p>Rows are new for each record. Flink keeps them in queues between threads, and they cost little beside their
 * packets.
 */
final class PacketDeserializer implements DeserializationSchema<RowData> {

    private static final long serialVersionUID = 1L;
    private static final byte[] NOTHING = {};

    private final DecoderOptions options;
    private final RowType table;
    private final List<Metadata> metadata;
    private final TypeInformation<RowData> produced;
    private transient PacketDecoder decoder;
    private transient Counter undecodable;

    PacketDeserializer(
            DecoderOptions options, RowType table, List<Metadata> metadata, TypeInformation<RowData> produced) {
        this.options = options;
        this.table = table;
        this.metadata = metadata;
        this.produced = produced;
    }

    @Override
    public void open(InitializationContext context) {
        decoder = new PacketDecoder(options, table, table.getFieldCount() + metadata.size());
        undecodable = context.getMetricGroup().counter("undecodablePackets");
    }

    /**
     * Throws only when the task is being cancelled while it waits for a schema: the record is then not done with, and an
     * error row would say that it is.
     */
    @Override
    public RowData deserialize(byte[] packet) throws InterruptedIOException {
        GenericRowData row = null;
        String error = null;
        try {
            row = decoder.decode(packet);
        } catch (UndecodableException e) {
            error = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled while waiting for a schema");
        } catch (Throwable e) {
            // One packet must not end the job of everybody's filters, even by a fault of ours.
            ExceptionUtils.rethrowIfFatalErrorOrOOM(e);
            error = "the decoder failed: " + e;
        }
        if (row == null) {
            undecodable.inc();
            row = new GenericRowData(table.getFieldCount() + metadata.size());
        }
        int position = table.getFieldCount();
        for (Metadata column : metadata) {
            row.setField(
                    position++,
                    switch (column) {
                        case RAW -> packet == null ? NOTHING : packet;
                        case SIZE -> packet == null ? 0 : packet.length;
                        case ERROR -> StringData.fromString(error);
                        case SCHEMA_ID -> decoder.schemaId();
                    });
        }
        return row;
    }

    @Override
    public boolean isEndOfStream(RowData row) {
        return false;
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return produced;
    }
}
