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
import io.sirsi.id.RandomIds;
import io.sirsi.session.SessionId;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scheduler of this node: a {@link TaskEngine}, and the one thread that makes its turns. */
@Component(name = "io.sirsi.scheduler", service = TaskScheduler.class, immediate = true)
@Designate(ocd = DefaultTaskScheduler.Config.class)
public final class DefaultTaskScheduler implements TaskScheduler {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultTaskScheduler.class);

    /** How long the thread rests after a turn that failed, so that it does not spin. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How long the end waits for a turn that is being made. */
    private static final long JOIN_MILLIS = 2_000;

    /** Limits for the tasks of this node; all times in milliseconds. */
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
        int maxUnfinished() default 200_000;

        /** {@return how many ended tasks are remembered, 0 to 10,000,000} */
        @AttributeDefinition(
                name = "History limit",
                description = "How many ended tasks are remembered.")
        int historyLimit() default 50_000;
    }

    private final TaskEngine engine;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Thread thread;

    private final ReentrantLock sleepLock = new ReentrantLock();
    private final Condition woken = sleepLock.newCondition();
    private boolean awake;
    private boolean stopping;

    /**
     * Makes the scheduler for the node.
     *
     * @param agents who runs tasks
     * @param bus where its facts go, and where it hears of agents
     * @param config its limits
     */
    @Activate
    public DefaultTaskScheduler(
            @Reference AgentRuntime agents, @Reference EventBus bus, Config config) {
        this(
                agents,
                bus,
                SchedulerSettings.of(config),
                new TaskEngine.World(
                        Clock.systemUTC(),
                        System::nanoTime,
                        new SecureRandom(),
                        new RandomIds(new SecureRandom())));
    }

    DefaultTaskScheduler(
            AgentRuntime agents, EventBus bus, SchedulerSettings settings, TaskEngine.World world) {
        this.engine =
                new TaskEngine(
                        agents,
                        bus,
                        new InMemoryTaskStore(settings.historyLimit()),
                        settings,
                        world,
                        this::wakeUp);
        listen(bus, AgentSpawned.class);
        listen(bus, AgentTypeAppeared.class);
        listen(bus, AgentTypeDisappeared.class);
        subscriptions.add(
                bus.subscribe(
                        AgentStateChanged.class,
                        SubscriberOptions.sync("scheduler"),
                        event -> {
                            if (!event.agent().state().takesTasks()) {
                                engine.agentsChanged();
                            }
                        }));
        this.thread = new Thread(null, this::loop, "sirsi-scheduler", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(DefaultTaskScheduler.class.getClassLoader());
    }

    private <E extends Event> void listen(EventBus bus, Class<E> type) {
        subscriptions.add(
                bus.subscribe(
                        type,
                        SubscriberOptions.sync("scheduler"),
                        event -> engine.agentsChanged()));
    }

    /** Begins to make turns. */
    @Activate
    void start() {
        thread.start();
    }

    /** Ends the thread, then all tasks, within the limits. */
    @Deactivate
    void stop() {
        subscriptions.forEach(Subscription::close);
        sleepLock.lock();
        try {
            stopping = true;
            woken.signalAll();
        } finally {
            sleepLock.unlock();
        }
        try {
            thread.join(JOIN_MILLIS);
            if (thread.isAlive()) {
                LOG.error("the turn of the scheduler that is being made does not end");
                thread.interrupt();
            }
        } catch (InterruptedException hurry) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        engine.close();
    }

    private void loop() {
        while (true) {
            long wait;
            try {
                wait = engine.runDue();
            } catch (RuntimeException | Error bug) {
                LOG.error("a turn of the scheduler failed; the next follows", bug);
                wait = REST_NANOS;
            }
            if (!sleep(wait)) {
                return;
            }
        }
    }

    /** {@return whether another turn follows} */
    private boolean sleep(long nanos) {
        sleepLock.lock();
        try {
            long left = nanos;
            while (!awake && !stopping && left > 0) {
                left = woken.awaitNanos(left);
            }
            awake = false;
            return !stopping;
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            sleepLock.unlock();
        }
    }

    private void wakeUp() {
        sleepLock.lock();
        try {
            awake = true;
            woken.signal();
        } finally {
            sleepLock.unlock();
        }
    }

    @Override
    public TaskId schedule(SessionId session, TaskSpec spec) {
        return engine.schedule(session, spec);
    }

    @Override
    public List<TaskId> scheduleAll(SessionId session, TaskGraph graph) {
        return engine.scheduleAll(session, graph);
    }

    @Override
    public Optional<TaskSnapshot> find(TaskId task) {
        return engine.find(task);
    }

    @Override
    public List<TaskSnapshot> list(TaskQuery query) {
        return engine.list(query);
    }

    @Override
    public boolean cancel(TaskId task, String reason) {
        return engine.cancel(task, reason);
    }

    @Override
    public int cancelAll(SessionId session, String reason) {
        return engine.cancelAll(session, reason);
    }

    @Override
    public void pause(SessionId session, boolean paused) {
        engine.pause(session, paused);
    }

    @Override
    public SchedulerStats stats() {
        return engine.stats();
    }
}
