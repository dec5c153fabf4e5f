package io.sirsi.wasm.internal.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentType;
import io.sirsi.security.Permission;
import io.sirsi.wasm.ModuleManifest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {

    static final Map<String, Long> NODE =
            Map.of(
                    "memoryPages", 256L,
                    "tableElements", 10_000L,
                    "deadlineMs", 30_000L,
                    "outputBytes", 1_048_576L,
                    "hostCalls", 10_000L,
                    "hostBytes", 16_777_216L,
                    "logLines", 1_000L,
                    "events", 100L,
                    "httpCalls", 100L,
                    "httpMs", 10_000L);

    private static final String EXAMPLE =
            """
            {
              "abi": 1,
              "id": "com.example.tag-audit",
              "type": "tag-audit",
              "version": "1.2.0",
              "title": "Reports resources that lack tags",
              "author": "Example Ltd",
              "taskTypes": ["tag-audit", "tag-report"],
              "capabilities": ["compute", "storage"],
              "spawnsSubAgents": false,
              "concurrency": 4,
              "requiredPermissions": ["cloud:read", "wasi:random"],
              "configSchema": {"type": "object", "properties": {"requiredTags": {"type": "string"}}},
              "limits": {"memoryPages": 64, "deadlineMs": 5000},
              "engine": "endive"
            }
            """;

    private static final String LEAST =
            """
            {"abi": 1, "id": "com.example.tag-audit", "type": "tag-audit", "version": "1.2.0", "title": "T"}
            """;

    private final ManifestReader reader = new ManifestReader(NODE);

    @Test
    void the_example_of_the_contract_is_read() throws Exception {
        AgentMetadata metadata = read(EXAMPLE);

        ModuleManifest manifest = metadata.manifest();
        assertThat(manifest.id()).isEqualTo("com.example.tag-audit");
        assertThat(manifest.version()).isEqualTo("1.2.0");
        assertThat(manifest.author()).isEqualTo("Example Ltd");
        assertThat(manifest.agent().type()).isEqualTo(new AgentType("tag-audit"));
        assertThat(manifest.agent().title()).isEqualTo("Reports resources that lack tags");
        assertThat(manifest.agent().taskTypes()).containsOnly("tag-audit", "tag-report");
        assertThat(manifest.agent().concurrency()).isEqualTo(4);
        assertThat(manifest.agent().offers().domains()).containsOnly("compute", "storage");
        assertThat(manifest.agent().offers().permissions())
                .containsOnly(Permission.of("cloud:read"), Permission.of("wasi:random"));
        assertThat(manifest.limits())
                .containsEntry("memoryPages", 64L)
                .containsEntry("deadlineMs", 5_000L)
                .containsEntry("events", 100L)
                .hasSize(10);
        assertThat(metadata.engine()).contains("endive");
        assertThat(metadata.settings().problems(Map.of("requiredTags", "owner"))).isEmpty();
    }

    @Test
    void what_is_not_said_has_its_default() throws Exception {
        AgentMetadata metadata = read(LEAST);

        ModuleManifest manifest = metadata.manifest();
        assertThat(manifest.author()).isEmpty();
        assertThat(manifest.agent().taskTypes()).containsOnly("tag-audit");
        assertThat(manifest.agent().concurrency()).isEqualTo(1);
        assertThat(manifest.agent().offers()).isEqualTo(AgentCapabilities.NONE);
        assertThat(manifest.limits()).isEqualTo(NODE);
        assertThat(metadata.engine()).isEmpty();
        assertThat(metadata.settings().problems(Map.of())).isEmpty();
        assertThat(metadata.settings().problems(Map.of("a", "b")))
                .containsExactly("there is no setting 'a': this agent has none");
    }

    @Test
    void the_side_file_says_it_as_well_as_the_section() throws Exception {
        AgentMetadata metadata = reader.read(Optional.empty(), Optional.of(bytes(LEAST)));

        assertThat(metadata.manifest().id()).isEqualTo("com.example.tag-audit");
    }

    @Test
    void metadata_in_both_places_or_in_none_are_refused() {
        Optional<byte[]> some = Optional.of(bytes(LEAST));

        assertThatThrownBy(() -> reader.read(some, some))
                .isInstanceOf(RefusedManifestException.class)
                .hasMessageContaining("keep one of them");
        assertThatThrownBy(() -> reader.read(Optional.empty(), Optional.empty()))
                .isInstanceOf(RefusedManifestException.class)
                .hasMessageContaining("add the custom section sirsi.agent");
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    abi                 | 2                      | /abi: this node speaks version 1, not 2
                    abi                 | "1"                    | /abi: must be the constant value '1'
                    id                  | "x"                    | /id: must be at least 3 characters long
                    id                  | "Com.Example"          | /id: does not match the regex pattern
                    id                  | "../../etc"            | /id: does not match the regex pattern
                    type                | "Tag"                  | /type: does not match the regex pattern
                    type                | "tag-audit\\n"         | /type: does not match the regex pattern
                    type                | 7                      | /type: integer found, string expected, not 7
                    version             | "1.2"                  | /version: does not match the regex pattern
                    version             | "1.2.100000"           | /version: does not match the regex pattern
                    version             | "01.2.3"               | /version: does not match the regex pattern
                    version             | "1.2.3\\n"             | /version: does not match the regex pattern
                    title               | ""                     | /title: must be at least 1 character
                    title               | "two\\nlines"          | /title: does not match the regex pattern
                    author              | ["x"]                  | /author: array found, string expected
                    taskTypes           | []                     | /taskTypes: must have at least 1 items
                    taskTypes           | ["a", "a"]             | /taskTypes: must have only unique items
                    taskTypes           | ["A"]                  | /taskTypes/0: does not match
                    taskTypes           | "a"                    | /taskTypes: string found, array expected
                    capabilities        | ["no spaces"]          | /capabilities/0: does not match
                    spawnsSubAgents     | "yes"                  | /spawnsSubAgents: string found, boolean expected
                    concurrency         | 0                      | /concurrency: must have a minimum value of 1, not 0
                    concurrency         | 65                     | /concurrency: must have a maximum value of 64, not 65
                    concurrency         | 1.5                    | /concurrency: number found, integer expected
                    concurrency         | 1e400                  | the number is beyond 1e15 or -1e15
                    requiredPermissions | ["http:call:Example"]  | /requiredPermissions/0: does not match
                    requiredPermissions | ["a:*b"]               | /requiredPermissions/0: does not match
                    limits              | {"memoryPages": 257}   | /limits/memoryPages: this node gives at most 256, not 257
                    limits              | {"memoryPages": 0}     | /limits/memoryPages: must have a minimum value of 1
                    limits              | {"memoryPage": 2}      | /limits/memoryPage: there is no such key, did you mean 'memoryPages'?
                    engine              | "chicory"              | /engine: does not have a value in the enumeration
                    Title               | "x"                    | /Title: there is no such key, did you mean 'title'?
                    configschema        | {}                     | did you mean 'configSchema'?
                    zzz                 | 1                      | /zzz: there is no such key: there are abi, id, type
                    """)
    void a_wrong_value_is_named_with_its_place(String key, String value, String sentence) {
        assertThatThrownBy(() -> read(with(key, value)))
                .isInstanceOf(RefusedManifestException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abi", "id", "type", "version", "title"})
    void what_must_be_said_is_missed(String key) throws Exception {
        ObjectNode less = (ObjectNode) new ObjectMapper().readTree(LEAST);
        less.remove(key);

        assertThatThrownBy(() -> read(less.toString()))
                .isInstanceOf(RefusedManifestException.class)
                .hasMessage("metadata required property '" + key + "' not found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"string\"}",
                "{\"type\": \"object\", \"$ref\": \"file:///etc/passwd\"}",
                "{\"type\": \"object\", \"$ref\": \"#\"}",
                "{\"type\": \"object\", \"$id\": \"https://example.com/\"}",
                "{\"type\": \"object\", \"$schema\": \"https://example.com/meta\"}",
                "{\"type\": \"object\", \"$defs\": {}}",
                "{\"type\": \"object\", \"patternProperties\": {\"(a+)+$\": {}}}",
                "{\"type\": \"object\", \"allOf\": [{}]}",
                "{\"type\": \"object\", \"additionalProperties\": {}}",
                "{\"type\": \"object\", \"properties\": {\"a\": {}}}",
                "{\"type\": \"object\", \"properties\": {\"a\": true}}",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"object\"}}}",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": [\"string\"]}}}",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"pattern\": \"(a+)+$\"}}}",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"format\": \"regex\"}}}",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"minLength\": -1}}}",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"enum\": [[]]}}}",
                "{\"type\": \"object\", \"required\": [\"a\"]}",
                "true",
                "[]",
                "null"
            })
    void a_schema_of_settings_has_listed_keywords_and_no_others(String schema) {
        assertThatThrownBy(() -> read(with("configSchema", schema)))
                .isInstanceOf(RefusedManifestException.class)
                .hasMessageContaining("/configSchema");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void garbage_is_refused_with_one_line(String sentence, byte[] garbage) {
        assertThatThrownBy(() -> reader.read(Optional.of(garbage), Optional.empty()))
                .isInstanceOf(RefusedManifestException.class)
                .hasMessageContaining(sentence)
                .hasMessageNotContaining("\n")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    static Stream<Arguments> garbage_is_refused_with_one_line() {
        return Stream.of(
                arguments("empty", bytes("")),
                arguments("empty", bytes("  \n ")),
                arguments("not a JSON object", bytes("[]")),
                arguments("not a JSON object", bytes("null")),
                arguments("line 1, column", bytes("{")),
                arguments("line 2, column", bytes("{\n\u0001\u0002}")),
                arguments("line 1, column", bytes("x".repeat(5_000))),
                arguments("Duplicate", bytes("{\"abi\": 1, \"abi\": 1}")),
                arguments("Duplicate", bytes(with("limits", "{\"events\": 1, \"events\": 2}"))),
                arguments("Trailing", bytes(LEAST + "{}")),
                arguments("line 1, column", bytes("{\"abi\": NaN}")),
                arguments("line 1, column", bytes("{'abi': 1}")),
                arguments("line 1, column", bytes("{\"abi\": 1,}")),
                arguments("line 1, column", bytes("// no\n{\"abi\": 1}")),
                arguments("not UTF-8", new byte[] {'{', (byte) 0xc3, '}'}),
                arguments("the JSON that is read", LEAST.getBytes(StandardCharsets.UTF_16LE)),
                arguments("the JSON that is read", bytes("\ufeff" + LEAST)),
                arguments("65537 bytes: at most 65536", new byte[64 * 1024 + 1]),
                arguments("nesting depth", bytes("{\"a\":" + "[".repeat(30_000))),
                arguments("nesting depth", bytes("{\"a\":".repeat(10_000))),
                arguments(
                        "Token count (10001) exceeds the maximum allowed (10000)",
                        bytes("{\"a\":[" + "1,".repeat(20_000) + "1]}")),
                arguments(
                        "String value length", bytes(with("title", '"' + "x".repeat(9_000) + '"'))),
                arguments("Name length", bytes("{\"" + "x".repeat(300) + "\": 1}")),
                arguments("Number value length", bytes("{\"abi\": 1" + "0".repeat(1_000) + "}")));
    }

    @Test
    void metadata_damaged_at_random_are_read_or_refused_and_nothing_else() {
        Random random = new Random(20261125);
        byte[] whole = bytes(EXAMPLE);
        int read = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = whole.clone();
            for (int times = 1 + random.nextInt(3); times > 0; times--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(128);
            }
            try {
                reader.read(Optional.of(damaged), Optional.empty());
                read++;
            } catch (RefusedManifestException expected) {
                assertThat(expected).message().isNotBlank();
            }
        }
        assertThat(read).as("read").isBetween(1, 4_000);
    }

    @Test
    void a_reader_needs_all_limits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ManifestReader(Map.of("memoryPages", 1L)))
                .withMessageContaining("deadlineMs");
    }

    private static String with(String key, String value) {
        try {
            ObjectMapper mapper = new ObjectMapper();
            ObjectNode changed = (ObjectNode) mapper.readTree(LEAST);
            changed.putRawValue(key, new RawValue(value));
            return mapper.writeValueAsString(changed);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private AgentMetadata read(String json) throws RefusedManifestException {
        return reader.read(Optional.of(bytes(json)), Optional.empty());
    }
}
