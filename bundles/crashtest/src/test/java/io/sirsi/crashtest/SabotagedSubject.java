package io.sirsi.crashtest;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.journal.internal.Disk;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.journal.internal.RealDisk;
import io.sirsi.task.Delivery;
import io.sirsi.task.Dependency;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The scheduler of the product, and between it and the world somebody who means no good. */
public final class SabotagedSubject implements Subject {

    static final String SABOTAGE = "sirsi.crashtest.sabotage";

    private static final long EPOCHLESS = (1L << 40) - 1;

    private final Sabotage sabotage = Sabotage.valueOf(System.getProperty(SABOTAGE));
    private final Map<TaskId, TaskMonitor> newest = new ConcurrentHashMap<>();

    @Override
    public Open open(Path folder, AgentRuntime agents, EventBus bus) throws IOException {
        Disk disk = new RealDisk(folder.resolve("journal").toAbsolutePath());
        if (sabotage == Sabotage.DISK_LIES) {
            disk = new DiskAround(disk, LyingFile::new);
        }
        Open honest =
                SchedulerSubject.open(
                        LocalJournals.on(disk), folder, sabotaged(agents), sabotaged(bus));
        TaskScheduler scheduler = sabotaged(honest.scheduler());
        return new Open() {
            @Override
            public TaskScheduler scheduler() {
                return scheduler;
            }

            @Override
            public void close() {
                honest.close();
            }
        };
    }

    private TaskScheduler sabotaged(TaskScheduler honest) {
        return proxy(
                TaskScheduler.class,
                honest,
                (method, arguments) -> {
                    switch (method.getName()) {
                        case "schedule" -> arguments[1] = changed((TaskSpec) arguments[1], true);
                        case "scheduleAll" -> arguments[1] = changed((TaskGraph) arguments[1]);
                        case "cancel" -> {
                            if (sabotage == Sabotage.CANCELS_ARE_LOST) {
                                return true;
                            }
                        }
                        default -> {
                            // As it is.
                        }
                    }
                    return method.invoke(honest, arguments);
                });
    }

    private TaskSpec changed(TaskSpec spec, boolean dependencies) {
        RetryPolicy retry = spec.retry();
        if (sabotage == Sabotage.ONE_TRY_MORE) {
            retry =
                    new RetryPolicy(
                            retry.attempts() + 1,
                            retry.firstDelay(),
                            retry.maxDelay(),
                            retry.backoff());
        }
        TaskSpec changed =
                TaskSpec.of(spec.type())
                        .priority(spec.priority())
                        .timeout(spec.timeout())
                        .input(spec.input())
                        .retry(retry)
                        .delay(
                                sabotage == Sabotage.DELAYS_ARE_DROPPED
                                        ? Duration.ZERO
                                        : spec.delay())
                        .delivery(delivery(spec));
        for (Map.Entry<String, String> label : spec.labels().entrySet()) {
            changed = changed.label(label.getKey(), label.getValue());
        }
        if (spec.heartbeatTimeout().isPresent()) {
            changed = changed.heartbeatTimeout(spec.heartbeatTimeout().get());
        }
        if (spec.idempotencyKey().isPresent() && sabotage != Sabotage.KEYS_ARE_DROPPED) {
            changed = changed.idempotencyKey(spec.idempotencyKey().get());
        }
        if (dependencies && sabotage != Sabotage.PARENTS_ARE_DROPPED) {
            for (Dependency before : spec.dependencies()) {
                changed = changed.after(before);
            }
        }
        return changed;
    }

    private Delivery delivery(TaskSpec spec) {
        return switch (sabotage) {
            case NOTHING_IS_WRITTEN -> Delivery.VOLATILE;
            case AT_MOST_ONCE_IS_DROPPED -> Delivery.AT_LEAST_ONCE;
            default -> spec.delivery();
        };
    }

    private TaskGraph changed(TaskGraph graph) {
        TaskGraph changed = new TaskGraph();
        for (int i = 0; i < graph.size(); i++) {
            TaskGraph.Node node = graph.node(i);
            changed.add(
                    new TaskGraph.Node(
                            node.name(),
                            changed(node.spec(), true),
                            sabotage == Sabotage.PARENTS_ARE_DROPPED ? Map.of() : node.after()));
        }
        return changed;
    }

