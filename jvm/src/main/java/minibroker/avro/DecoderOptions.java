package minibroker.avro;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a table's options say about its packets.
 *
 * @param bareSchema the schema's text, not its path; null if packets are never bare
 * @param schemas a folder; may be null
 * @param registry an address; may be null
 * @param whole whether a packet is checked to its end
 * @param maxUnpacked bytes that a compressed block may become
 */
record DecoderOptions(
        Framing framing,
        String bareSchema,
        String schemas,
        String registry,
        Duration registryRetry,
        boolean whole,
        int maxUnpacked)
        implements Serializable {

    SchemaStore openSchemas() {
        return new SchemaStore(
                schemas == null ? null : Path.of(schemas),
                registry == null ? null : new Registry(registry),
                registryRetry);
    }
}
