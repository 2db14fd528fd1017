package minibroker.avro;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Avro bytes written by hand: nothing here knows a schema, so a test says what lies on the wire. */
final class Datum {

    static final byte[] SYNC = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static byte[] container(String schema, String codec, byte[]... blocksOfOne) {
        Datum datum = header(schema, codec);
        for (byte[] block : blocksOfOne) {
            datum.block(1, block);
        }
        return datum.bytes();
    }

    /** A container's start, up to and with the first marker. */
    static Datum header(String schema, String codec) {
        Datum datum = new Datum().raw(Container.MAGIC).number(codec == null ? 1 : 2);
        if (codec != null) {
            datum.text("avro.codec").text(codec);
        }
        return datum.text("avro.schema").text(schema).number(0).raw(SYNC);
    }

    static byte[] confluent(int id, byte[] bytes) {
        return new Datum()
                .raw(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array())
                .raw(bytes)
                .bytes();
    }

    Datum block(long count, byte[] data) {
        return number(count).number(data.length).raw(data).raw(SYNC);
    }

    Datum raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** An int or a long; also a length, a count and the index of a branch. */
    Datum number(long value) {
        for (long bits = value << 1 ^ value >> 63; ; bits >>>= 7) {
            if ((bits & ~0x7fL) == 0) {
                out.write((int) bits);
                return this;
            }
            out.write((int) (bits & 0x7f | 0x80));
        }
    }

    Datum real(double value) {
        return raw(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array());
    }

    Datum real(float value) {
        return raw(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array());
    }

    Datum text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    Datum bytes(byte[] value) {
        return number(value.length).raw(value);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
