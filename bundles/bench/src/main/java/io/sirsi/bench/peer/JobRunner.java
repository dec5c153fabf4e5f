package io.sirsi.bench.peer;

import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;
import io.sirsi.bench.harness.UnavailableException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.scheduling.BackgroundJobRequest;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.InMemoryStorageProvider;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jspecify.annotations.Nullable;

/**
 * JobRunr, the free edition, ten workers, the shortest poll it allows, submitted a hundred at a
 * time. Counts a task as ended when its body is. It keeps itself in static fields, so there is one
 * at a time.
 */
public final class JobRunner implements TaskContender {

    private static final int BATCH = 100;

    private final @Nullable Database database;
    private final Tally tally = new Tally();
    private final List<Request> waiting = new ArrayList<>();
    private boolean started;

    private JobRunner(@Nullable Database database) {
        this.database = database;
    }

    /** {@return one that keeps its tasks in memory} */
    public static JobRunner inMemory() {
        return new JobRunner(null);
    }

    /** {@return one that keeps its tasks in a database} */
    public static JobRunner on(Database database) {
        return new JobRunner(database);
    }

    @Override
    public String id() {
        return database == null ? "jobrunr-ram" : "jobrunr-" + database.id();
    }

    @Override
    public String durability() {
        return (database == null ? "none; in memory, polls each 200 ms" : database.durability())
                + (database == null ? "" : "; polls each 5 s, its shortest")
                + "; 10 workers, submitted "
                + BATCH
                + " at a time";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void start() throws UnavailableException, IOException, SQLException {
        StorageProvider storage =
                database == null
                        ? new InMemoryStorageProvider()
                        : SqlStorageProviderFactory.using(database.open());
        JobRunr.configure()
                .useJobActivator(new Handlers(tally))
                .useStorageProvider(storage)
                .useBackgroundJobServer(
                        BackgroundJobServerConfiguration
                                .usingStandardBackgroundJobServerConfiguration()
                                .andPollInterval(
                                        database == null
                                                ? Duration.ofMillis(200)
                                                : Duration.ofSeconds(5))
                                .andWorkerCount(10))
                .initialize();
        started = true;
    }

    @Override
    public void submit(int priority, int place) {
        waiting.add(new Request(place));
        if (waiting.size() == BATCH) {
            flush();
        }
    }

    @Override
    public void flush() {
        if (!waiting.isEmpty()) {
            BackgroundJobRequest.enqueue(List.copyOf(waiting).stream());
            waiting.clear();
        }
    }

    @Override
    public void close() {
        if (started) {
            JobRunr.destroy();
        }
        started = false;
        if (database != null) {
            database.close();
        }
    }

    /**
     * What is stored of a task.
     *
     * @param place which it is
     */
    public record Request(int place) implements JobRequest {
        @Override
        public Class<Handler> getJobRequestHandler() {
            return Handler.class;
        }
    }

    /**
     * What JobRunr runs.
     *
     * @param tally counts
     */
    public record Handler(Tally tally) implements JobRequestHandler<Request> {
        @Override
        public void run(Request request) {
            tally.run(request.place());
            tally.complete();
        }
    }

    private record Handlers(Tally tally) implements JobActivator {
        @Override
        public <T> @Nullable T activateJob(Class<T> type) {
            return type == Handler.class ? type.cast(new Handler(tally)) : null;
        }
    }
}
