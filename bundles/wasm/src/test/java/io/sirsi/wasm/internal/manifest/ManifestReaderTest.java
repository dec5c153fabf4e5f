package io.sirsi.wasm.internal.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentType;
import io.sirsi.security.Permission;
import io.sirsi.wasm.ModuleManifest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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

    private AgentMetadata read(String json) throws RefusedManifestException {
        return reader.read(Optional.of(json.getBytes(StandardCharsets.UTF_8)), Optional.empty());
    }
}
