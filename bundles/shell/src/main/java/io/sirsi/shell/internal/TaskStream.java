package io.sirsi.shell.internal;

import io.sirsi.event.Event;
import io.sirsi.event.Subscription;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.TaskListener;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskLogged;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskStarted;
import io.sirsi.task.TaskState;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows what happens to a task until it ends: a line each for people, or one object of JSON a line.
 * Now and then the task itself is asked, so that neither an event that got lost nor a task that had
 * ended before keeps anybody waiting.
 */
public final class TaskStream {

    private static final int CAPACITY = 256;
    private static final Duration OFFER = Duration.ofMillis(100);

    private final Hypervisor hypervisor;
    private final PrintStream out;
    private final boolean json;
    private final Duration patience;
    private final Clock clock;

    /**
     * Shows tasks.
     *
     * @param hypervisor whom to ask
     * @param out where the person is; when writing fails, nobody is there
     * @param json whether in JSON
     * @param patience how long nothing may happen before the task itself is asked
     * @param clock the time
     */
    public TaskStream(
            Hypervisor hypervisor, PrintStream out, boolean json, Duration patience, Clock clock) {
        this.hypervisor = hypervisor;
        this.out = out;
        this.json = json;
        this.patience = patience;
        this.clock = clock;
    }

    /** Hears on a thread of the hypervisor and waits there while the person is slow. */
    private static final class Listener implements TaskListener {
        private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(CAPACITY);
        private volatile boolean closed;

        @Override
        public void heard(Event event) {
            put(event);
        }

        @Override
        public void missed(long events) {
            put(events);
        }

        private void put(Object what) {
            try {
                while (!closed && !queue.offer(what, OFFER.toMillis(), TimeUnit.MILLISECONDS)) {
                    // The person reads slowly; what the task says meanwhile waits, or gets lost.
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Shows a task until it ends.
     *
     * @param task which
     * @return the task as it ended
     * @throws InterruptedException if the person gave up; the task goes on
     * @throws IOException if nobody is there to read
     */
    public TaskSnapshot follow(TaskId task) throws InterruptedException, IOException {
        Listener listener = new Listener();
        Subscription watch = hypervisor.watchTask(task, listener);
        try {
            return untilEnd(task, listener.queue);
        } finally {
            listener.closed = true;
            watch.close();
        }
    }

    private TaskSnapshot untilEnd(TaskId task, BlockingQueue<Object> heard)
            throws InterruptedException, IOException {
        TaskSnapshot now = hypervisor.task(task);
        if (now.state().isFinal()) {
            return ended(now);
        }
        show("state", Views.sinceOf(now), Views.stateOf(now), Views.taskJson(now));
        WaitNews news = new WaitNews(hypervisor, task, clock);
        while (true) {
            Object next = heard.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (next instanceof TaskFinished finished) {
                return ended(finished.task());
            }
            if (next != null) {
                show(next);
                continue;
            }
            now = hypervisor.task(task);
            if (now.state().isFinal()) {
                return ended(now);
            }
            // That it runs was heard, or is heard soon.
            Optional<String> waits =
                    now.state() instanceof TaskState.Running ? Optional.empty() : news.next();
            if (waits.isPresent()) {
                show("waits", clock.instant(), waits.get(), object("sentence", waits.get()));
            }
        }
    }

    private TaskSnapshot ended(TaskSnapshot task) throws IOException {
        show("finished", Views.sinceOf(task), Views.stateOf(task), Views.taskJson(task));
        return task;
    }

    private void show(Object heard) throws IOException {
        if (heard instanceof TaskStarted started) {
            TaskSnapshot task = started.task();
            show("started", started.at(), Views.stateOf(task), Views.taskJson(task));
        } else if (heard instanceof TaskProgressed progress) {
            show(
                    "progress",
                    progress.at(),
                    progress.done()
                            + (progress.total() > 0 ? " of " + progress.total() : "")
                            + (progress.note().isEmpty() ? "" : " " + progress.note()),
                    object(
                            "done",
                            progress.done(),
                            "total",
                            progress.total(),
                            "note",
                            progress.note()));
        } else if (heard instanceof TaskLogged logged) {
            show(
                    "log",
                    logged.at(),
                    "| " + logged.line(),
                    object("attempt", logged.attempt(), "line", logged.line()));
        } else if (heard instanceof TaskAttemptFailed failed) {
            TaskSnapshot task = failed.task();
            show("attemptFailed", failed.at(), Views.stateOf(task), Views.taskJson(task));
        } else if (heard instanceof Long count) {
            show(
                    "missed",
                    null,
                    "… "
                            + count
                            + " lines and steps of progress left out: this was read too slowly",
                    object("events", count));
        }
    }

    private void show(String event, @Nullable Instant at, String words, Map<String, ?> facts)
            throws IOException {
        if (json) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("event", event);
            object.put("at", Json.value(at));
            object.putAll(facts);
            out.println(Json.text(object));
        } else {
            out.println((at == null ? "" : Text.of(at) + "  ") + Text.printable(words));
        }
        if (out.checkError()) {
            throw new IOException("nobody is there to read it; the task goes on");
        }
    }

    private static Map<String, @Nullable Object> object(Object... keysAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.put(keysAndValues[i].toString(), Json.value(keysAndValues[i + 1]));
        }
        return object;
    }
}
