package minibroker.avro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the schema that an id stands for: in a folder, then in a registry. */
final class SchemaStore {

    private static final Duration MEMORY = Duration.ofSeconds(30);
    // How long an id that could not be had is not asked for again: it must not hold up every packet.

    private static final int REMEMBERED = 1_024;
    private static final long FIRST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 5_000;
    // Milliseconds.

    private record Miss(String reason, long until) {}

    private final Path folder;
    private final Registry registry;
    private final Duration retry;
    private final Map<Integer, Miss> misses = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Miss> eldest) {
            return size() > REMEMBERED;
        }
    };
    private Miss outage;

    /**
     * @param folder of files {@code <id>.avsc}; may be null
     * @param registry may be null
     * @param retry how long to try again when the registry cannot be reached
     */
    SchemaStore(Path folder, Registry registry, Duration retry) {
        this.folder = folder;
        this.registry = registry;
        this.retry = retry;
    }

    /** The schema, or an {@link UndecodableException} that says where it was looked for. */
    Schema find(int id) throws InterruptedException {
        Schema schema = inFolder(id);
        if (schema != null) {
            return schema;
        }
        if (registry == null) {
            String where = folder == null
                    ? "neither schemas nor registry is set"
                    : "there is no " + folder.resolve(id + ".avsc");
            throw new UndecodableException("schema " + id + " is unknown: " + where);
        }
        for (Miss miss : new Miss[] {misses.get(id), outage}) {
            if (miss != null && miss.until - System.nanoTime() > 0) {
                throw new UndecodableException(miss.reason);
            }
        }
        try {
            return inRegistry(id);
        } catch (UndecodableException e) {
            misses.put(id, miss("schema " + id + " is unknown: " + e.getMessage()));
            throw new UndecodableException(misses.get(id).reason);
        }
    }

    private Schema inFolder(int id) {
        if (folder == null) {
            return null;
        }
        Path file = folder.resolve(id + ".avsc");
        try {
            return new SchemaParser().parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UndecodableException("schema " + id + " cannot be read from " + file + ": " + e);
        }
    }

    private Schema inRegistry(int id) throws InterruptedException {
        long giveUp = System.nanoTime() + retry.toNanos();
        for (long pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            try {
                return registry.schema(id);
            } catch (Registry.UnreachableException e) {
                long left = (giveUp - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    // Any id would wait as long for the same answer.
                    outage = miss(
                            "a schema cannot be had: " + e.getMessage() + ", tried for " + retry.toSeconds() + " s");
                    throw new UndecodableException(e.getMessage() + ", tried for " + retry.toSeconds() + " s");
                }
                Thread.sleep(Math.min(pause, left));
            }
        }
    }

    private static Miss miss(String reason) {
        return new Miss(reason, System.nanoTime() + MEMORY.toNanos());
    }
}
