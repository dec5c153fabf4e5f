package io.sirsi.wasm.internal.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the contract of guests shows as examples has the shapes that are published. */
class PublishedSchemasTest {

    private final ObjectMapper json = new ObjectMapper();

    @Test
    void the_task_of_the_contract_has_its_shape() throws Exception {
        String task =
                """
                {
                  "abi": 1,
                  "task": {"id": "t-1", "type": "tag-audit", "attempt": 1, "remainingMs": 4990, "input": {"scan": "latest"},
                           "labels": {"team": "ops"}, "resumeToken": null},
                  "agent": {"id": "tag-audit-1", "type": "tag-audit", "session": "s-1"},
                  "config": {"requiredTags": "owner"}
                }
                """;

        assertThat(problems("task.schema.json", task)).isEmpty();
        assertThat(problems("task.schema.json", task.replace("\"abi\": 1", "\"abi\": 2")))
                .singleElement()
                .asString()
                .startsWith("/abi: ");
        assertThat(problems("task.schema.json", task.replace("\"attempt\": 1", "\"attempt\": 0")))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\": \"succeeded\", \"output\": {\"findings\": []}}",
                "{\"status\": \"succeeded\"}",
                "{\"status\": \"failed\", \"code\": \"UNREACHABLE\", \"message\": \"no\", \"retryAfterMs\": 5000}",
                "{\"status\": \"cancelled\", \"message\": \"asked to stop\"}"
            })
    void outcomes_of_the_contract_have_their_shape(String outcome) throws Exception {
        assertThat(problems("outcome.schema.json", outcome)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"status\": \"done\"}",
                "{\"status\": \"failed\"}",
                "{\"status\": \"failed\", \"code\": \"NO\", \"message\": \"no\"}",
                "{\"status\": \"succeeded\", \"code\": \"INTERNAL\"}",
                "{\"status\": \"failed\", \"code\": \"LIMIT\", \"message\": \"no\", \"retryAfterMs\": -1}"
            })
    void anything_else_is_no_outcome(String outcome) throws Exception {
        assertThat(problems("outcome.schema.json", outcome)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    log.request        | {"level": "info", "message": "m"}
                    log.response       | {}
                    progress.request   | {"done": 3, "total": 10, "note": "n"}
                    progress.response  | {"cancelled": false}
                    emit.request       | {"type": "disk-full", "data": {"free": 1}}
                    emit.response      | {"error": {"code": "FORBIDDEN", "message": "m"}}
                    config.request     | {"key": "requiredTags"}
                    config.response    | {"value": null}
                    secret.request     | {"name": "api-token"}
                    secret.response    | {"value": "v"}
                    spawn.request      | {"type": "aws", "capabilities": ["compute"], "permissions": ["ec2:describe"], "settings": {}}
                    spawn.response     | {"agent": "aws-1"}
                    submit.request     | {"type": "infrastructure-scan", "input": {}, "priority": "NORMAL", "timeoutMs": 60000, "key": "k"}
                    submit.response    | {"task": "t-1"}
                    inventory.request  | {"scan": "latest", "provider": "aws", "type": "s3:bucket", "after": null, "limit": 500}
                    inventory.response | {"scan": "s", "resources": [], "next": null}
                    http.request       | {"method": "GET", "url": "https://api.example.com/v1", "headers": {}, "body": "b"}
                    http.response      | {"status": 200, "headers": {}, "body": "b"}
                    """)
    void calls_of_the_contract_have_their_shape(String call, String message) throws Exception {
        JsonNode definitions = JsonSchema.published("calls.schema.json").text().path("$defs");
        ObjectNode one = json.createObjectNode().put("$ref", "#/$defs/" + call);
        one.set("$defs", definitions);
        JsonSchema schema = new JsonSchema(one);

        assertThat(definitions.has(call)).isTrue();
        assertThat(schema.problems(json.readTree(message))).isEmpty();
        assertThat(schema.problems(json.readTree("{\"wrong\": 1}"))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "classpath:schema/agent.schema.json",
                "classpath:draft/2020-12/meta/core",
                "https://json-schema.org/draft/2020-12/schema",
                "file:///etc/hostname"
            })
    void a_schema_cannot_refer_to_anything_outside(String elsewhere) {
        JsonNode schema = json.createObjectNode().put("$ref", elsewhere);

        assertThatThrownBy(() -> new JsonSchema(schema).problems(json.createObjectNode()))
                .isInstanceOf(SchemaException.class);
    }

    private List<String> problems(String schema, String text) throws JsonProcessingException {
        return JsonSchema.published(schema).problems(json.readTree(text));
    }
}
