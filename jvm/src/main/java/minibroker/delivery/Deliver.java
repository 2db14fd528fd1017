package minibroker.delivery;

import static org.apache.flink.table.annotation.ArgumentTrait.PASS_COLUMNS_THROUGH;
import static org.apache.flink.table.annotation.ArgumentTrait.SET_SEMANTIC_TABLE;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/**
 * {@code DELIVER(passed => TABLE passed PARTITION BY topic)}: each message once as itself, unless its filter is over
 * quota, and once as the record of what became of it.
 *
 * <p>Of its input it reads {@code message}, {@code error}, {@code visit}, {@code night} and the quota's numbers; every
 * column of the input comes out again. What a filter was sent is Flink's state, in the same checkpoints as the messages
 * and the source's offsets.
 */
@DataTypeHint("ROW<is_record BOOLEAN NOT NULL, state STRING NOT NULL, message_bytes BIGINT NOT NULL>")
public class Deliver extends ProcessTableFunction<Row> {

    static final String SENT = "sent";
    static final String OVER_QUOTA = "over quota";
    static final String DEAD = "dead";

    /** One message of one filter. */
    public void eval(
            @StateHint(name = "spent") Spent spent,
            @ArgumentHint(
                            name = "passed",
                            value = {SET_SEMANTIC_TABLE, PASS_COLUMNS_THROUGH})
                    Row passed) {
        byte[] message = passed.getFieldAs("message");
        long bytes = message == null ? 0 : message.length;
        String state = passed.getField("error") != null ? DEAD : take(spent, passed, bytes) ? SENT : OVER_QUOTA;
        if (!state.equals(OVER_QUOTA)) {
            collect(Row.of(false, state, bytes));
        }
        collect(Row.of(true, state, bytes));
    }

    private static boolean take(Spent spent, Row passed, long bytes) {
        Spent.Limits limits = new Spent.Limits(
                passed.getFieldAs("alerts_per_visit"),
                passed.getFieldAs("alerts_per_night"),
                passed.getFieldAs("bytes_per_night"));
        return spent.take(passed.getFieldAs("visit"), passed.getFieldAs("night"), bytes, limits);
    }
}
