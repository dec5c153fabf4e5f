package io.sirsi.wasm.internal.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A JSON Schema (2020-12) that values are held against. It can refer to its own parts alone:
 * nothing is loaded from anywhere. Thread-safe.
 */
final class JsonSchema {

    private final JsonNode text;
    private final Schema schema;

    /**
     * Prepares a schema.
     *
     * @param text the schema; not changed by anybody from now on
     */
    JsonSchema(JsonNode text) {
        this.text = text;
        this.schema =
                SchemaRegistry.withDialect(
                                Dialects.getDraft202012(),
                                registry ->
                                        registry.schemaLoader(loader -> loader.block(iri -> true))
                                                .schemaRegistryConfig(
                                                        SchemaRegistryConfig.builder()
                                                                .locale(Locale.ROOT)
                                                                .build()))
                        .getSchema(text);
    }

    /** {@return a schema that this bundle publishes, by the name of its file} */
    static JsonSchema published(String file) {
        try (InputStream in = JsonSchema.class.getResourceAsStream("/schema/" + file)) {
            return new JsonSchema(
                    new ObjectMapper().readTree(Objects.requireNonNull(in, file).readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("the schema " + file + " of this bundle is damaged", e);
        }
    }

    /** {@return the schema itself} */
    JsonNode text() {
        return text;
    }

    /** {@return what is wrong with a value, a sentence each; empty if nothing} */
    List<String> problems(JsonNode value) {
        return schema.validate(value).stream().map(JsonSchema::sentence).toList();
    }

    private static String sentence(Error error) {
        String at = error.getInstanceLocation().toString();
        JsonNode value = error.getInstanceNode();
        String shown =
                value == null || value.isContainerNode() || value.isMissingNode()
                        ? ""
                        : ", not " + StrictJson.printable(value.toString());
        return (at.isEmpty() ? "" : StrictJson.printable(at) + ": ")
                + StrictJson.printable(String.valueOf(error.getMessage()))
                + shown;
    }
}
