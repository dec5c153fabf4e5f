package io.sirsi.shell.internal;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.failure.RefusedException;
import io.sirsi.task.Dependency.Condition;
import io.sirsi.task.TaskGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Graphs of tasks as JSON: an array of objects, one a task. Each has a {@code type}, should have a
 * {@code name}, and may have any wish of {@code task:submit} by the name of its option. {@code
 * after} and {@code after-any} name tasks of the graph, or tasks that are there by their ids.
 */
public final class TaskGraphs {

    private static final ObjectMapper MAPPER =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final Set<String> PAIRS = Set.of("label", "input");
    private static final Map<String, Condition> PARENTS =
            Map.of("after", Condition.SUCCESS, "after-any", Condition.ANY_END);

    private TaskGraphs() {}

    /**
     * Reads a graph.
     *
     * @param json what was typed
     * @return the graph
     * @throws IllegalArgumentException naming what is wrong, and in which task
     */
    public static TaskGraph parse(String json) {
        JsonNode tasks = tree(json);
        if (!tasks.isArray() || tasks.isEmpty()) {
            throw new IllegalArgumentException(
                    "a graph is a JSON array with at least one task, such as"
                            + " [{\"name\":\"a\",\"type\":\"cloud.summary\"}].");
        }
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < tasks.size(); i++) {
            if (!names.add(name(tasks.get(i), i))) {
                throw new IllegalArgumentException(
                        "two tasks of the graph have the name '"
                                + name(tasks.get(i), i)
                                + "'; give each its own.");
            }
        }
        TaskGraph graph = new TaskGraph();
        for (int i = 0; i < tasks.size(); i++) {
            graph.add(node(name(tasks.get(i), i), tasks.get(i), names));
        }
        return graph;
    }

    private static TaskGraph.Node node(String name, JsonNode task, Set<String> names) {
        try {
            TaskWishes wishes = TaskWishes.ofGraph();
            Map<String, Condition> after = new LinkedHashMap<>();
            task.properties()
                    .forEach(
                            field -> {
                                String key = field.getKey();
                                if (PARENTS.containsKey(key)) {
                                    parents(key, field.getValue(), names, wishes, after);
                                } else if (!key.equals("name") && !key.equals("type")) {
                                    wishes.wish(key, values(key, field.getValue()));
                                }
                            });
            if (!task.path("type").isTextual()) {
                throw new IllegalArgumentException("it has no type; agent:types lists them.");
            }
            return new TaskGraph.Node(name, wishes.spec(task.path("type").asText()), after);
        } catch (IllegalArgumentException | RefusedException wrong) {
            throw new IllegalArgumentException(
                    "task '" + name + "' of the graph: " + wrong.getMessage(), wrong);
        }
    }

    /** Names of the graph become its edges; everything else must be the id of a task. */
    private static void parents(
            String key,
            JsonNode value,
            Set<String> names,
            TaskWishes wishes,
            Map<String, Condition> after) {
        List<String> ids = new ArrayList<>();
        for (String parent : values(key, value)) {
            if (names.contains(parent)) {
                after.put(parent, PARENTS.get(key));
            } else if (parent.startsWith("t-")) {
                ids.add(parent);
            } else {
                throw new IllegalArgumentException(
                        "it waits for '"
                                + parent
                                + "', which is neither a task of the graph nor the id of one that"
                                + " is there.");
            }
        }
        wishes.wish(key, ids);
    }

    private static List<String> values(String key, JsonNode value) {
        if (key.equals("input-json")) {
            return List.of(value.toString());
        }
        List<String> values = new ArrayList<>();
        if (PAIRS.contains(key) && value.isObject()) {
            value.properties()
                    .forEach(
                            pair ->
                                    values.add(
                                            pair.getKey()
                                                    + "="
                                                    + scalar(
                                                            key + " " + pair.getKey(),
                                                            pair.getValue())));
        } else if (value.isArray()) {
            value.forEach(one -> values.add(scalar(key, one)));
        } else if (value.isBoolean() && !value.asBoolean()) {
            return List.of();
        } else {
            values.add(scalar(key, value));
        }
        return values;
    }

    private static String scalar(String key, JsonNode value) {
        if (!value.isValueNode() || value.isNull()) {
            throw new IllegalArgumentException(
                    key + " is text, a number, true or a list of them, not " + value + ".");
        }
        return value.asText();
    }

    private static String name(JsonNode task, int place) {
        JsonNode name = task.path("name");
        return name.isTextual() ? name.asText() : "#" + place;
    }

    private static JsonNode tree(String json) {
        String text = json.strip();
        if (!text.startsWith("[") && !text.startsWith("{")) {
            throw new IllegalArgumentException(
                    "a graph is a JSON array of tasks, in single quotes; one in a file is submitted with"
                            + " ./sirsi exec --file graph.json 'task:submit-graph --session s-...'.");
        }
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException broken) {
            // The parser's own words are about its settings; the place is what helps.
            JsonLocation where = broken.getLocation();
            if (where == null) {
                throw new IllegalArgumentException(
                        "the graph is not JSON that a graph can be: it is nested too deeply, or has a"
                                + " name or number that is too long.",
                        broken);
            }
            throw new IllegalArgumentException(
                    "the graph is not JSON, which shows at line "
                            + where.getLineNr()
                            + ", column "
                            + where.getColumnNr()
                            + (broken instanceof JsonEOFException
                                    ? ", where it ends too early"
                                    : "")
                            + "; look there for a quote, comma or bracket that is missing or too many, or"
                            + " a key that comes twice.",
                    broken);
        }
    }
}
