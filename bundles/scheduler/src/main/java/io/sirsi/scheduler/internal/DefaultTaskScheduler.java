package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.agent.AgentStateChanged;
import io.sirsi.agent.AgentTypeAppeared;
import io.sirsi.agent.AgentTypeDisappeared;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.Subscription;
import io.sirsi.journal.Journals;
import io.sirsi.session.SessionId;
import io.sirsi.task.Explanation;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TasksRecovered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The scheduler of this node: a {@link TaskEngine} on the log of this node, and another one when
 * the first can not go on ({@link EngineRunner}).
 */
@Component(name = "io.sirsi.scheduler", service = TaskScheduler.class, immediate = true)
@Designate(ocd = DefaultTaskScheduler.Config.class)
public final class DefaultTaskScheduler implements TaskScheduler {

    /** Limits for the tasks of this node; each key says its unit. */
    @ObjectClassDefinition(
            name = "Sirsi Nexus scheduler",
            description = "Limits for the tasks of this node.")
    public @interface Config {

        /** {@return after how long a waiting task rises by one level, in ms, from 1} */
        @AttributeDefinition(
                name = "Aging interval (ms)",
                description = "After how long a waiting task rises by one level of priority.")
        int agingIntervalMs() default 60_000;

        /** {@return how long an agent has after each of cancel and interrupt, in ms, from 0} */
        @AttributeDefinition(
                name = "Cancel grace (ms)",
                description = "How long an agent has after each of cancel and interrupt.")
        int cancelGraceMs() default 5_000;

        /** {@return how many tasks may be unfinished, 1 to 10,000,000} */
        @AttributeDefinition(
                name = "Most unfinished tasks",
                description = "How many tasks may be unfinished; more are refused.")
        int maxUnfinished() default 2_000_000;

        /** {@return how long ended tasks are remembered on the disk, in hours, 1 to 87,600} */
        @AttributeDefinition(
                name = "History (h)",
                description = "How long ended tasks are remembered on the disk.")
        int historyKeepHours() default 168;

        /** {@return how much the history may take on the disk, in MiB, 16 to 1,048,576} */
        @AttributeDefinition(
                name = "History size (MiB)",
                description = "How much the history may take; the oldest goes first.")
        int historyMegabytes() default 4_096;

        /** {@return how many ended volatile tasks are remembered in memory, 0 to 10,000,000} */
        @AttributeDefinition(
                name = "Remembered volatile tasks",
                description = "How many ended volatile tasks are remembered, in memory.")
        int rememberedVolatile() default 10_000;

        /** {@return how often a task may run when the node goes down, 1 to 1,000} */
        @AttributeDefinition(
                name = "Quarantine after",
                description = "How often the node may go down while a task runs.")
        int quarantineAfter() default 5;

        /** {@return after how much log a snapshot is taken, in MiB, 1 to 65,536} */
        @AttributeDefinition(
                name = "Snapshot after (MiB)",
                description = "After how much log a snapshot of all tasks is taken.")
        int snapshotMegabytes() default 256;

        /** {@return the folder of the history; empty for history/ in the node's data folder} */
        @AttributeDefinition(
                name = "History folder",
                description = "Where ended tasks are kept. Empty: history/ in the data folder.")
        String historyFolder() default "";

        /** {@return rules such as {@code aws/*=concurrency:4,rate:10/s}} */
        @AttributeDefinition(
                name = "Limits",
                description = "How many tasks of a limit key run at once and start in a time.")
        String[] limits() default {};
    }

    private final EngineRunner runner;
    private final List<Subscription> subscriptions = new ArrayList<>();

