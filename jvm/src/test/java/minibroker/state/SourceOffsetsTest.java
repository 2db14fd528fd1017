package minibroker.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.kafka.shaded.org.apache.kafka.common.TopicPartition;
import org.apache.flink.runtime.checkpoint.CheckpointProperties;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.OperatorStateHandle.Mode;
import org.apache.flink.runtime.state.OperatorStateHandle.StateMetaInfo;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceOffsetsTest {

    private static final String SPLITS = "SourceReaderState";

    @TempDir
    Path folder;

    @Test
    void theSplitsOfEverySubtaskAreRead() throws IOException {
        OperatorState source = operator(2);
        source.putState(0, subtask(SPLITS, split("ztf", 0, 17), split("ztf", 2, 0)));
        source.putState(1, subtask(SPLITS, split("a topic", 1, 1L << 40)));
        store(7, List.of(source));
        assertEquals(
                List.of("a topic\t1\t1099511627776", "ztf\t0\t17", "ztf\t2\t0"),
                SourceOffsets.read(folder.toString()).lines().sorted().toList());
    }

    @Test
    void aPartitionThatWasNotReadFromHasFlinksMark() throws IOException {
        OperatorState source = operator(1);
        source.putState(0, subtask(SPLITS, split("ztf", 0, KafkaPartitionSplit.COMMITTED_OFFSET)));
        store(1, List.of(source));
        assertEquals("ztf\t0\t-3", SourceOffsets.read(folder.toString()));
    }

    @Test
    void theStateOfOtherOperatorsIsLeftOut() throws IOException {
        OperatorState sink = operator(1);
        sink.putState(0, subtask("writer_raw_states", split("ztf", 0, 17)));
        store(3, List.of(sink, operator(1)));
        assertEquals("", SourceOffsets.read(folder.toString()));
    }

    @Test
    void theNumberIsThatOfTheCheckpoint() throws IOException {
        store(12345, List.of());
        assertEquals(12345, SourceOffsets.number(folder.toString()));
    }

    @Test
    void aFolderWithoutStateIsNamed() {
        NoSuchFileException failure =
                assertThrows(NoSuchFileException.class, () -> SourceOffsets.read(folder.toString()));
        assertEquals(folder.resolve("_metadata").toString(), failure.getMessage());
    }

    @Test
    void whatIsNoStateIsRefused() throws IOException {
        Files.writeString(folder.resolve("_metadata"), "no state at all");
        assertThrows(IOException.class, () -> SourceOffsets.number(folder.toString()));
    }

    private static OperatorState operator(int parallelism) {
        return new OperatorState("source", "uid", new OperatorID(), parallelism, 128);
    }

    private static KafkaPartitionSplit split(String topic, int partition, long offset) {
        return new KafkaPartitionSplit(new TopicPartition(topic, partition), offset);
    }

    /** Writes a list state as Flink does: each element with its length, and where each begins. */
    private static OperatorSubtaskState subtask(String name, KafkaPartitionSplit... splits) throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(written);
        long[] begins = new long[splits.length];
        for (int i = 0; i < splits.length; i++) {
            byte[] bytes = SimpleVersionedSerialization.writeVersionAndSerialize(
                    new KafkaPartitionSplitSerializer(), splits[i]);
            begins[i] = out.size();
            out.writeInt(bytes.length);
            out.write(bytes);
        }
        StateMetaInfo places = new StateMetaInfo(begins, Mode.SPLIT_DISTRIBUTE);
        return OperatorSubtaskState.builder()
                .setManagedOperatorState(new OperatorStreamStateHandle(
                        Map.of(name, places), new ByteStreamStateHandle(name, written.toByteArray())))
                .build();
    }

    private void store(long number, List<OperatorState> operators) throws IOException {
        CheckpointProperties savepoint = CheckpointProperties.forSavepoint(true, SavepointFormatType.CANONICAL);
        CheckpointMetadata metadata = new CheckpointMetadata(number, operators, List.of(), savepoint);
        try (OutputStream out = Files.newOutputStream(folder.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(metadata, out);
        }
    }
}
