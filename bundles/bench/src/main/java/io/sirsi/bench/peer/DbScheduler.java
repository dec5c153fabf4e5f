package io.sirsi.bench.peer;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.sirsi.bench.harness.Submitters;
import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;
import io.sirsi.bench.harness.UnavailableException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * db-scheduler on a database, ten threads; a hundred tasks a transaction, or one. It counts a task
 * as ended when its row is gone.
 */
public final class DbScheduler implements TaskContender {

    private static final int BATCH = 100;

    private final Database database;
    private final boolean batched;
    private final Tally tally = new Tally();
    private final Submitters submitters = new Submitters(BATCH, this::send);
    private final AtomicLong submitted = new AtomicLong();
    private @Nullable Scheduler scheduler;
    private @Nullable OneTimeTask<Integer> task;

    private DbScheduler(Database database, boolean batched) {
        this.database = database;
        this.batched = batched;
    }

    /** {@return one that submits a hundred at a time} */
    public static DbScheduler batched(Database database) {
        return new DbScheduler(database, true);
    }

    /** {@return one that submits each task in a transaction of its own} */
    public static DbScheduler single(Database database) {
        return new DbScheduler(database, false);
    }

    @Override
    public String id() {
        return "db-scheduler-" + database.id();
    }

    @Override
    public String durability() {
        return database.durability()
                + (batched
                        ? "; submitted " + BATCH + " a commit by " + Submitters.THREADS + " threads"
                        : "; one task a commit")
                + "; 10 threads";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void start() throws UnavailableException, IOException, SQLException {
        DataSource source = database.open();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "create table scheduled_tasks (task_name varchar(100) not null, task_instance"
                            + " varchar(100) not null, task_data "
                            + database.bytesType()
                            + ", execution_time timestamp with time zone not null, picked boolean"
                            + " not null, picked_by varchar(100), last_success timestamp with time"
                            + " zone, last_failure timestamp with time zone, consecutive_failures"
                            + " int, last_heartbeat timestamp with time zone, version bigint not"
                            + " null, priority smallint, state varchar(20), primary key (task_name,"
                            + " task_instance))");
            statement.execute("create index due on scheduled_tasks (execution_time)");
            statement.execute("create index beats on scheduled_tasks (last_heartbeat)");
            statement.execute(
                    "create index urgent on scheduled_tasks (priority desc, execution_time asc)");
        }
        OneTimeTask<Integer> body =
                Tasks.oneTime("bench", Integer.class)
                        .execute((instance, context) -> tally.run(instance.getData()));
        SchedulerBuilder builder = Scheduler.create(source, body);
        if (database.locksWhatItSelects()) {
            builder.pollUsingLockAndFetch(4.0, 20.0);
        }
        Scheduler started =
                builder.schedulerName(new SchedulerName.Fixed("bench"))
                        .threads(10)
                        .pollingInterval(Duration.ofMillis(100))
                        .enableImmediateExecution()
                        .enablePriority()
                        .addSchedulerListener(
                                new AbstractSchedulerListener() {
                                    @Override
                                    public void onExecutionComplete(ExecutionComplete completed) {
                                        tally.complete();
                                    }
                                })
                        .build();
        started.start();
        scheduler = started;
        task = body;
        if (batched) {
            submitters.start();
        }
    }

    @Override
    public void submit(int priority, int place) throws Exception {
        if (batched) {
            submitters.add(priority, place);
        } else {
            running().schedule(instance(priority, place), Instant.now());
        }
    }

    @Override
    public void flush() throws Exception {
        if (batched) {
            submitters.flush();
        }
    }

    private void send(int thread, Submitters.Batch batch) {
        List<TaskInstance<?>> instances = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            instances.add(instance(batch.priority(i), batch.place(i)));
        }
        running().scheduleBatch(instances, Instant.now());
    }

    private TaskInstance<Integer> instance(int priority, int place) {
        OneTimeTask<Integer> body = task;
        if (body == null) {
            throw new IllegalStateException("not started");
        }
        return body.instanceBuilder(Long.toString(submitted.getAndIncrement()))
                .data(place)
                .priority(priority)
                .build();
    }

    private Scheduler running() {
        Scheduler started = scheduler;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @Override
    public void close() {
        submitters.close();
        Scheduler running = scheduler;
        if (running != null) {
            running.stop();
        }
        scheduler = null;
        database.close();
    }
}