    /**
     * Makes the scheduler for the node.
     *
     * @param agents who runs tasks
     * @param bus where its facts go, and where it hears of agents
     * @param journals where its log is
     * @param config its limits
     */
    @Activate
    public DefaultTaskScheduler(
            @Reference AgentRuntime agents,
            @Reference EventBus bus,
            @Reference Journals journals,
            Config config) {
        this(
                bus,
                new EngineRunner(
                        agents,
                        bus,
                        journals,
                        SchedulerSettings.of(config),
                        EngineRunner.Places.of(config, historyFolder(config))));
    }

    DefaultTaskScheduler(EventBus bus, EngineRunner runner) {
        this.runner = runner;
        listen(bus, AgentSpawned.class);
        listen(bus, AgentTypeAppeared.class);
        listen(bus, AgentTypeDisappeared.class);
        listen(bus, AgentStateChanged.class);
    }

    private static Path historyFolder(Config config) {
        if (!config.historyFolder().isBlank()) {
            return Path.of(config.historyFolder().strip()).toAbsolutePath();
        }
        String data = System.getProperty("sirsi.data", System.getProperty("karaf.data", ""));
        if (data.isBlank()) {
            throw new IllegalStateException(
                    "The history of tasks has no folder: set historyFolder in"
                            + " io.sirsi.scheduler.cfg, or the system property sirsi.data");
        }
        return Path.of(data).toAbsolutePath().resolve("history");
    }

    private <E extends Event> void listen(EventBus bus, Class<E> type) {
        subscriptions.add(
                bus.subscribe(
                        type,
                        SubscriberOptions.sync("scheduler"),
                        event -> {
                            if (!(event instanceof AgentStateChanged changed) || isNews(changed)) {
                                runner.agentsChanged();
                            }
                        }));
    }

    /** Ready and Busy alternate with the tasks that we give ourselves. */
    private static boolean isNews(AgentStateChanged changed) {
        return !changed.before().takesTasks() || !changed.agent().state().takesTasks();
    }

    /** Reads the log and begins. */
    @Activate
    void start() {
        runner.start();
    }

    /** Ends; what runs goes on, and the log keeps what waits. */
    @Deactivate
    void stop() {
        subscriptions.forEach(Subscription::close);
        runner.close();
    }

    @Override
    public TaskId schedule(SessionId session, TaskSpec spec) {
        return runner.engine().schedule(session, spec);
    }

    @Override
    public List<TaskId> scheduleAll(SessionId session, TaskGraph graph) {
        return runner.engine().scheduleAll(session, graph);
    }

    @Override
    public Optional<TaskSnapshot> find(TaskId task) {
        return runner.engine().find(task);
    }

    @Override
    public List<TaskSnapshot> list(TaskQuery query) {
        return runner.engine().list(query);
    }

    @Override
    public boolean cancel(TaskId task, String reason) {
        return runner.engine().cancel(task, reason);
    }

    @Override
    public int cancelAll(SessionId session, String reason) {
        return runner.engine().cancelAll(session, reason);
    }

    @Override
    public void pause(SessionId session, boolean paused) {
        runner.engine().pause(session, paused);
    }

    @Override
    public boolean pauseTask(TaskId task, String by) {
        return runner.engine().pauseTask(task, by);
    }

    @Override
    public boolean resumeTask(TaskId task) {
        return runner.engine().resumeTask(task);
    }

    @Override
    public void pauseAll(String by) {
        runner.engine().pauseAll(by);
    }

    @Override
    public void resumeAll() {
        runner.engine().resumeAll();
    }

    @Override
    public void weigh(SessionId session, int weight) {
        runner.engine().weigh(session, weight);
    }

    @Override
    public Optional<Explanation> explain(TaskId task) {
        return runner.engine().explain(task);
    }

    @Override
    public int unfinished(SessionId session) {
        return runner.engine().unfinished(session);
    }

    @Override
    public Set<SessionId> sessions() {
        return runner.engine().sessions();
    }

    @Override
    public Optional<TasksRecovered> recovery() {
        return runner.recovery();
    }

    @Override
    public SchedulerStats stats() {
        return runner.stats();
    }
}