    private EventBus sabotaged(EventBus honest) {
        return proxy(
                EventBus.class,
                honest,
                (method, arguments) -> {
                    if (sabotage == Sabotage.ENDS_ARE_TOLD_TWICE
                            && method.getName().equals("publish")
                            && arguments[0] instanceof TaskFinished) {
                        honest.publish((Event) arguments[0]);
                    }
                    return method.invoke(honest, arguments);
                });
    }

    private AgentRuntime sabotaged(AgentRuntime honest) {
        return proxy(
                AgentRuntime.class,
                honest,
                (method, arguments) -> {
                    if (method.getName().equals("tryExecute")) {
                        arguments[1] = sabotaged((TaskAssignment) arguments[1]);
                    }
                    return method.invoke(honest, arguments);
                });
    }

    private TaskAssignment sabotaged(TaskAssignment honest) {
        newest.put(honest.task(), honest.monitor());
        return proxy(
                TaskAssignment.class,
                honest,
                (method, arguments) -> {
                    if (sabotage == Sabotage.FENCES_BEGIN_ANEW
                            && method.getName().equals("fence")) {
                        return honest.fence() & EPOCHLESS;
                    }
                    if (sabotage == Sabotage.ZOMBIES_ARE_BELIEVED
                            && method.getName().equals("monitor")) {
                        return believing(honest);
                    }
                    return method.invoke(honest, arguments);
                });
    }

    /** Tells an end to whoever listens for the task now, with whatever fence it came. */
    private TaskMonitor believing(TaskAssignment honest) {
        return proxy(
                TaskMonitor.class,
                honest.monitor(),
                (method, arguments) -> {
                    if (method.getName().equals("ended")) {
                        newest.get(honest.task()).ended((TaskOutcome) arguments[0]);
                        return null;
                    }
                    return method.invoke(honest.monitor(), arguments);
                });
    }

    /** What a call is changed into. */
    private interface Deed {
        Object of(Method method, Object[] arguments)
                throws IllegalAccessException, InvocationTargetException;
    }

    private static <T> T proxy(Class<T> type, T honest, Deed deed) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> {
                            try {
                                return method.getDeclaringClass() == Object.class
                                        ? method.invoke(honest, arguments)
                                        : deed.of(method, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    /** Keeps what is written in this process for a while, and says that it is on the disk. */
    private static final class LyingFile extends DiskAround.FileAround {
        private static final long WHILE_MS = 60;
        private static final ScheduledExecutorService LATER =
                Executors.newSingleThreadScheduledExecutor(
                        work -> {
                            Thread thread = new Thread(work, "lying-disk");
                            thread.setDaemon(true);
                            return thread;
                        });

        private record Write(ByteBuffer bytes, long at) {}

        private final List<Write> kept = new ArrayList<>();

        LyingFile(Disk.File below) {
            super(below);
        }

        @Override
        public synchronized void write(byte[] from, int offset, int length, long at)
                throws IOException {
            byte[] bytes = new byte[length];
            System.arraycopy(from, offset, bytes, 0, length);
            keep(bytes, at);
        }

        @Override
        public synchronized void write(ByteBuffer from, long at) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            keep(bytes, at);
        }

        private void keep(byte[] bytes, long at) {
            kept.add(new Write(ByteBuffer.wrap(bytes), at));
            var unused = LATER.schedule(this::flushLater, WHILE_MS, TimeUnit.MILLISECONDS);
        }

        private void flushLater() {
            try {
                flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private synchronized void flush() throws IOException {
            for (Write write : kept) {
                below.write(write.bytes(), write.at());
            }
            kept.clear();
        }

        @Override
        public void force() {}

        @Override
        public synchronized long size() throws IOException {
            flush();
            return below.size();
        }

        @Override
        public synchronized void resize(long size) throws IOException {
            flush();
            below.resize(size);
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length, long at)
                throws IOException {
            flush();
            return below.read(into, offset, length, at);
        }

        @Override
        public synchronized void sync() throws IOException {
            flush();
            below.sync();
        }

        @Override
        public synchronized void close() throws IOException {
            flush();
            below.close();
        }
    }
}
