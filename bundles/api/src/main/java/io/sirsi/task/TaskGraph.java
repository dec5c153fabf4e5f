package io.sirsi.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that depend on each other and are submitted together. Mutable while it is built; not
 * thread-safe. Tasks have names:
 *
 * <pre>{@code
 * TaskGraph graph = new TaskGraph()
 *         .add("identify", TaskSpec.of("cloud.identify"))
 *         .add("report", TaskSpec.of("cloud.summary"), "identify");
 * }</pre>
 *
 * or, where there are very many, only places:
 *
 * <pre>{@code
 * int identify = graph.add(TaskSpec.of("cloud.identify"));
 * int report = graph.add(TaskSpec.of("cloud.summary"), identify);
 * }</pre>
 */
public final class TaskGraph {

    private static final int[] NOTHING = {};

    /**
     * One named task of the graph.
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

    private final List<TaskSpec> specs = new ArrayList<>();
    private int[][] before = new int[16][];
    private final Map<Integer, Node> named = new HashMap<>();
    private final Map<String, Integer> places = new HashMap<>();

    /**
     * Adds a task that waits for the success of tasks that were added before it.
     *
     * @param spec what is wanted
     * @param after the places of those before it
     * @return its place, from 0
     * @throws IllegalArgumentException for a place that is not taken yet
     */
    public int add(TaskSpec spec, int... after) {
        int place = specs.size();
        for (int one : after) {
            if (one < 0 || one >= place) {
                throw new IllegalArgumentException(
                        "a task can wait for the " + place + " tasks before it, not for " + one);
            }
        }
        specs.add(spec);
        if (place == before.length) {
            before = Arrays.copyOf(before, place * 2);
        }
        before[place] = after.length == 0 ? NOTHING : after.clone();
        return place;
    }

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
        for (String one : after) {
            conditions.put(one, Dependency.Condition.SUCCESS);
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
        if (places.putIfAbsent(node.name(), specs.size()) != null) {
            throw new IllegalArgumentException(
                    "the graph has a task '" + node.name() + "' already");
        }
        named.put(add(node.spec()), node);
        return this;
    }

    /** {@return how many tasks it has} */
    public int size() {
        return specs.size();
    }

    /** {@return what is wanted of the task at a place} */
    public TaskSpec spec(int place) {
        return specs.get(place);
    }

    /** {@return the name of the task at a place; its place with a # where it has no name} */
    public String name(int place) {
        Node node = named.get(place);
        return node == null ? "#" + place : node.name();
    }

    /** {@return the task at a place with its name and what it waits for; null for one without} */
    public @Nullable Node node(int place) {
        return named.get(place);
    }

    /** {@return the place of a name; -1 if the graph has no such task} */
    public int place(String name) {
        return places.getOrDefault(name, -1);
    }

    /**
     * {@return the places whose success a task without a name waits for: all smaller than its own;
     * not to be changed}
     */
    public int[] before(int place) {
        return before[place];
    }

    /** {@return whether some tasks have names, so that a circle is possible} */
    public boolean hasNames() {
        return !named.isEmpty();
    }
}
