import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic with Kafka's Java client, which Flink reads with, and throws it away: what no job of Flink's can exceed.
 *
 * <p>Usage: {@code java -cp <jars> BareConsumer.java <topic> <threads> <rounds>}, with the client's properties on standard
 * input. Prints the records a second of each round; the client is compiled in the first.
 */
public final class BareConsumer {

    private BareConsumer() {}

    public static void main(String[] arguments) throws Exception {
        String topic = arguments[0];
        int threads = Integer.parseInt(arguments[1]);
        Properties settings = settings();
        ExecutorService readers = Executors.newFixedThreadPool(threads);
        for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
            long began = System.nanoTime();
            long read = 0;
            for (Future<Long> each : readers.invokeAll(IntStream.range(0, threads)
                    .mapToObj(number -> (Callable<Long>) () -> read(settings, topic, number, threads))
                    .toList())) {
                read += each.get();
            }
            System.out.println(read / ((System.nanoTime() - began) / 1e9));
        }
        readers.shutdown();
    }

    private static Properties settings() throws IOException {
        Properties settings = new Properties();
        settings.load(System.in);
        settings.put("enable.auto.commit", "false");
        return settings;
    }

    /** Reads every partition whose number leaves this remainder, to the end that it had. */
    private static long read(Properties settings, String topic, int remainder, int threads) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            List<TopicPartition> own = consumer.partitionsFor(topic).stream()
                    .filter(each -> each.partition() % threads == remainder)
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
            consumer.assign(own);
            consumer.seekToBeginning(own);
            var ends = consumer.endOffsets(own);
            long read = 0;
            while (own.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    read += record.value().length > 0 ? 1 : 0;
                }
            }
            return read;
        }
    }
}
