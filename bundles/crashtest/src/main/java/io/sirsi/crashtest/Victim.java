package io.sirsi.crashtest;

import io.sirsi.event.SubscriberOptions;
import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import io.sirsi.task.Delivery;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The process that is killed: a scheduler and agents that have effects. It does what its standard
 * input says, and says what it has done on its standard output the moment that it is done; nothing
 * is kept back in a buffer of this process.
 */
final class Victim {

    static final SessionId SESSION = new SessionId("s-00000000000000000crashtest");

    private static final int THREADS = 8;

    private final TaskScheduler scheduler;
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);

    private Victim(TaskScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Runs until its standard input ends or says {@code quit}.
     *
     * @param args the class of the subject, the folder, the sink's port, and which life this is
     */
    public static void main(String[] args) throws Exception {
        System.setOut(System.err);
        Subject subject =
                Class.forName(args[0])
                        .asSubclass(Subject.class)
                        .getDeclaredConstructor()
                        .newInstance();
        long life = Long.parseLong(args[3]);
        try (SinkClient sink = new SinkClient(Integer.parseInt(args[2]))) {
            EffectAgents agents = new EffectAgents(sink, life);
            LocalBus bus = new LocalBus();
            try (Subject.Open open = subject.open(Path.of(args[1]), agents, bus)) {
                Victim victim = new Victim(open.scheduler());
                bus.subscribe(
                        TaskFinished.class,
                        SubscriberOptions.sync("victim"),
                        finished -> victim.say(state("ended", finished.task())));
                victim.say(Line.of("ready").with("life", life));
                victim.obey();
            }
        }
        System.exit(0);
    }

    private void obey() throws IOException {
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        THREADS,
                        work -> {
                            Thread thread = new Thread(work, "commands");
                            thread.setDaemon(true);
                            return thread;
                        });
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            Line command = Line.parse(text);
            if (command.is("quit")) {
                break;
            }
            List<Job> nodes = new ArrayList<>();
            for (long i = command.number("nodes"); i > 0; i--) {
                nodes.add(new Job(Line.parse(in.readLine())));
            }
            threads.execute(() -> say(answer(command, nodes)));
        }
        threads.shutdown();
    }

    private Line answer(Line command, List<Job> nodes) {
        try {
            Line answer =
                    switch (command.event()) {
                        case "submit" -> submit(new Job(command));
                        case "graph" -> graph(command, nodes);
                        case "cancel" -> cancel(command.text("task"));
                        case "find" -> find(command.text("task"));
                        case "count" -> count(command.text("graph"));
                        default -> throw new IllegalArgumentException(command.toString());
                    };
            return answer.with("at", System.nanoTime());
        } catch (RefusedException e) {
            return Line.of("refused")
                    .with("command", command.event())
                    .with("ref", command.text("ref"))
                    .with("graph", command.text("graph"))
                    .with("task", command.text("task"))
                    .with("reason", e.reason().name())
                    .with("sentence", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            e.printStackTrace();
            return Line.of("fault").with("command", command.toString()).with("what", e.toString());
        }
    }

    private Line submit(Job job) {
        TaskSpec spec = spec(job);
        for (String parent : job.line().text("after").split(" ", -1)) {
            if (!parent.isEmpty()) {
                spec = spec.after(new TaskId(parent));
            }
        }
        TaskId task = scheduler.schedule(SESSION, spec);
        return Line.of("ack").with("ref", job.ref()).with("task", task.value());
    }

    private Line graph(Line command, List<Job> nodes) {
        TaskGraph graph = new TaskGraph();
        StringBuilder refs = new StringBuilder();
        for (Job node : nodes) {
            graph.add(node.ref(), spec(node), node.parents().toArray(String[]::new));
            refs.append(refs.length() == 0 ? "" : " ").append(node.ref());
        }
        StringBuilder tasks = new StringBuilder();
        for (TaskId task : scheduler.scheduleAll(SESSION, graph)) {
            tasks.append(tasks.length() == 0 ? "" : " ").append(task.value());
        }
        return Line.of("ack-graph")
                .with("graph", command.text("graph"))
                .with("refs", refs.toString())
                .with("tasks", tasks.toString());
    }

    private static TaskSpec spec(Job job) {
        Map<String, String> input = new LinkedHashMap<>();
        input.put("ref", job.ref());
        input.put("fails", Integer.toString(job.fails()));
        if (job.padding() > 0) {
            input.put("pad", "x".repeat(job.padding()));
        }
        if (job.zombie()) {
            input.put("zombie", "1");
        }
        Duration retry = Duration.ofMillis(job.retryMs());
        TaskSpec spec =
                TaskSpec.of(EffectAgents.TASK_TYPE)
                        .priority(Priority.valueOf(job.priority()))
                        .retry(
                                new RetryPolicy(
                                        job.attempts(), retry, retry, RetryPolicy.Backoff.FIXED))
                        .timeout(Duration.ofMillis(job.timeoutMs()))
                        .delay(Duration.ofMillis(job.delayMs()))
                        .delivery(job.atMostOnce() ? Delivery.AT_MOST_ONCE : Delivery.AT_LEAST_ONCE)
                        .input(Payload.fields(input));
        if (job.heartbeatMs() > 0) {
            spec = spec.heartbeatTimeout(Duration.ofMillis(job.heartbeatMs()));
        }
        if (!job.graph().isEmpty()) {
            spec = spec.label("graph", job.graph());
        }
        return job.key().isEmpty() ? spec : spec.idempotencyKey(job.key());
    }

    private Line cancel(String task) {
        boolean answer = scheduler.cancel(new TaskId(task), "the driver said so");
        return Line.of("cancelled").with("task", task).with("answer", answer ? 1 : 0);
    }

    private Line find(String task) {
        long asked = System.nanoTime();
        return scheduler
                .find(new TaskId(task))
                .map(found -> state("state", found).with("asked", asked))
                .orElseGet(() -> Line.of("missing").with("task", task));
    }

    private Line count(String graph) {
        int seen = scheduler.list(TaskQuery.labelled("graph", graph)).size();
        return Line.of("counted").with("graph", graph).with("seen", seen);
    }

    /** {@return a task's state as a line} */
    static Line state(String event, TaskSnapshot task) {
        TaskState state = task.state();
        Line line =
                Line.of(event)
                        .with("task", task.id().value())
                        .with("state", state.name())
                        .with("at", System.nanoTime());
        if (state instanceof TaskState.Running running) {
            line.with("attempt", running.attempt()).with("fence", running.fence());
        }
        if (state instanceof TaskState.Ended ended) {
            line.with("final", 1).with("ended", ended.at().toString());
        }
        if (state instanceof TaskState.Succeeded succeeded) {
            String fence = succeeded.output().fields().getOrDefault("fence", "0");
            line.with("output", Long.parseLong(fence));
        }
        return line;
    }

    private void say(Line line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            try {
                out.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
