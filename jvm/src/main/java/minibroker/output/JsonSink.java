package minibroker.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonGenerator;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.StreamWriteFeature;

/** JSON in UTF-8: integers in full, doubles in the fewest digits that are read back the same, bytes in base64. */
final class JsonSink implements Sink {

    private static final JsonFactory JSON = JsonFactory.builder()
            // Java 17's own digits are not the fewest.
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final JsonGenerator to;

    JsonSink() throws IOException {
        to = JSON.createGenerator(bytes);
    }

    byte[] finish() throws IOException {
        to.close();
        return bytes.toByteArray();
    }

    @Override
    public void nothing() throws IOException {
        to.writeNull();
    }

    @Override
    public void truth(boolean value) throws IOException {
        to.writeBoolean(value);
    }

    @Override
    public void whole(long value) throws IOException {
        to.writeNumber(value);
    }

    @Override
    public void real(double value) throws IOException {
        to.writeNumber(value);
    }

    @Override
    public void text(byte[] utf8) throws IOException {
        to.writeUTF8String(utf8, 0, utf8.length);
    }

    @Override
    public void bytes(byte[] value) throws IOException {
        to.writeBinary(value);
    }

    @Override
    public void openRecord() throws IOException {
        to.writeStartObject();
    }

    @Override
    public void field(String name) throws IOException {
        to.writeFieldName(name);
    }

    @Override
    public void closeRecord() throws IOException {
        to.writeEndObject();
    }

    @Override
    public void openList(int size) throws IOException {
        to.writeStartArray();
    }

    @Override
    public void closeList(int size) throws IOException {
        to.writeEndArray();
    }

    @Override
    public void openMap(int size) throws IOException {
        to.writeStartObject();
    }

    @Override
    public void key(byte[] utf8) throws IOException {
        to.writeFieldName(new String(utf8, StandardCharsets.UTF_8));
    }

    @Override
    public void closeMap(int size) throws IOException {
        to.writeEndObject();
    }
}
