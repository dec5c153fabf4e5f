package io.sirsi.wasm.internal.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentType;
import io.sirsi.security.Permission;
import io.sirsi.wasm.ModuleManifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the metadata of modules, and checks them against their published schema. Thread-safe. */
public final class ManifestReader {

    private static final int ABI = 1;

    private final StrictJson json = new StrictJson();
    private final JsonSchema schema = JsonSchema.published("agent.schema.json");
    private final Map<String, Long> nodeLimits;

    /**
     * Makes a reader.
     *
     * @param nodeLimits what the node gives at most, and gives to who asks for nothing, by all the
     *     names of {@code ABI.md}
     * @throws IllegalArgumentException if a name is missing or unknown
     */
    public ManifestReader(Map<String, Long> nodeLimits) {
        Set<String> names = keys(schema.text().at("/properties/limits/properties"));
        if (!nodeLimits.keySet().equals(names)) {
            throw new IllegalArgumentException(
                    "the limits must be " + names + ", not " + nodeLimits.keySet());
        }
        this.nodeLimits = Map.copyOf(nodeLimits);
    }

    /**
     * Reads what a module says of itself.
     *
     * @param section the content of its custom section {@code sirsi.agent}, if there is one
     * @param sideFile the content of the file beside it, if there is one
     * @return the metadata
     * @throws RefusedManifestException if there are none or two, or they are wrong
     */
    public AgentMetadata read(Optional<byte[]> section, Optional<byte[]> sideFile)
            throws RefusedManifestException {
        if (section.isPresent() && sideFile.isPresent()) {
            throw new RefusedManifestException(
                    "there are metadata in the module and in a file beside it: keep one of them");
        }
        Optional<byte[]> bytes = section.or(() -> sideFile);
        if (bytes.isEmpty()) {
            throw new RefusedManifestException(
                    "the module does not say what it is: add the custom section sirsi.agent, or a"
                            + " file NAME.wasm.json beside it");
        }
        ObjectNode metadata = json.object(bytes.get());
        check(metadata);
        return new AgentMetadata(
                manifest(metadata),
                SettingsCheck.of(metadata.get("configSchema")),
                Optional.ofNullable(metadata.get("engine")).map(JsonNode::asText));
    }

    private void check(ObjectNode metadata) throws RefusedManifestException {
        JsonNode abi = metadata.path("abi");
        if (abi.isInt() && abi.intValue() != ABI) {
            throw new RefusedManifestException(
                    "metadata /abi: this node speaks version " + ABI + ", not " + abi);
        }
        knownKeys("", metadata, schema.text().path("properties"));
        knownKeys(
                "/limits",
                metadata.path("limits"),
                schema.text().at("/properties/limits/properties"));
        List<String> problems = schema.problems(metadata);
        if (!problems.isEmpty()) {
            throw new RefusedManifestException(
                    "metadata "
                            + problems.get(0)
                            + (problems.size() > 1
                                    ? " (and " + (problems.size() - 1) + " more)"
                                    : ""));
        }
        configSchema(metadata.path("configSchema"));
        for (Map.Entry<String, Long> most : nodeLimits.entrySet()) {
            JsonNode wanted = metadata.path("limits").path(most.getKey());
            if (wanted.isNumber() && wanted.longValue() > most.getValue()) {
                throw new RefusedManifestException(
                        "metadata /limits/"
                                + most.getKey()
                                + ": this node gives at most "
                                + most.getValue()
                                + ", not "
                                + wanted);
            }
        }
    }

    private static void knownKeys(String path, JsonNode object, JsonNode properties)
            throws RefusedManifestException {
        Set<String> known = keys(properties);
        for (String key : keys(object)) {
            if (!known.contains(key)) {
                throw new RefusedManifestException(
                        "metadata "
                                + path
                                + "/"
                                + StrictJson.printable(key)
                                + ": there is no such key"
                                + NearestName.of(key, known)
                                        .map(meant -> ", did you mean '" + meant + "'?")
                                        .orElse(": there are " + String.join(", ", known)));
            }
        }
    }

    /** What the schema of schemas cannot say: what is required, must be there. */
    private static void configSchema(JsonNode configSchema) throws RefusedManifestException {
        for (JsonNode required : configSchema.path("required")) {
            if (!configSchema.path("properties").has(required.asText())) {
                throw new RefusedManifestException(
                        "metadata /configSchema/required: there is no setting '"
                                + StrictJson.printable(required.asText())
                                + "' among its properties");
            }
        }
    }

    private ModuleManifest manifest(ObjectNode metadata) throws RefusedManifestException {
        String type = metadata.path("type").asText();
        Map<String, Long> limits = new LinkedHashMap<>(nodeLimits);
        limits.replaceAll((name, most) -> metadata.path("limits").path(name).asLong(most));
        try {
            AgentCapabilities offers =
                    new AgentCapabilities(
                            metadata.path("spawnsSubAgents").asBoolean(false),
                            texts(metadata.get("capabilities"), Set.of()),
                            texts(metadata.get("requiredPermissions"), Set.of()).stream()
                                    .map(Permission::of)
                                    .collect(Collectors.toSet()));
            AgentDescriptor agent =
                    new AgentDescriptor(
                            new AgentType(type),
                            metadata.path("title").asText(),
                            offers,
                            texts(metadata.get("taskTypes"), Set.of(type)),
                            metadata.path("concurrency").asInt(1));
            return new ModuleManifest(
                    metadata.path("id").asText(),
                    metadata.path("version").asText(),
                    metadata.path("author").asText(),
                    agent,
                    limits);
        } catch (IllegalArgumentException stricterThanTheSchema) {
            throw new RefusedManifestException(
                    "metadata: "
                            + StrictJson.printable(
                                    String.valueOf(stricterThanTheSchema.getMessage())));
        }
    }

    private static Set<String> texts(@Nullable JsonNode array, Set<String> otherwise) {
        if (array == null) {
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return Set.copyOf(texts);
    }

    private static Set<String> keys(JsonNode object) {
        Set<String> keys = new LinkedHashSet<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
