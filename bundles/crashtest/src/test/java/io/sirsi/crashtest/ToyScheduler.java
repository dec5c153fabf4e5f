package io.sirsi.crashtest;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.TaskExecution;
import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.FailPoint;
import io.sirsi.session.SessionId;
import io.sirsi.task.Delivery;
import io.sirsi.task.Dependency;
import io.sirsi.task.Explanation;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A scheduler that is honest and slow: one lock, one file of lines, one force for each submission.
 * The crash test is tried on it, with and without a {@link Bug}.
 */
final class ToyScheduler implements TaskScheduler, Subject.Open {

    private static final int PLACES = 8;

    private final class Entry {
        final TaskId id;
        final TaskSpec spec;
        final Instant submittedAt;
        final long due;
        TaskState state = new TaskState.Ready(Instant.now());
        int attempt;
        int failures;
        long fence;
        long retryAt;
        boolean running;
        boolean cancelled;
        AgentId agent = new AgentId("none");
        TaskExecution execution;

        Entry(TaskId id, TaskSpec spec, Instant submittedAt, long due) {
            this.id = id;
            this.spec = spec;
            this.submittedAt = submittedAt;
            this.due = due;
        }

        TaskSnapshot snapshot() {
            return new TaskSnapshot(id, Victim.SESSION, spec, shown(), submittedAt);
        }

        private TaskState shown() {
            if (state.isFinal()) {
                return state;
            }
            if (running) {
                return new TaskState.Running(agent, attempt, fence, submittedAt);
            }
            if (attempt == 0 && !parentsDone(this)) {
                return new TaskState.Blocked(java.util.Set.of());
            }
            return new TaskState.Ready(submittedAt);
        }
    }

