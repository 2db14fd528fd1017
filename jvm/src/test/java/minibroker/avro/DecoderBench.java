package minibroker.avro;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.logical.RowType;

/**
 * Prints how many packets are decoded in a second of one core, checked whole and not.
 *
 * <p>Usage: {@code DecoderBench <folder of sample data> <folder of id.avsc> [<seconds a case>]}.
 */
public final class DecoderBench {

    private static final List<String> CUTOUTS = List.of("cutoutScience", "cutoutTemplate", "cutoutDifference");

    private DecoderBench() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        double seconds = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 2;
        RowType ztf = row("candidate", "rb", "drb", "magpsf", "sigmapsf", "ra", "dec", "jd", "distnr", "ndethist");
        RowType lsst = row("diaSource", "psfFlux", "psfFluxErr", "snr", "reliability", "ra", "dec", "midpointMjdTai");
        System.out.printf("%-26s %-26s %12s %12s%n", "packets", "columns", "whole/s", "not whole/s");
        String[][] sets = {
            {"ZTF 4.02", "ztf/v4.02"},
            {"ZTF 3.3", "ztf/v3.3/20210901"},
            {"LSST 9.0", "lsst/native-reencoded/v9_0_lsstcam_20250905"},
            {"LSST 10.0", "lsst/native-reencoded/v10_0_lsstcam_20251231"},
            {"LSST 10.0 live, histories", "lsst/native-reencoded/v10_0_lsstcam_live_20260305"},
        };
        for (String[] set : sets) {
            List<byte[]> packets = read(data.resolve(set[1]));
            RowType few = set[0].startsWith("ZTF") ? ztf : lsst;
            print(set[0], "some of " + few.getFieldNames().get(0), packets, few, arguments[1], seconds);
            DecoderOptions options = options(arguments[1], true);
            RowType all = SchemaTypes.table(PacketDump.PacketSchema.of(packets.get(0), options), CUTOUTS);
            print(set[0], "all but cutouts", packets, all, arguments[1], seconds);
        }
    }

    private static void print(
            String name, String columns, List<byte[]> packets, RowType table, String schemas, double seconds)
            throws InterruptedException {
        double whole = rate(new PacketDecoder(options(schemas, true), table, table.getFieldCount()), packets, seconds);
        double part = rate(new PacketDecoder(options(schemas, false), table, table.getFieldCount()), packets, seconds);
        System.out.printf(Locale.ROOT, "%-26s %-26s %,12.0f %,12.0f%n", name, columns, whole, part);
    }

    private static double rate(PacketDecoder decoder, List<byte[]> packets, double seconds)
            throws InterruptedException {
        run(decoder, packets, seconds / 2);
        return run(decoder, packets, seconds);
    }

    private static double run(PacketDecoder decoder, List<byte[]> packets, double seconds) throws InterruptedException {
        // The thread's own time: other programs may share the machine. The collector's threads are not in it.
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long spent = 0;
        long decoded = 0;
        while (spent < seconds * 1e9) {
            for (byte[] packet : packets) {
                if (decoder.decode(packet).getArity() > 0) {
                    decoded++;
                }
            }
            spent = threads.getCurrentThreadCpuTime() - start;
        }
        return decoded / (spent / 1e9);
    }

    private static DecoderOptions options(String schemas, boolean whole) {
        return new DecoderOptions(Framing.AUTO, null, schemas, null, Duration.ZERO, whole, 64 << 20);
    }

    private static RowType row(String record, String... names) {
        List<DataTypes.Field> fields = new ArrayList<>();
        for (String name : names) {
            fields.add(DataTypes.FIELD(name, DataTypes.DOUBLE()));
        }
        return (RowType) DataTypes.ROW(DataTypes.FIELD(record, DataTypes.ROW(fields.toArray(DataTypes.Field[]::new))))
                .getLogicalType();
    }

    private static List<byte[]> read(Path folder) throws IOException {
        List<byte[]> packets = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                packets.add(Files.readAllBytes(file));
            }
        }
        return packets;
    }
}
