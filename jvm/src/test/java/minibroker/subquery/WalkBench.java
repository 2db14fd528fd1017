package minibroker.subquery;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * What the sub-queries of the mix "100 filters, 50 walk lists" of {@code bench/conditions.py} cost: to compile, an alert
 * and a look at one element, in the thread's own time. Usage: {@code WalkBench [<seconds a round>]}.
 */
public final class WalkBench {

    private static final int ALERTS = 100;
    // So many that the processor cannot learn their values by heart, and so few that they stay in its caches: an alert
    // was just decoded when it is asked about.

    private static final int ELEMENTS = 17;
    private static final int OF_A_KIND = 10;
    private static final int WALKS = 23;
    // Of the 50 programs two kinds have a number in their condition; those of the others go together.

    private static final int FIELDS = 46;
    private static final int JD = 0;
    private static final int FID = 1;
    private static final int ISDIFFPOS = 8;
    private static final int MAGPSF = 17;
    private static final int RB = 41;
    private static final RowType RECORD = record();
    private static final RowType NOTHING = RowType.of();
    private static final RowType WHOLE = RowType.of(new BigIntType());
    private static final RowType REAL = RowType.of(new DoubleType());
    private static final RowType BOTH = RowType.of(new BigIntType(), new DoubleType());

    private WalkBench() {}

    private interface Call {
        Object[] arguments(Alert alert);
    }

    private record Query(Program program, Call call) {}

    /** An alert's list, and its own record. */
    private record Alert(GenericArrayData list, GenericRowData own) {}

    private static GenericRowData[] elements(Random random) {
        GenericRowData[] elements = new GenericRowData[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            elements[i] = element(random, random.nextInt(3) > 0);
        }
        return elements;
    }

    private static GenericRowData element(Random random, boolean isDetection) {
        GenericRowData row = new GenericRowData(FIELDS);
        row.setField(JD, 2_460_000 + 30 * random.nextDouble());
        row.setField(FID, 1L + random.nextInt(2));
        if (isDetection) {
            row.setField(ISDIFFPOS, StringData.fromBytes(new byte[] {(byte) (random.nextInt(4) > 0 ? 't' : 'f')}));
            row.setField(MAGPSF, 13 + 7 * random.nextDouble());
            row.setField(RB, random.nextDouble());
        }
        return row;
    }

    private static RowType record() {
        LogicalType[] types = new LogicalType[FIELDS];
        String[] names = new String[FIELDS];
        for (int i = 0; i < FIELDS; i++) {
            types[i] = i == FID ? new BigIntType() : i == ISDIFFPOS ? VarCharType.STRING_TYPE : new DoubleType();
            names[i] = "field" + i;
        }
        names[JD] = "jd";
        names[FID] = "fid";
        names[ISDIFFPOS] = "isdiffpos";
        names[MAGPSF] = "magpsf";
        names[RB] = "rb";
        return RowType.of(types, names);
    }

    private static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (int i = 0; i < OF_A_KIND; i++) {
            int number = 31 + 10 * i;
            queries.add(query(
                    "(select (and (= (field \"fid\") (outer 0)) (= (field \"isdiffpos\") \"t\")"
                            + " (> (finite (subtract (field \"magpsf\") (outer 1))) " + number + "E0))"
                            + " (aggregate exists))",
                    List.of(RECORD),
                    BOTH,
                    alert -> new Object[] {alert.list, alert.own.getField(FID), alert.own.getField(MAGPSF)}));
            queries.add(query(
                    "(select (= (field \"fid\") (outer 0)) (> (finite (subtract (aggregate max (field \"magpsf\"))"
                            + " (aggregate min (field \"magpsf\")))) 5." + number + "E0)"
                            + " (is-not-null (field \"magpsf\")) true)",
                    List.of(RECORD, RECORD),
                    WHOLE,
                    alert -> new Object[] {alert.list, alert.own, alert.own.getField(FID)}));
            queries.add(query(
                    "(select (and (< (field \"magpsf\") 14." + number + "E0)"
                            + " (> (finite (absolute (subtract (outer 0) (field \"jd\")))) 0.02E0))"
                            + " (> (aggregate count) 3))",
                    List.of(RECORD),
                    REAL,
                    alert -> new Object[] {alert.list, alert.own.getField(JD)}));
            queries.add(query(
                    "(select (and (> (field \"rb\") 0.5E0) (in (field \"isdiffpos\") \"1\" \"t\"))"
                            + " (< (finite (aggregate avg (field \"magpsf\"))) 14." + number + "E0))",
                    List.of(RECORD),
                    NOTHING,
                    alert -> new Object[] {alert.list}));
            queries.add(query(
                    "(select (= (field \"fid\") (outer 0))"
                            + " (> (finite (aggregate regr_slope (field \"magpsf\") (field \"jd\"))) 3." + number
                            + "E0))",
                    List.of(RECORD),
                    WHOLE,
                    alert -> new Object[] {alert.list, alert.own.getField(FID)}));
        }
        return queries;
    }

    private static Query query(String text, List<RowType> parts, RowType outer, Call call) {
        return new Query(Program.ofThisThread(text, parts, outer), call);
    }

    public static void main(String[] arguments) {
        double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 2;
        Random random = new Random(1);
        List<GenericRowData[]> alerts = new ArrayList<>();
        for (int i = 0; i < ALERTS; i++) {
            alerts.add(elements(random));
        }
        long before = metaspace();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        List<Query> queries = queries();
        long held = ask(queries, alerts.get(0));
        double millis = (threads.getCurrentThreadCpuTime() - start) / 1e6;
        System.out.printf(
                Locale.ROOT,
                "%d programs: %.0f ms to compile and ask once, %d kB of metaspace%n",
                queries.size(),
                millis,
                (metaspace() - before) / 1024);
        for (int round = 0; round < 8; round++) {
            long spent = 0;
            long asked = 0;
            start = threads.getCurrentThreadCpuTime();
            while (spent < seconds * 1e9) {
                for (GenericRowData[] alert : alerts) {
                    held += ask(queries, alert);
                    asked++;
                }
                spent = threads.getCurrentThreadCpuTime() - start;
            }
            double micros = spent / 1e3 / asked;
            System.out.printf(
                    Locale.ROOT,
                    "%6.2f us an alert, %5.1f ns an element (round %d)%n",
                    micros,
                    micros * 1e3 / (WALKS * ELEMENTS),
                    round);
        }
        System.out.println(held + " answers were true");
    }

    private static long ask(List<Query> queries, GenericRowData[] elements) {
        // A list that no walk has seen: each remembers the last one.
        Alert alert = new Alert(new GenericArrayData(elements), elements[0]);
        long held = 0;
        for (Query query : queries) {
            held += query.program.value(query.call.arguments(alert)) == Boolean.TRUE ? 1 : 0;
        }
        return held;
    }

    private static long metaspace() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            used += pool.getName().contains("Metaspace") || pool.getName().contains("Class Space")
                    ? pool.getUsage().getUsed()
                    : 0;
        }
        return used;
    }
}
