package io.sirsi.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tasks that depend on each other and are submitted together. Mutable while it is built; not
 * thread-safe.
 *
 * <pre>{@code
 * TaskGraph graph = new TaskGraph()
 *         .add("identify", TaskSpec.of("cloud.identify"))
 *         .add("report", TaskSpec.of("cloud.summary"), "identify");
 * }</pre>
 */
public final class TaskGraph {

    /**
     * One task of the graph.
     *
     * @param name its name within the graph
     * @param spec what is wanted
     * @param after the names of those before it in the graph, and how each must end
     */
    public record Node(String name, TaskSpec spec, Map<String, Dependency.Condition> after) {
        public Node {
            after = Map.copyOf(after);
        }
    }

    private final Map<String, Node> nodes = new LinkedHashMap<>();

    /**
     * Adds a task that waits for the success of others in the graph, which may be added later.
     *
     * @param name its name within the graph
     * @param spec what is wanted
     * @param after the names of those before it
     * @return this graph
     * @throws IllegalArgumentException if the name is taken
     */
    public TaskGraph add(String name, TaskSpec spec, String... after) {
        Map<String, Dependency.Condition> conditions = new LinkedHashMap<>();
        for (String before : after) {
            conditions.put(before, Dependency.Condition.SUCCESS);
        }
        return add(new Node(name, spec, conditions));
    }

    /**
     * Adds a task.
     *
     * @param node the task
     * @return this graph
     * @throws IllegalArgumentException if its name is taken
     */
    public TaskGraph add(Node node) {
        if (nodes.putIfAbsent(node.name(), node) != null) {
            throw new IllegalArgumentException(
                    "the graph has a task '" + node.name() + "' already");
        }
        return this;
    }

    /** {@return the tasks in the order of their addition} */
    public List<Node> nodes() {
        return List.copyOf(new ArrayList<>(nodes.values()));
    }
}
