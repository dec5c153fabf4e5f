package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.spi.agent.FakeAuthority;
import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleTrial;
import io.sirsi.wasm.internal.binary.Admission;
import io.sirsi.wasm.internal.binary.AdmissionLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples that authors begin with run in a node, whatever they were compiled from. */
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final ScanId SCAN = new ScanId("scan-" + "0".repeat(26));

    private final ObjectMapper json = new ObjectMapper();

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Engines.class)
    void programs_of_c_and_rust_read_a_task_and_write_an_outcome(Engines which) throws Exception {
        String input = "{\"a\":[\"ü\",1.50]}";
        for (String example : List.of("command-c", "command-rust")) {
            JsonNode output = output(which, file(example, "echo.wasm"), Payload.json(input));

            assertThat(output.path("echo")).as(example).isEqualTo(json.readTree(input));
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    void audits_of_c_rust_and_assemblyscript_find_the_same(Engines which) throws Exception {
        ObjectNode expected =
                (ObjectNode)
                        json.readTree(EXAMPLES.resolve("fixture-outcome.json").toFile())
                                .path("output");
        expected.put("scan", SCAN.value());
        for (String example : List.of("c", "rust", "assemblyscript")) {
            JsonNode output = output(which, file(example, "audit.wasm"), Payload.NONE);

            assertThat(output).as(example).isEqualTo(expected);
        }
    }

    private JsonNode output(Engines which, ModuleFile file, Payload input) throws Exception {
        try (Engines.Started engine = which.startOrSkip();
                TestNode node = new TestNode(folder, Map.of("engine", engine.engine().name()))) {
            node.engines.put(engine.engine().name(), engine.engine());
            TaskOutcome outcome =
                    node.modules
                            .run(file, new ModuleTrial("", input, Map.of()), authority())
                            .outcome();
            assertThat(outcome).isInstanceOf(TaskOutcome.Succeeded.class);
            return json.readTree(((TaskOutcome.Succeeded) outcome).output().text());
        }
    }

    /** The metadata are in the module, or beside it. */
    private static ModuleFile file(String example, String name) throws Exception {
        byte[] binary = Files.readAllBytes(EXAMPLES.resolve(example).resolve(name));
        ModuleFile file = ModuleFile.of(name, binary);
        AdmissionLimits limits =
                new AdmissionLimits(new EngineLimits(256, 10_000), ModuleLoader.importable());
        return Admission.admit(binary, limits).agentSection().isPresent()
                ? file
                : file.withMetadata(
                        Files.readAllBytes(EXAMPLES.resolve(example).resolve("agent.json")));
    }

    private FakeAuthority authority() throws Exception {
        List<CloudResource> resources = new ArrayList<>();
        for (JsonNode each :
                json.readTree(EXAMPLES.resolve("fixture-inventory.json").toFile())
                        .path("resources")) {
            resources.add(
                    new CloudResource(
                            new ResourceKey(
                                    new CloudScope(
                                            each.path("provider").asText(),
                                            each.path("account").asText(),
                                            each.path("region").asText()),
                                    new ResourceType(each.path("type").asText()),
                                    each.path("id").asText()),
                            each.path("name").asText(),
                            texts(each.path("tags")),
                            texts(each.path("attributes"))));
        }
        Scan scan =
                new Scan(
                        SCAN,
                        "ada",
                        ScanSpec.EVERYTHING,
                        ScanState.COMPLETE,
                        new Scan.Span(Instant.EPOCH, Optional.of(Instant.EPOCH)));
        return new FakeAuthority("cloud:read").withScan(scan, resources);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
        return texts;
    }
}
