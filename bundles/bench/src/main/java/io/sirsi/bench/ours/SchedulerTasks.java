package io.sirsi.bench.ours;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Submitters;
import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.task.Delivery;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSpec;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler through its interface, with all features on. A task counts as complete when its end
 * is on record: for a durable one, on the disk.
 */
public final class SchedulerTasks implements TaskContender {

    private static final int BATCH = 256;
    private static final Payload BODY = new Payload("text/plain", "x".repeat(180));

    private final WorkFolder folder;
    private final Delivery delivery;
    private final boolean batched;
    private final TaskSpec[] specs;
    private final TaskSpec[] bodies;
    private final Submitters submitters = new Submitters(BATCH, this::send);
    private @Nullable Node node;

    private SchedulerTasks(WorkFolder folder, Delivery delivery, boolean batched) {
        this.folder = folder;
        this.delivery = delivery;
        this.batched = batched;
        this.specs =
                Arrays.stream(Priority.values())
                        .map(priority -> Node.spec(delivery, priority))
                        .toArray(TaskSpec[]::new);
        this.bodies = Arrays.stream(specs).map(spec -> spec.input(BODY)).toArray(TaskSpec[]::new);
    }

    /** {@return one whose tasks are in memory, submitted one by one from the calling thread} */
    public static SchedulerTasks inMemory(WorkFolder folder) {
        return new SchedulerTasks(folder, Delivery.VOLATILE, false);
    }

    /** {@return one whose tasks are durable, submitted one by one from the calling thread} */
    public static SchedulerTasks durable(WorkFolder folder) {
        return new SchedulerTasks(folder, Delivery.AT_LEAST_ONCE, false);
    }

    /** {@return one whose tasks are durable, 200 bytes each, submitted 256 at a time} */
    public static SchedulerTasks durableBatches(WorkFolder folder) {
        return new SchedulerTasks(folder, Delivery.AT_LEAST_ONCE, true);
    }

    @Override
    public String id() {
        return Contender.OURS;
    }

    @Override
    public String durability() {
        String features = "priorities, capability, timeout and metrics on";
        if (delivery == Delivery.VOLATILE) {
            return "none; " + features;
        }
        return "submission and end on the disk; "
                + (batched
                        ? "submitted " + BATCH + " a call by " + Submitters.THREADS + " threads; "
                        : "")
                + features;
    }

    @Override
    public Tally tally() {
        return node().tally();
    }

    @Override
    public void start() throws IOException {
        node = Node.open(folder.fresh("scheduler"));
        if (batched) {
            submitters.start();
        }
    }

    @Override
    public void submit(int priority, int place) throws Exception {
        if (batched) {
            submitters.add(priority, place);
        } else {
            TaskSpec spec =
                    place == Tally.UNTIMED
                            ? specs[priority]
                            : specs[priority].input(Node.timed(place));
            node().scheduler().schedule(Node.SESSION, spec);
        }
    }

    @Override
    public void flush() throws Exception {
        if (batched) {
            submitters.flush();
        }
    }

    private void send(int thread, Submitters.Batch batch) {
        TaskGraph graph = new TaskGraph();
        for (int i = 0; i < batch.size(); i++) {
            int place = batch.place(i);
            int priority = batch.priority(i);
            graph.add(
                    place == Tally.UNTIMED
                            ? bodies[priority]
                            : specs[priority].input(Node.timed(place)));
        }
        TaskScheduler scheduler = node().scheduler();
        scheduler.scheduleAll(Node.SESSION, graph);
    }

    private Node node() {
        Node running = node;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    @Override
    public void close() {
        submitters.close();
        Node running = node;
        node = null;
        if (running != null) {
            running.remove();
        }
    }
}
