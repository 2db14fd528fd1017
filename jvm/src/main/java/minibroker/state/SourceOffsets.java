package minibroker.state;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.OperatorStateHandle;

/** Where a job's Kafka sources stood, out of a checkpoint or a savepoint on disk. */
public final class SourceOffsets {

    /** The name under which Flink's SourceOperator keeps the splits of a source. */
    private static final String SPLITS = "SourceReaderState";

    private SourceOffsets() {}

    /** Returns the checkpoint's number: of one job's checkpoints and savepoints, it counts up. */
    public static long number(String folder) throws IOException {
        return load(folder).getCheckpointId();
    }

    /**
     * Returns a line for each partition: topic, partition, the offset to be read next, divided by
     * tabs. A negative offset is one of Flink's marks for a partition that was not read from yet.
     */
    public static String read(String folder) throws IOException {
        List<String> lines = new ArrayList<>();
        for (OperatorState operator : load(folder).getOperatorStates()) {
            for (OperatorSubtaskState subtask : operator.getStates()) {
                for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
                    addSplits(handle, lines);
                }
            }
        }
        return String.join("\n", lines);
    }

    private static CheckpointMetadata load(String folder) throws IOException {
        Path file = Path.of(folder, "_metadata");
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            ClassLoader loader = SourceOffsets.class.getClassLoader();
            return Checkpoints.loadCheckpointMetadata(
                    in, loader, Path.of(folder).toUri().toString());
        }
    }

    private static void addSplits(OperatorStateHandle handle, List<String> lines) throws IOException {
        OperatorStateHandle.StateMetaInfo splits =
                handle.getStateNameToPartitionOffsets().get(SPLITS);
        if (splits == null) {
            return;
        }
        try (FSDataInputStream in = handle.openInputStream()) {
            for (long offset : splits.getOffsets()) {
                in.seek(offset);
                DataInputViewStreamWrapper view = new DataInputViewStreamWrapper(in);
                byte[] bytes = new byte[view.readInt()];
                view.readFully(bytes);
                KafkaPartitionSplit split = SimpleVersionedSerialization.readVersionAndDeSerialize(
                        new KafkaPartitionSplitSerializer(), bytes);
                lines.add(split.getTopic() + "\t" + split.getPartition() + "\t" + split.getStartingOffset());
            }
        }
    }
}
