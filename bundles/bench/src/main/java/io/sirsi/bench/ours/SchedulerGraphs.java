package io.sirsi.bench.ours;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.GraphContender;
import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.task.Delivery;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskSpec;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The scheduler, given a graph of volatile tasks in one call. */
public final class SchedulerGraphs implements GraphContender {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final WorkFolder folder;
    private @Nullable Node node;

    /**
     * Makes one.
     *
     * @param folder where its log is
     */
    public SchedulerGraphs(WorkFolder folder) {
        this.folder = folder;
    }

    @Override
    public String id() {
        return Contender.OURS;
    }

    @Override
    public String durability() {
        return "none; the graph in one call, all or nothing; priorities, capability, timeout and"
                + " metrics on";
    }

    @Override
    public void start() throws IOException {
        node = Node.open(folder.fresh("scheduler"));
    }

    @Override
    public long run(int width, int depth) throws Exception {
        Node running = node;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        Tally tally = running.tally();
        long ran = tally.ran();
        long goal = tally.completed() + (long) width * depth;
        TaskSpec spec = Node.spec(Delivery.VOLATILE, Priority.NORMAL);
        TaskGraph graph = new TaskGraph();
        for (int i = 0; i < width; i++) {
            graph.add(spec);
        }
        for (int row = 1; row < depth; row++) {
            int above = (row - 1) * width;
            for (int i = 0; i < width; i++) {
                graph.add(spec, above + i, above + (i + 1) % width);
            }
        }
        running.scheduler().scheduleAll(Node.SESSION, graph);
        tally.await(goal, PATIENCE);
        return tally.ran() - ran;
    }

    @Override
    public void close() {
        Node running = node;
        node = null;
        if (running != null) {
            running.remove();
        }
    }
}
