package minibroker.output;

import java.nio.ByteBuffer;
import minibroker.avro.Encoder;

/** Avro after a Confluent header: each value is a union of null and its type, the record around them all is none. */
final class AvroSink implements Sink {

    private static final int HEADER = 5;

    private final Encoder to = new Encoder(512);
    private int depth;

    AvroSink(int schemaId) {
        to.raw(ByteBuffer.allocate(HEADER).put((byte) 0).putInt(schemaId).array());
    }

    byte[] finish() {
        return to.toByteArray();
    }

    @Override
    public void nothing() {
        to.number(0);
    }

    @Override
    public void truth(boolean value) {
        to.number(1).truth(value);
    }

    @Override
    public void whole(long value) {
        to.number(1).number(value);
    }

    @Override
    public void real(double value) {
        to.number(1).real(value);
    }

    @Override
    public void text(byte[] utf8) {
        to.number(1).bytes(utf8);
    }

    @Override
    public void bytes(byte[] value) {
        to.number(1).bytes(value);
    }

    @Override
    public void openRecord() {
        if (depth++ > 0) {
            to.number(1);
        }
    }

    @Override
    public void field(String name) {
        // Avro's fields have places, not names.
    }

    @Override
    public void closeRecord() {
        depth--;
    }

    @Override
    public void openList(int size) {
        to.number(1);
        openBlock(size);
    }

    @Override
    public void closeList(int size) {
        to.number(0);
    }

    @Override
    public void openMap(int size) {
        openList(size);
    }

    @Override
    public void key(byte[] utf8) {
        to.bytes(utf8);
    }

    @Override
    public void closeMap(int size) {
        closeList(size);
    }

    private void openBlock(int size) {
        // A block of none would be the end already.
        if (size > 0) {
            to.number(size);
        }
    }
}
