package minibroker.delivery;

import java.lang.management.ManagementFactory;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * What counting and recording a message costs: CPU time of the whole process for so many messages, with the step and
 * without. Run it with the test class path; its argument is how many messages.
 */
public final class DeliverBench {

    private DeliverBench() {}

    /** The same packet again and again. */
    public static final class Packet extends ScalarFunction {

        private static final byte[] PACKET = new byte[70_000];

        /** A packet. */
        public byte[] eval(Long number) {
            return PACKET;
        }
    }

    public static void main(String[] arguments) throws Exception {
        long messages = Long.parseLong(arguments[0]);
        String plain = "(SELECT *, FALSE AS is_record, '' AS state, 0 AS message_bytes FROM passed)";
        String counted = "DELIVER(passed => TABLE passed PARTITION BY topic)";
        for (int round = 0; round < 3; round++) {
            double without = seconds(plain, messages);
            double with = seconds(counted, messages);
            System.out.printf(
                    "%d messages of 70 kB: %.2f s CPU without, %.2f s with the step: %.1f us a message%n",
                    messages, without, with, (with - without) / messages * 1e6);
        }
    }

    private static double seconds(String source, long messages) throws Exception {
        TableEnvironment flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("parallelism.default", "2");
        flink.getConfig().set("pipeline.object-reuse", "true");
        flink.executeSql("CREATE TEMPORARY SYSTEM FUNCTION DELIVER AS '" + Deliver.class.getName() + "'");
        flink.executeSql("CREATE TEMPORARY SYSTEM FUNCTION PACKET AS '" + Packet.class.getName() + "'");
        flink.executeSql("CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen',"
                + " 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '" + messages + "')");
        flink.executeSql("CREATE TABLE nowhere (topic STRING, message BYTES, bytes_sent BIGINT, is_record BOOLEAN)"
                + " WITH ('connector' = 'blackhole')");
        flink.executeSql("CREATE TEMPORARY VIEW passed AS SELECT 'topic ' || CAST(n % 100 AS STRING) AS topic,"
                + " PACKET(n) AS message, CAST(NULL AS STRING) AS error, CAST(n / 10000 AS STRING) AS visit,"
                + " '2026-03-05' AS night, CAST(20 AS BIGINT) AS alerts_per_visit,"
                + " CAST(NULL AS BIGINT) AS alerts_per_night, CAST(NULL AS BIGINT) AS bytes_per_night FROM numbers");
        long began = cpu();
        flink.executeSql("INSERT INTO nowhere SELECT topic, message, message_bytes, is_record FROM " + source)
                .await();
        return (cpu() - began) / 1e9;
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
