package minibroker.avro;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.RuntimeContextInitializationContextAdapters;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.Collector;

/** A connector whose packets stand in the DDL; it asks the format for metadata in the way that Kafka's does. */
public final class PacketsTableFactory implements DynamicTableSourceFactory {

    private static final ConfigOption<List<String>> PACKETS =
            ConfigOptions.key("packets").stringType().asList().noDefaultValue();
    private static final ConfigOption<String> FORMAT =
            ConfigOptions.key("value.format").stringType().noDefaultValue();

    @Override
    public String factoryIdentifier() {
        return "packets";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(PACKETS, FORMAT);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        FactoryUtil.TableFactoryHelper factory = FactoryUtil.createTableFactoryHelper(this, context);
        DecodingFormat<DeserializationSchema<RowData>> format =
                factory.discoverDecodingFormat(DeserializationFormatFactory.class, FORMAT);
        factory.validate();
        return new Packets(factory.getOptions().get(PACKETS), format, context.getPhysicalRowDataType());
    }

    private record Packets(
            List<String> packets, DecodingFormat<DeserializationSchema<RowData>> format, DataType physical)
            implements ScanTableSource, SupportsReadingMetadata {

        private static final String PREFIX = "value.";

        @Override
        public Map<String, DataType> listReadableMetadata() {
            Map<String, DataType> listed = new LinkedHashMap<>();
            format.listReadableMetadata().forEach((key, type) -> listed.put(PREFIX + key, type));
            return listed;
        }

        @Override
        public void applyReadableMetadata(List<String> keys, DataType produced) {
            format.applyReadableMetadata(
                    keys.stream().map(key -> key.substring(PREFIX.length())).toList());
        }

        @Override
        public ChangelogMode getChangelogMode() {
            return format.getChangelogMode();
        }

        @Override
        public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
            DeserializationSchema<RowData> decoder = format.createRuntimeDecoder(context, physical);
            List<String> texts = new ArrayList<>(packets);
            return new DataStreamScanProvider() {
                @Override
                public DataStream<RowData> produceDataStream(
                        ProviderContext provider, StreamExecutionEnvironment environment) {
                    return environment
                            .fromData(texts.toArray(String[]::new))
                            .flatMap(new Decode(decoder))
                            .returns(decoder.getProducedType());
                }

                @Override
                public boolean isBounded() {
                    return true;
                }
            };
        }

        @Override
        public DynamicTableSource copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "packets";
        }
    }

    private static final class Decode extends RichFlatMapFunction<String, RowData> {

        private static final long serialVersionUID = 1L;

        private final DeserializationSchema<RowData> decoder;

        Decode(DeserializationSchema<RowData> decoder) {
            this.decoder = decoder;
        }

        @Override
        public void open(OpenContext context) throws Exception {
            decoder.open(RuntimeContextInitializationContextAdapters.deserializationAdapter(getRuntimeContext()));
        }

        @Override
        public void flatMap(String text, Collector<RowData> out) throws Exception {
            decoder.deserialize(Base64.getDecoder().decode(text), out);
        }
    }
}
