package minibroker.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.Admin;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.ProducerState;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.TransactionListing;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.TransactionState;
import org.apache.flink.kafka.shaded.org.apache.kafka.common.KafkaFuture;
import org.apache.flink.kafka.shaded.org.apache.kafka.common.TopicPartition;

/** Kafka transactions that were begun and that nothing will commit any more. */
public final class OpenTransactions {

    private static final long SECONDS = 60;

    /** The topic of which each partition's leader is the coordinator of a part of the transactions. */
    private static final String COORDINATORS = "__transaction_state";

    private OpenTransactions() {}

    /**
     * Aborts the open transactions whose ids Flink made of this prefix, and returns how many there
     * were. Whoever still holds one of them cannot commit it afterwards.
     */
    public static int abort(Map<String, Object> properties, String prefix)
            throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(properties)) {
            ListTransactionsOptions open = new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING));
            List<String> ids = told(admin.listTransactions(open).all()).stream()
                    .map(TransactionListing::transactionalId)
                    // Flink appends the subtask and the checkpoint, each after a dash.
                    .filter(id -> id.startsWith(prefix + "-"))
                    .toList();
            told(admin.fenceProducers(ids).all());
            return ids.size();
        }
    }

    /**
     * Returns the hanging transactions of these partitions, each by its partition. A partition is given
     * as its topic and number with a tab between.
     *
     * <p>One hangs when it is open in a partition and none of Kafka's transaction coordinators has an
     * id for its producer: nobody can commit it, and none of its own timeouts ends it.
     */
    public static List<String> hanging(Map<String, Object> properties, List<String> partitions)
            throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(properties)) {
            return named(found(admin, partitions));
        }
    }

    /** Aborts the {@link #hanging} transactions of these partitions and returns what it returns. */
    public static List<String> abortHanging(Map<String, Object> properties, List<String> partitions)
            throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(properties)) {
            List<AbortTransactionSpec> found = found(admin, partitions);
            for (AbortTransactionSpec each : found) {
                told(admin.abortTransaction(each).all());
            }
            return named(found);
        }
    }

    private static List<AbortTransactionSpec> found(Admin admin, List<String> partitions)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<TopicPartition> asked =
                partitions.stream().map(OpenTransactions::partition).toList();
        // In this order: what was begun properly before the first question is known at the second.
        Map<TopicPartition, PartitionProducerState> producers =
                told(admin.describeProducers(asked).all());
        Set<Long> known = told(admin.listTransactions().all()).stream()
                .map(TransactionListing::producerId)
                .collect(Collectors.toSet());
        // A coordinator that is away tells nothing of its transactions.
        if (!hasAllCoordinators(admin)) {
            return List.of();
        }
        List<AbortTransactionSpec> found = new ArrayList<>();
        for (TopicPartition partition : asked) {
            for (ProducerState each : producers.get(partition).activeProducers()) {
                if (each.currentTransactionStartOffset().isPresent() && !known.contains(each.producerId())) {
                    int coordinator = each.coordinatorEpoch().orElse(0);
                    short epoch = (short) each.producerEpoch();
                    found.add(new AbortTransactionSpec(partition, each.producerId(), epoch, coordinator));
                }
            }
        }
        return found;
    }

    private static boolean hasAllCoordinators(Admin admin)
            throws ExecutionException, InterruptedException, TimeoutException {
        return told(admin.describeTopics(List.of(COORDINATORS)).allTopicNames()).get(COORDINATORS).partitions().stream()
                .allMatch(each -> each.leader() != null && !each.leader().isEmpty());
    }

    private static List<String> named(List<AbortTransactionSpec> found) {
        return found.stream()
                .map(AbortTransactionSpec::topicPartition)
                .map(partition -> partition.topic() + "\t" + partition.partition())
                .toList();
    }

    private static TopicPartition partition(String text) {
        int tab = text.indexOf('\t');
        return new TopicPartition(text.substring(0, tab), Integer.parseInt(text.substring(tab + 1)));
    }

    private static <T> T told(KafkaFuture<T> answer) throws ExecutionException, InterruptedException, TimeoutException {
        return answer.get(SECONDS, TimeUnit.SECONDS);
    }
}
