package minibroker.job;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.table.api.PlanReference;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.internal.TableEnvironmentImpl;
import org.apache.flink.table.delegation.Planner;

/**
 * A job that waits to be told where it begins: its plan is translated, its code generated and compiled.
 *
 * <p>For a hundred filters that takes seconds, and Flink's own way does it after it was told the savepoint: when the job
 * before is stopped and nothing is delivered.
 */
public final class PreparedJob {

    private final Configuration settings;
    private final JobGraph job;

    private PreparedJob(Configuration settings, JobGraph job) {
        this.settings = settings;
        this.job = job;
    }

    /** Prepares a compiled plan, in JSON, whose tables and functions the environment knows. */
    public static PreparedJob of(TableEnvironment environment, Map<String, String> settings, String plan)
            throws IOException {
        Planner planner = ((TableEnvironmentImpl) environment).getPlanner();
        List<Transformation<?>> steps = planner.translatePlan(planner.loadPlan(PlanReference.fromJsonString(plan)));
        Configuration configuration = Configuration.fromMap(settings);
        StreamGraph graph = new StreamExecutionEnvironment(configuration).generateStreamGraph(steps);
        graph.setJobName(settings.get("pipeline.name"));
        // The job manager would do this too, at the same cost, while nothing runs.
        JobGraph job = graph.getJobGraph(Thread.currentThread().getContextClassLoader(), new JobID());
        return new PreparedJob(configuration, job);
    }

    /**
     * Gives the job to the cluster under this id, to begin from that savepoint's state where it is not null.
     *
     * <p>It returns when the cluster has taken it. Flink's own executor goes on to ask whether it runs, in pauses that
     * grow to a second.
     */
    public void start(String jobId, String savepoint) throws Exception {
        job.setJobID(JobID.fromHexString(jobId));
        job.setSavepointRestoreSettings(
                savepoint == null ? SavepointRestoreSettings.none() : SavepointRestoreSettings.forPath(savepoint));
        try (RestClusterClient<StandaloneClusterId> cluster =
                new RestClusterClient<>(settings, StandaloneClusterId.getInstance())) {
            cluster.submitJob(job).get();
        }
    }
}
