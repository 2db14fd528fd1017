package minibroker.state;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.Admin;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.TransactionListing;
import org.apache.flink.kafka.shaded.org.apache.kafka.clients.admin.TransactionState;

/** Kafka transactions that a job began and that nothing will commit any more. */
public final class OpenTransactions {

    private static final long SECONDS = 60;

    private OpenTransactions() {}

    /**
     * Aborts the open transactions whose ids Flink made of this prefix, and returns how many there
     * were. Whoever still holds one of them cannot commit it afterwards.
     */
    public static int abort(Map<String, Object> properties, String prefix)
            throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(properties)) {
            ListTransactionsOptions open = new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING));
            List<String> ids = admin.listTransactions(open).all().get(SECONDS, TimeUnit.SECONDS).stream()
                    .map(TransactionListing::transactionalId)
                    // Flink appends the subtask and the checkpoint, each after a dash.
                    .filter(id -> id.startsWith(prefix + "-"))
                    .toList();
            admin.fenceProducers(ids).all().get(SECONDS, TimeUnit.SECONDS);
            return ids.size();
        }
    }
}
