package io.sirsi.bench.peer;

import io.sirsi.bench.harness.Submitters;
import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;
import io.sirsi.bench.harness.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.simpl.RAMJobStore;
import org.quartz.simpl.SimpleThreadPool;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/**
 * Quartz with ten threads that takes up to ten triggers at once. In memory each trigger has a job
 * of its own, as many triggers of one job are far slower there; in a database they share one.
 * Counts a task as ended when its body is.
 */
public final class Quartz implements TaskContender {

    /** How many tasks a submitting thread takes over at once; it schedules them one by one. */
    private static final int BATCH = 10;

    private static final String NAME = "bench";
    private static final String TALLY = "tally";
    private static final String PLACE = "place";

    private final @Nullable Database database;
    private final Tally tally = new Tally();
    private @Nullable Scheduler scheduler;
    private @Nullable JobDetail shared;
    private final Submitters submitters = new Submitters(BATCH, this::send);
    private final AtomicLong submitted = new AtomicLong();

    private Quartz(@Nullable Database database) {
        this.database = database;
    }

    /** {@return one that keeps its tasks in memory} */
    public static Quartz inMemory() {
        return new Quartz(null);
    }

    /** {@return one that keeps its tasks in a database} */
    public static Quartz on(Database database) {
        return new Quartz(database);
    }

    @Override
    public String id() {
        return database == null ? "quartz-ram" : "quartz-" + database.id();
    }

    @Override
    public String durability() {
        return database == null
                ? "none; RAMJobStore, 10 threads, one job a trigger, priorities"
                : database.durability()
                        + "; 10 threads, one task a commit by "
                        + Submitters.THREADS
                        + " threads";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void start() throws UnavailableException, IOException, SQLException, SchedulerException {
        Properties settings = new Properties();
        settings.setProperty(StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME, id());
        settings.setProperty(
                StdSchedulerFactory.PROP_THREAD_POOL_CLASS, SimpleThreadPool.class.getName());
        settings.setProperty("org.quartz.threadPool.threadCount", "10");
        settings.setProperty(StdSchedulerFactory.PROP_SCHED_MAX_BATCH_SIZE, "10");
        if (database == null) {
            settings.setProperty(
                    StdSchedulerFactory.PROP_JOB_STORE_CLASS, RAMJobStore.class.getName());
        } else {
            DataSource source = database.open();
            createTables(source);
            DBConnectionManager.getInstance().addConnectionProvider(NAME, new Connections(source));
            settings.setProperty(
                    StdSchedulerFactory.PROP_JOB_STORE_CLASS, JobStoreTX.class.getName());
            settings.setProperty("org.quartz.jobStore.dataSource", NAME);
            settings.setProperty("org.quartz.jobStore.acquireTriggersWithinLock", "true");
        }
        Scheduler made = new StdSchedulerFactory(settings).getScheduler();
        made.getContext().put(TALLY, tally);
        scheduler = made;
        if (database != null) {
            JobDetail job = JobBuilder.newJob(Body.class).withIdentity(NAME).storeDurably().build();
            made.addJob(job, true);
            shared = job;
            submitters.start();
        }
        made.start();
    }

    private static void createTables(DataSource source) throws IOException, SQLException {
        try (InputStream script = JobStoreTX.class.getResourceAsStream("tables_h2.sql")) {
            if (script == null) {
                throw new IOException("Quartz came without its tables");
            }
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(text);
            }
        }
    }

    @Override
    public void submit(int priority, int place) throws Exception {
        if (database == null) {
            schedule(priority, place);
        } else {
            submitters.add(priority, place);
        }
    }

    @Override
    public void flush() throws Exception {
        if (database != null) {
            submitters.flush();
        }
    }

    private void send(int thread, Submitters.Batch batch) throws SchedulerException {
        for (int i = 0; i < batch.size(); i++) {
            schedule(batch.priority(i), batch.place(i));
        }
    }

    private void schedule(int priority, int place) throws SchedulerException {
        Scheduler running = scheduler;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        String name = Long.toString(submitted.getAndIncrement());
        TriggerBuilder<Trigger> trigger =
                TriggerBuilder.newTrigger()
                        .withIdentity(name)
                        .withPriority(priority)
                        .usingJobData(PLACE, Integer.toString(place))
                        .startNow();
        JobDetail job = shared;
        if (job == null) {
            running.scheduleJob(
                    JobBuilder.newJob(Body.class).withIdentity(name).build(), trigger.build());
        } else {
            running.scheduleJob(trigger.forJob(job).build());
        }
    }

    @Override
    public void close() {
        submitters.close();
        Scheduler running = scheduler;
        try {
            if (running != null) {
                running.shutdown(true);
            }
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not stop", e);
        } finally {
            scheduler = null;
            shared = null;
            if (database != null) {
                database.close();
            }
        }
    }

    /** What Quartz runs; it makes a new one each time. */
    public static final class Body implements Job {
        @Override
        public void execute(JobExecutionContext context) throws JobExecutionException {
            try {
                Tally tally =
                        (Tally)
                                Objects.requireNonNull(
                                        context.getScheduler().getContext().get(TALLY));
                tally.run(Integer.parseInt(context.getTrigger().getJobDataMap().getString(PLACE)));
                tally.complete();
            } catch (SchedulerException e) {
                throw new JobExecutionException(e);
            }
        }
    }

    private record Connections(DataSource source) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return source.getConnection();
        }

        @Override
        public void shutdown() {}

        @Override
        public void initialize() {}
    }
}
