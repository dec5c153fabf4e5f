package io.sirsi.wasm.internal.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settings of an agent, which are texts, against the schema that its module brings: each
 * is read as the type that is declared for it. A setting that the schema does not name is refused,
 * unless its {@code additionalProperties} is {@code true}. Thread-safe.
 */
public final class SettingsCheck {

    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?");

    private final JsonSchema schema;
    private final JsonNode properties;
    private final boolean open;

    private SettingsCheck(JsonSchema schema) {
        this.schema = schema;
        this.properties = schema.text().path("properties");
        this.open = schema.text().path("additionalProperties").asBoolean(false);
    }

    /**
     * Prepares the check.
     *
     * @param configSchema what the metadata say, held against their schema before; null if they say
     *     nothing, which is no settings
     */
    static SettingsCheck of(@Nullable JsonNode configSchema) {
        if (configSchema == null) {
            ObjectNode none = JsonNodeFactory.instance.objectNode();
            return new SettingsCheck(new JsonSchema(none.put("type", "object")));
        }
        return new SettingsCheck(new JsonSchema(configSchema));
    }

    /** {@return the schema as JSON} */
    public String schema() {
        return schema.text().toString();
    }

    /**
     * {@return what is wrong with the settings, one sentence for each, in order of name; empty if
     * nothing}
     *
     * @param settings the settings by name
     */
    public List<String> problems(Map<String, String> settings) {
        List<String> problems = new ArrayList<>();
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, String> setting : new TreeMap<>(settings).entrySet()) {
            String name = setting.getKey();
            JsonNode declared = properties.path(name);
            if (declared.isMissingNode()) {
                if (!open) {
                    problems.add(unknown(name));
                }
                continue;
            }
            String type = declared.path("type").asText();
            JsonNode value = value(type, setting.getValue());
            if (value == null) {
                problems.add(
                        "setting '"
                                + StrictJson.printable(name)
                                + "' must be of type "
                                + type
                                + ", not '"
                                + StrictJson.printable(setting.getValue())
                                + "'");
            } else {
                values.set(name, value);
            }
        }
        if (problems.isEmpty()) {
            schema.problems(values).forEach(problem -> problems.add("settings: " + problem));
        }
        return problems;
    }

    private String unknown(String name) {
        List<String> known = new ArrayList<>();
        properties.fieldNames().forEachRemaining(known::add);
        Optional<String> nearest = NearestName.of(name, known);
        return "there is no setting '"
                + StrictJson.printable(name)
                + "'"
                + nearest.map(meant -> ": did you mean '" + StrictJson.printable(meant) + "'?")
                        .orElse(
                                known.isEmpty()
                                        ? ": this agent has none"
                                        : ": there are "
                                                + StrictJson.printable(String.join(", ", known)));
    }

    private static @Nullable JsonNode value(String type, String text) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (type) {
            case "integer" ->
                    INTEGER.matcher(text).matches() ? json.numberNode(Long.parseLong(text)) : null;
            case "number" ->
                    NUMBER.matcher(text).matches()
                            ? json.numberNode(Double.parseDouble(text))
                            : null;
            case "boolean" ->
                    text.equals("true") || text.equals("false")
                            ? json.booleanNode(text.equals("true"))
                            : null;
            default -> TextNode.valueOf(text);
        };
    }
}