    private final Bug bug;
    private final AgentRuntime agents;
    private final EventBus bus;
    private final FileChannel log;
    private final Map<TaskId, Entry> entries = new LinkedHashMap<>();
    private final Map<String, TaskId> keys = new HashMap<>();
    private final Map<AgentId, Integer> busy = new HashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "toy-timer");
                        thread.setDaemon(true);
                        return thread;
                    });
    private long epoch;
    private long starts;
    private int submissions;
    private int ends;

    ToyScheduler(Path folder, AgentRuntime agents, EventBus bus, Bug bug) throws IOException {
        this.agents = agents;
        this.bus = bus;
        this.bug = bug;
        Files.createDirectories(folder);
        Path file = folder.resolve("toy.log");
        if (Files.exists(file)) {
            String text = Files.readString(file);
            int whole = text.lastIndexOf('\n') + 1;
            text.substring(0, whole).lines().map(Line::parse).forEach(this::replay);
            try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
                cut.truncate(text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length);
            }
        }
        log =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND);
        epoch++;
        write(true, Line.of("open"));
        synchronized (this) {
            recover();
        }
        var unused = timer.scheduleWithFixedDelay(this::pump, 1, 1, TimeUnit.MILLISECONDS);
    }

    private void replay(Line line) {
        if (line.is("open")) {
            epoch++;
            return;
        }
        if (line.is("submit")) {
            entry(line);
            return;
        }
        Entry entry = entries.get(new TaskId(line.text("task")));
        if (entry == null) {
            return;
        }
        switch (line.event()) {
            case "start" -> {
                entry.running = true;
                entry.attempt = (int) line.number("attempt");
                entry.fence = line.number("fence");
            }
            case "retry" -> {
                entry.running = false;
                entry.failures++;
                entry.retryAt = line.number("at");
            }
            case "cancel" -> entry.cancelled = true;
            case "end" -> {
                entry.running = false;
                Instant at = Instant.parse(line.text("at"));
                entry.state =
                        switch (line.text("state")) {
                            case "Succeeded" ->
                                    new TaskState.Succeeded(
                                            at, new Payload(Payload.FIELDS, line.text("output")));
                            case "Cancelled" -> new TaskState.Cancelled(at, "");
                            case "Unknown" -> new TaskState.Unknown(at, "");
                            default ->
                                    new TaskState.Failed(at, AgentFailure.unreachable("the sink"));
                        };
            }
            default -> throw new IllegalStateException(line.toString());
        }
    }

    private void recover() {
        if (bug == Bug.FORGETS_KEYS_IN_A_CRASH) {
            keys.clear();
        }
        for (Entry entry : List.copyOf(entries.values())) {
            if (entry.state.isFinal()) {
                continue;
            }
            if (bug == Bug.FORGETS_ATTEMPTS_IN_A_CRASH) {
                entry.attempt = 0;
            }
            if (entry.running && entry.spec.delivery() == Delivery.AT_MOST_ONCE) {
                entry.running = false;
                if (bug != Bug.RUNS_AT_MOST_ONCE_AGAIN) {
                    end(entry, new TaskState.Unknown(Instant.now(), "it ran when the node died"));
                }
                continue;
            }
            entry.running = false;
            if (entry.cancelled) {
                end(entry, new TaskState.Cancelled(Instant.now(), "cancelled"));
            }
        }
    }

    private Entry entry(Line line) {
        TaskSpec spec =
                TaskSpec.of(EffectAgents.TASK_TYPE)
                        .priority(Priority.valueOf(line.text("priority")))
                        .retry(
                                new RetryPolicy(
                                        (int) line.number("attempts"),
                                        Duration.ofMillis(line.number("retry")),
                                        Duration.ofMillis(line.number("retry")),
                                        RetryPolicy.Backoff.FIXED))
                        .timeout(Duration.ofMillis(line.number("timeout")))
                        .delay(Duration.ofMillis(line.number("delay")))
                        .delivery(Delivery.valueOf(line.text("delivery")))
                        .input(new Payload(Payload.FIELDS, line.text("input")));
        for (String parent : line.text("parents").split(" ", -1)) {
            if (!parent.isEmpty()) {
                spec = spec.after(new TaskId(parent));
            }
        }
        if (line.has("heartbeat")) {
            spec = spec.heartbeatTimeout(Duration.ofMillis(line.number("heartbeat")));
        }
        if (line.has("graph")) {
            spec = spec.label("graph", line.text("graph"));
        }
        TaskId id = new TaskId(line.text("task"));
        if (line.has("key")) {
            spec = spec.idempotencyKey(line.text("key"));
            keys.put(line.text("key"), id);
        }
        Entry entry =
                new Entry(id, spec, Instant.parse(line.text("submitted")), line.number("due"));
        entries.put(id, entry);
        return entry;
    }

    private Line line(TaskId id, TaskSpec spec) {
        long delay = spec.delay().toNanos();
        if (bug == Bug.FIRES_A_TIMER_EARLY) {
            delay /= 2;
        }
        Line line =
                Line.of("submit")
                        .with("task", id.value())
                        .with("submitted", Instant.now().toString())
                        .with("due", System.nanoTime() + delay)
                        .with("priority", spec.priority().name())
                        .with("attempts", spec.retry().attempts())
                        .with("retry", spec.retry().firstDelay().toMillis())
                        .with("timeout", spec.timeout().toMillis())
                        .with("delay", spec.delay().toMillis())
                        .with("delivery", spec.delivery().name())
                        .with("input", spec.input().text())
                        .with(
                                "parents",
                                String.join(
                                        " ",
                                        spec.dependencies().stream()
                                                .map(before -> before.task().value())
                                                .toList()));
        spec.heartbeatTimeout().ifPresent(most -> line.with("heartbeat", most.toMillis()));
        spec.idempotencyKey().ifPresent(key -> line.with("key", key));
        if (spec.labels().containsKey("graph")) {
            line.with("graph", spec.labels().get("graph"));
        }
        return line;
    }

    private void write(boolean force, Line... lines) {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            text.append(line).append('\n');
        }
        try {
            FailPoint.reach("K1-appended-not-written");
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                log.write(bytes);
            }
            FailPoint.reach("K2-written-not-forced");
            if (force) {
                log.force(false);
                FailPoint.reach("K3-forced-not-told");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized TaskId schedule(SessionId session, TaskSpec spec) {
        TaskId earlier = spec.idempotencyKey().map(keys::get).orElse(null);
        if (earlier != null) {
            return earlier;
        }
        for (Dependency before : spec.dependencies()) {
            if (!entries.containsKey(before.task())) {
                throw RefusedException.notFound("There is no task " + before.task() + ".");
            }
        }
        TaskId id = draw();
        Line line = line(id, spec);
        submissions++;
        if (bug == Bug.ACKNOWLEDGES_BEFORE_THE_WRITE) {
            var unused =
                    timer.schedule(
                            () -> {
                                synchronized (this) {
                                    write(true, line);
                                }
                            },
                            30,
                            TimeUnit.MILLISECONDS);
        } else if (bug != Bug.DROPS_A_RECORD || submissions % 10 != 0) {
            write(true, line);
        }
        entry(line);
        FailPoint.reach("K4-acknowledged-not-dispatched");
        return id;
    }

    private static TaskId draw() {
        UUID bits = UUID.randomUUID();
        return TaskId.of(bits.getMostSignificantBits(), bits.getLeastSignificantBits());
    }

    @Override
    public synchronized List<TaskId> scheduleAll(SessionId session, TaskGraph graph) {
        List<TaskId> ids = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < graph.size(); i++) {
            TaskSpec spec = graph.spec(i);
            TaskId earlier = spec.idempotencyKey().map(keys::get).orElse(null);
            if (earlier != null) {
                ids.add(earlier);
                continue;
            }
            TaskId id = draw();
            ids.add(id);
            TaskGraph.Node node = graph.node(i);
            if (node != null) {
                for (String parent : node.after().keySet()) {
                    spec = spec.after(ids.get(graph.place(parent)));
                }
            }
            lines.add(line(id, spec));
        }
        if (bug == Bug.TEARS_A_GRAPH) {
            for (Line line : lines) {
                write(true, line);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        } else if (!lines.isEmpty()) {
            write(true, lines.toArray(Line[]::new));
        }
        lines.forEach(this::entry);
        return ids;
    }

    private synchronized void pump() {
        for (Entry entry : List.copyOf(entries.values())) {
            if (!entry.state.isFinal() && parentFailed(entry)) {
                end(entry, new TaskState.Cancelled(Instant.now(), "a parent did not succeed"));
            }
        }
        List<Entry> ready =
                entries.values().stream()
                        .filter(this::mayStart)
                        .sorted(
                                Comparator.comparing(
                                        (Entry entry) -> entry.spec.priority(),
                                        Comparator.reverseOrder()))
                        .toList();
        for (Entry entry : ready) {
            if (!start(entry)) {
                return;
            }
        }
    }

    private boolean mayStart(Entry entry) {
        long now = System.nanoTime();
        return !entry.state.isFinal()
                && !entry.running
                && now >= entry.due
                && now >= entry.retryAt
                && parentsDone(entry);
    }

    private boolean parentsDone(Entry entry) {
        return entry.spec.dependencies().stream()
                .map(before -> entries.get(before.task()))
                .allMatch(
                        parent ->
                                parent.state instanceof TaskState.Succeeded
                                        || (bug == Bug.STARTS_A_CHILD_BEFORE_ITS_PARENT_ENDS
                                                && parent.running));
    }

    private boolean parentFailed(Entry entry) {
        return entry.spec.dependencies().stream()
                .map(before -> entries.get(before.task()).state)
                .anyMatch(parent -> parent.isFinal() && !(parent instanceof TaskState.Succeeded));
    }

    private boolean start(Entry entry) {
        Optional<AgentId> free =
                agents.list().stream()
                        .map(agent -> agent.id())
                        .filter(agent -> busy.getOrDefault(agent, 0) < PLACES)
                        .findFirst();
        if (free.isEmpty()) {
            return false;
        }
        entry.running = true;
        entry.attempt++;
        entry.agent = free.get();
        starts++;
        entry.fence = bug == Bug.REUSES_FENCES_AFTER_A_CRASH ? starts : (epoch << 40) | starts;
        write(
                entry.spec.delivery() == Delivery.AT_MOST_ONCE,
                Line.of("start")
                        .with("task", entry.id.value())
                        .with("attempt", entry.attempt)
                        .with("fence", entry.fence));
        FailPoint.reach("K5-start-recorded-not-handed-over");
        busy.merge(entry.agent, 1, Integer::sum);
        Attempt attempt = new Attempt(entry);
        entry.execution = agents.tryExecute(entry.agent, attempt).orElseThrow();
        TaskExecution execution = entry.execution;
        var unused =
                timer.schedule(
                        () ->
                                execution.abandon(
                                        new TaskOutcome.Failed(
                                                entry.spec.timeout(),
                                                AgentFailure.of(
                                                        AgentFailure.Code.TIMED_OUT, "too slow"))),
                        entry.attempt == 1
                                ? entry.spec
                                        .heartbeatTimeout()
                                        .orElse(entry.spec.timeout())
                                        .toMillis()
                                : entry.spec.timeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        return true;
    }

    private synchronized void ended(Attempt attempt, TaskOutcome outcome) {
        Entry entry = attempt.entry;
        if (!attempt.over) {
            attempt.over = true;
            busy.merge(attempt.agent, -1, Integer::sum);
        }
        boolean stale = !entry.running || entry.fence != attempt.fence;
        if (entry.state.isFinal() || (stale && bug != Bug.ACCEPTS_A_STALE_FENCE)) {
            return;
        }
        if (attempt.execution() != null) {
            attempt.execution().release();
        }
        boolean pretend =
                bug == Bug.CALLS_A_FAILURE_SUCCESS && outcome instanceof TaskOutcome.Failed;
        if (outcome instanceof TaskOutcome.Succeeded succeeded) {
            end(entry, new TaskState.Succeeded(Instant.now(), succeeded.output()));
        } else if (pretend) {
            Payload output = Payload.fields(Map.of("fence", Long.toString(entry.fence)));
            end(entry, new TaskState.Succeeded(Instant.now(), output));
        } else if (entry.cancelled) {
            end(entry, new TaskState.Cancelled(Instant.now(), "cancelled"));
        } else {
            fail(entry);
        }
    }

    private void fail(Entry entry) {
        entry.failures++;
        int allowed = entry.spec.retry().attempts();
        if (bug == Bug.TRIES_TOO_OFTEN) {
            allowed++;
        }
        if (bug == Bug.GIVES_UP_WITHOUT_REASON) {
            allowed--;
        }
        if (entry.failures >= allowed) {
            end(entry, new TaskState.Failed(Instant.now(), AgentFailure.unreachable("the sink")));
            return;
        }
        entry.running = false;
        long delay = entry.spec.retry().firstDelay().toNanos();
        entry.retryAt = System.nanoTime() + (bug == Bug.RETRIES_AT_ONCE ? 0 : delay);
        FailPoint.reach("K10-retry-scheduling");
        write(false, Line.of("retry").with("task", entry.id.value()).with("at", entry.retryAt));
    }

    private void end(Entry entry, TaskState state) {
        entry.running = false;
        entry.state = state;
        ends++;
        String output =
                state instanceof TaskState.Succeeded succeeded ? succeeded.output().text() : "";
        if (bug != Bug.FORGETS_AN_END_IN_A_CRASH || ends % 5 != 0) {
            write(
                    false,
                    Line.of("end")
                            .with("task", entry.id.value())
                            .with("state", state.name())
                            .with("at", ((TaskState.Ended) state).at().toString())
                            .with("output", output));
        }
        FailPoint.reach("K9-end-recorded-not-released");
        tell(entry);
        if (bug == Bug.ENDS_TWICE && ends % 20 == 0) {
            tell(entry);
        }
        FailPoint.reach("K11-children-release");
    }

    private void tell(Entry entry) {
        bus.publish(new TaskFinished(entry.snapshot(), Duration.ZERO, Instant.now()));
    }

    @Override
    public synchronized boolean cancel(TaskId task, String reason) {
        Entry entry = entries.get(task);
        if (entry == null || entry.state.isFinal()) {
            return false;
        }
        if (bug == Bug.LOSES_A_CANCEL) {
            return true;
        }
        entry.cancelled = true;
        if (bug != Bug.FORGETS_A_CANCEL_IN_A_CRASH) {
            write(true, Line.of("cancel").with("task", task.value()));
        }
        if (!entry.running) {
            if (bug == Bug.FORGETS_A_CANCEL_IN_A_CRASH) {
                entry.state = new TaskState.Cancelled(Instant.now(), reason);
                tell(entry);
            } else {
                end(entry, new TaskState.Cancelled(Instant.now(), reason));
            }
        } else {
            entry.execution.cancel();
        }
        return true;
    }

    @Override
    public synchronized Optional<TaskSnapshot> find(TaskId task) {
        return Optional.ofNullable(entries.get(task)).map(Entry::snapshot);
    }

    @Override
    public synchronized List<TaskSnapshot> list(TaskQuery query) {
        return entries.values().stream()
                .filter(
                        entry ->
                                entry.spec
                                        .labels()
                                        .entrySet()
                                        .containsAll(query.labels().entrySet()))
                .map(Entry::snapshot)
                .toList();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    @Override
    public TaskScheduler scheduler() {
        return this;
    }

    @Override
    public int cancelAll(SessionId session, String reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pause(SessionId session, boolean paused) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean pauseTask(TaskId task, String by) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean resumeTask(TaskId task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pauseAll(String by) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resumeAll() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void weigh(SessionId session, int weight) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Explanation> explain(TaskId task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SchedulerStats stats() {
        throw new UnsupportedOperationException();
    }

    /** One attempt, as the agent sees it. */
    private final class Attempt implements TaskAssignment, TaskMonitor {
        private final Entry entry;
        private final AgentId agent;
        private final int number;
        private final long fence;
        private boolean over;

        Attempt(Entry entry) {
            this.entry = entry;
            this.agent = entry.agent;
            this.number = entry.attempt;
            this.fence = entry.fence;
        }

        TaskExecution execution() {
            return entry.execution;
        }

        @Override
        public TaskId task() {
            return entry.id;
        }

        @Override
        public TaskSpec spec() {
            return entry.spec;
        }

        @Override
        public int attempt() {
            return number;
        }

        @Override
        public long fence() {
            return fence;
        }

        @Override
        public Duration timeout() {
            return entry.spec.timeout();
        }

        @Override
        public TaskMonitor monitor() {
            return this;
        }

        @Override
        public void progress(long done, long total, String note) {}

        @Override
        public void heartbeat(String resumeToken) {}

        @Override
        public Optional<String> resumeToken() {
            return Optional.empty();
        }

        @Override
        public void log(String line) {}

        @Override
        public TaskId submit(TaskSpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Payload> outputOf(TaskId dependency) {
            return Optional.empty();
        }

        @Override
        public void ended(TaskOutcome outcome) {
            ToyScheduler.this.ended(this, outcome);
        }
    }
}
