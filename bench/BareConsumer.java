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
 * <p>Usage: {@code java -cp <jars> BareConsumer.java <bootstrap> <topic> <threads> <rounds>}. Prints the records a second
 * of each round; the client is compiled in the first.
 */
public final class BareConsumer {

    private BareConsumer() {}

    public static void main(String[] arguments) throws Exception {
        String topic = arguments[1];
        int threads = Integer.parseInt(arguments[2]);
        ExecutorService readers = Executors.newFixedThreadPool(threads);
        for (int round = 0; round < Integer.parseInt(arguments[3]); round++) {
            long began = System.nanoTime();
            long read = 0;
            for (Future<Long> each : readers.invokeAll(IntStream.range(0, threads)
                    .mapToObj(number -> (Callable<Long>) () -> read(arguments[0], topic, number, threads))
                    .toList())) {
                read += each.get();
            }
            System.out.println(read / ((System.nanoTime() - began) / 1e9));
        }
        readers.shutdown();
    }

    /** Reads every partition whose number leaves this remainder, to the end that it had. */
    private static long read(String bootstrap, String topic, int remainder, int threads) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("enable.auto.commit", "false");
        settings.put("isolation.level", "read_committed");
        // As the jobs read: minibroker/service/source_table.py.
        settings.put("max.partition.fetch.bytes", "8388608");
        settings.put("receive.buffer.bytes", "1048576");
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
