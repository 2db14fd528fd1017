package minibroker.output;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import minibroker.avro.Splicer;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;

/**
 * {@code WITHOUT_FIELDS('{"fields": ["name", …], "options": {…}}', packet)}: the packet with these top-level fields
 * null. The options are those of the format that reads the packet.
 */
public class WithoutFields extends ScalarFunction implements SpecializedFunction {

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Request(Set<String> fields, Map<String, String> options) {}

    private final Splicer.Order order;
    private transient Splicer splicer;

    public WithoutFields() {
        this(null);
    }

    private WithoutFields(Splicer.Order order) {
        this.order = order;
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        String text = context.getCallContext()
                .getArgumentValue(0, String.class)
                .orElseThrow(() -> new ValidationException("WITHOUT_FIELDS: the request must be a literal"));
        try {
            Request request = JSON.readValue(text, Request.class);
            return new WithoutFields(new Splicer.Order(request.fields, request.options));
        } catch (IOException | NullPointerException e) {
            throw new ValidationException("WITHOUT_FIELDS: '" + text + "' is no request", e);
        }
    }

    @Override
    public void open(FunctionContext context) {
        splicer = order.open();
    }

    /** The packet without the fields. */
    public byte[] eval(String request, byte[] packet) {
        try {
            return packet == null ? null : splicer.splice(packet);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("cancelled while waiting for a schema", e);
        }
    }
}
