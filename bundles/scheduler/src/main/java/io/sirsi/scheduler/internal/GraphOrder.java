package io.sirsi.scheduler.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.task.TaskGraph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks that a graph of tasks can be run: every name is there, and none waits for itself. */
final class GraphOrder {

    private static final byte ON_PATH = 1;
    private static final byte DONE = 2;

    private final TaskGraph graph;
    private final int[][] before;
    private final byte[] seen;

    /** For each place the first with the same idempotency key: both are one task. */
    private final int[] first;

    private boolean merges;

    private GraphOrder(TaskGraph graph) {
        this.graph = graph;
        this.before = new int[graph.size()][];
        this.seen = new byte[graph.size()];
        this.first = new int[graph.size()];
        Map<String, Integer> byKey = new HashMap<>();
        for (int i = 0; i < first.length; i++) {
            int place = i;
            first[i] =
                    graph.spec(i)
                            .idempotencyKey()
                            .map(key -> byKey.computeIfAbsent(key, fresh -> place))
                            .orElse(place);
            merges |= first[i] != place;
        }
    }

    /**
     * Checks a graph, in time linear in its size and without recursion. One without names cannot
     * have a circle.
     *
     * @throws RefusedException NOT_FOUND for a name that is not in the graph, INVALID for a cycle,
     *     which the sentence prints
     */
    static void check(TaskGraph graph) {
        if (!graph.hasNames()) {
            return;
        }
        GraphOrder order = new GraphOrder(graph);
        for (int place = 0; place < graph.size(); place++) {
            order.before[place] = order.placesBefore(place);
        }
        for (int place = 0; place < graph.size(); place++) {
            if (order.first[place] == place && order.seen[place] != DONE) {
                order.walk(place);
            }
        }
    }

    private int[] placesBefore(int place) {
        TaskGraph.Node node = graph.node(place);
        if (node == null) {
            return graph.before(place);
        }
        return node.after().keySet().stream()
                .mapToInt(
                        name -> {
                            int one = graph.place(name);
                            if (one < 0) {
                                throw RefusedException.notFound(
                                        "the task '"
                                                + node.name()
                                                + "' waits for '"
                                                + name
                                                + "', which is not in the graph");
                            }
                            return one;
                        })
                .toArray();
    }

    private void walk(int start) {
        List<int[]> path = new ArrayList<>(); // a place, and how many before it were looked at
        path.add(new int[] {start, 0});
        seen[start] = ON_PATH;
        while (!path.isEmpty()) {
            int[] step = path.get(path.size() - 1);
            int[] candidates = before[step[0]];
            if (step[1] == candidates.length) {
                seen[step[0]] = DONE;
                path.remove(path.size() - 1);
                continue;
            }
            int next = first[candidates[step[1]++]];
            if (seen[next] == ON_PATH) {
                throw RefusedException.invalid(
                        "the tasks wait for each other in a circle: "
                                + circle(path, next)
                                + (merges ? " (those with one idempotency key are one task)" : "")
                                + "; remove one of these dependencies");
            }
            if (seen[next] != DONE) {
                seen[next] = ON_PATH;
                path.add(new int[] {next, 0});
            }
        }
    }

    private String circle(List<int[]> path, int from) {
        List<String> names = new ArrayList<>();
        boolean inside = false;
        for (int[] step : path) {
            inside |= step[0] == from;
            if (inside) {
                names.add(graph.name(step[0]));
            }
        }
        names.add(graph.name(from));
        return String.join(" after ", Collections.unmodifiableList(names));
    }
}
