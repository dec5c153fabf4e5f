package io.sirsi.scheduler.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.task.TaskGraph;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that a graph of tasks can be run: every name is there, and none waits for itself. */
final class GraphOrder {

    private GraphOrder() {}

    /**
     * Checks a graph, in time linear in its size and without recursion.
     *
     * @throws RefusedException NOT_FOUND for a name that is not in the graph, INVALID for a cycle,
     *     which the sentence prints
     */
    static void check(List<TaskGraph.Node> nodes) {
        Map<String, TaskGraph.Node> byName = new HashMap<>();
        nodes.forEach(node -> byName.put(node.name(), node));
        for (TaskGraph.Node node : nodes) {
            for (String before : node.after().keySet()) {
                if (!byName.containsKey(before)) {
                    throw RefusedException.notFound(
                            "the task '"
                                    + node.name()
                                    + "' waits for '"
                                    + before
                                    + "', which is not in the graph");
                }
            }
        }
        Set<String> done = new HashSet<>();
        for (TaskGraph.Node node : nodes) {
            if (!done.contains(node.name())) {
                walk(node, byName, done);
            }
        }
    }

    private record Step(String name, Iterator<String> before) {}

    private static void walk(
            TaskGraph.Node start, Map<String, TaskGraph.Node> byName, Set<String> done) {
        Deque<Step> path = new ArrayDeque<>();
        Set<String> onPath = new HashSet<>();
        push(start, path, onPath);
        while (!path.isEmpty()) {
            Step step = path.getLast();
            if (!step.before().hasNext()) {
                path.removeLast();
                onPath.remove(step.name());
                done.add(step.name());
                continue;
            }
            String before = step.before().next();
            if (onPath.contains(before)) {
                throw RefusedException.invalid(
                        "the tasks wait for each other in a circle: "
                                + circle(path, before)
                                + "; remove one of these dependencies");
            }
            TaskGraph.Node next = byName.get(before);
            if (next != null && !done.contains(before)) {
                push(next, path, onPath);
            }
        }
    }

    private static void push(TaskGraph.Node node, Deque<Step> path, Set<String> onPath) {
        path.addLast(new Step(node.name(), node.after().keySet().iterator()));
        onPath.add(node.name());
    }

    private static String circle(Deque<Step> path, String from) {
        List<String> names = new ArrayList<>();
        boolean inside = false;
        for (Step step : path) {
            inside |= step.name().equals(from);
            if (inside) {
                names.add(step.name());
            }
        }
        names.add(from);
        return String.join(" after ", names);
    }
}
