package minibroker.avro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;

/** Makes the {@code alert-avro} format for tables whose DDL names it. */
public final class AlertAvroFormatFactory implements DeserializationFormatFactory {

    public static final ConfigOption<Framing> FRAMING = ConfigOptions.key("framing")
            .enumType(Framing.class)
            .defaultValue(Framing.AUTO)
            .withDescription("How the datum lies in a record: auto, container, confluent or bare.");

    public static final ConfigOption<String> BARE_SCHEMA = ConfigOptions.key("bare-schema")
            .stringType()
            .noDefaultValue()
            .withDescription("The .avsc file of packets that are bare. It is read when the job is planned.");

    public static final ConfigOption<String> SCHEMAS = ConfigOptions.key("schemas")
            .stringType()
            .noDefaultValue()
            .withDescription("A folder, on every task manager, of self-contained schemas <id>.avsc.");

    public static final ConfigOption<String> REGISTRY = ConfigOptions.key("registry")
            .stringType()
            .noDefaultValue()
            .withDescription("The address of a schema registry, for ids that the folder does not have.");

    public static final ConfigOption<Duration> REGISTRY_RETRY = ConfigOptions.key("registry.retry")
            .durationType()
            .defaultValue(Duration.ofSeconds(30))
            .withDescription("How long a packet waits for a registry that cannot be reached.");

    public static final ConfigOption<Boolean> WHOLE = ConfigOptions.key("whole")
            .booleanType()
            .defaultValue(true)
            .withDescription("Whether a packet is checked to its end, so that all tables agree which are broken.");

    public static final ConfigOption<MemorySize> MAX_UNPACKED = ConfigOptions.key("max-unpacked")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(64))
            .withDescription("What a compressed packet may unpack to.");

    @Override
    public String factoryIdentifier() {
        return "alert-avro";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(FRAMING, BARE_SCHEMA, SCHEMAS, REGISTRY, REGISTRY_RETRY, WHOLE, MAX_UNPACKED);
    }

    @Override
    public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
            DynamicTableFactory.Context context, ReadableConfig config) {
        FactoryUtil.validateFactoryOptions(this, config);
        return new AlertAvroFormat(decoderOptions(config));
    }

    static DecoderOptions decoderOptions(ReadableConfig config) {
        return new DecoderOptions(
                config.get(FRAMING),
                bareSchema(config),
                config.get(SCHEMAS),
                registry(config),
                config.get(REGISTRY_RETRY),
                config.get(WHOLE),
                maxUnpacked(config));
    }

    private static String bareSchema(ReadableConfig config) {
        String file = config.get(BARE_SCHEMA);
        if (file == null) {
            if (config.get(FRAMING) == Framing.BARE) {
                throw new ValidationException("framing 'bare' needs bare-schema, the .avsc file of the packets.");
            }
            return null;
        }
        try {
            String text = Files.readString(Path.of(file));
            new SchemaParser().parse(text);
            return text;
        } catch (IOException | UndecodableException e) {
            throw new ValidationException("bare-schema " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static String registry(ReadableConfig config) {
        String address = config.get(REGISTRY);
        if (address != null && !address.matches("https?://[^\\s/]+\\S*")) {
            throw new ValidationException("registry '" + address + "' is not an http:// or https:// address.");
        }
        return address;
    }

    private static int maxUnpacked(ReadableConfig config) {
        long bytes = config.get(MAX_UNPACKED).getBytes();
        if (bytes < 1 || bytes > Integer.MAX_VALUE - 8) {
            throw new ValidationException("max-unpacked must be between 1 byte and 2 GB.");
        }
        return (int) bytes;
    }
}
