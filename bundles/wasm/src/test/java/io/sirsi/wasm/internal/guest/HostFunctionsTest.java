package io.sirsi.wasm.internal.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirsi.agent.AgentEmitted;
import io.sirsi.agent.AgentSpec;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.spi.agent.FakeAgentContext;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HostFunctionsTest {

    private static final ScanId SCAN = new ScanId("scan-" + "a".repeat(26));

    @Test
    void log_says_a_line_with_its_level() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            JsonNode answer =
                    guest.call("log", "{\"level\":\"warn\",\"message\":\"disk\\u001b[2J\\nfull\"}");

            assertThat(answer.toString()).isEqualTo("{}");
            assertThat(guest.context.lines()).containsExactly("warn: disk [2J full");
        }
    }

    @Test
    void progress_says_how_far_it_is_and_hears_whether_it_should_stop() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            assertThat(guest.call("progress", "{\"done\":3,\"total\":10}").toString())
                    .isEqualTo("{\"cancelled\":false}");
            guest.context.cancel();
            assertThat(guest.call("progress", "{\"done\":4}").toString())
                    .isEqualTo("{\"cancelled\":true}");
            assertThat(guest.context.done()).isEqualTo(4);
        }
    }

    @Test
    void config_reads_a_setting() throws Exception {
        try (TestGuest guest = TestGuest.with().settings(Map.of("a", "b")).start()) {
            assertThat(guest.call("config", "{\"key\":\"a\"}").toString())
                    .isEqualTo("{\"value\":\"b\"}");
            assertThat(guest.call("config", "{\"key\":\"c\"}").toString())
                    .isEqualTo("{\"value\":null}");
        }
    }

    @Test
    void emit_publishes_a_fact_of_the_agent_and_leaves_a_record() throws Exception {
        try (TestGuest guest = TestGuest.with("event:emit").start()) {
            guest.call("emit", "{\"type\":\"disk-full\",\"data\":{\"n\":1.50}}");

            assertThat(guest.agent.published(AgentEmitted.class))
                    .containsExactly(
                            new AgentEmitted(
                                    guest.agent.id(),
                                    guest.agent.session(),
                                    "disk-full",
                                    Payload.json("{\"n\":1.50}"),
                                    FakeAgentContext.NOW));
            assertThat(guest.authority.record())
                    .containsExactly(
                            "intent event:emit disk-full {characters=10}", "done 1 subscribers");
        }
    }

    @Test
    void secret_gives_the_value_to_the_guest_and_to_nobody_else() throws Exception {
        try (TestGuest guest =
                TestGuest.with("secret:read:api-token", "event:emit")
                        .secrets(name -> Optional.of("s3\"cr3t-" + name))
                        .start()) {
            assertThat(guest.call("secret", "{\"name\":\"api-token\"}").path("value").asText())
                    .isEqualTo("s3\"cr3t-api-token");

            guest.call("log", "{\"level\":\"info\",\"message\":\"it is s3\\\"cr3t-api-token.\"}");
            guest.call("emit", "{\"type\":\"x\",\"data\":{\"v\":\"s3\\\"cr3t-api-token\"}}");

            assertThat(guest.context.lines()).containsExactly("info: it is [secret].");
            assertThat(guest.agent.published(AgentEmitted.class).get(0).data().text())
                    .isEqualTo("{\"v\":\"[secret]\"}");
            assertThat(guest.authority.record())
                    .contains("intent secret:read:api-token api-token {}", "done read")
                    .noneMatch(line -> line.contains("cr3t"));
        }
    }

    @Test
    void spawn_makes_an_agent_below_the_caller() throws Exception {
        try (TestGuest guest = TestGuest.with("agent:spawn:aws").start()) {
            JsonNode answer =
                    guest.call(
                            "spawn",
                            "{\"type\":\"aws\",\"capabilities\":[\"compute\"],"
                                    + "\"permissions\":[\"ec2:describe\"],"
                                    + "\"settings\":{\"account\":\"main\"}}");

            assertThat(answer.path("agent").asText()).isEqualTo("child-1");
            assertThat(guest.agent.spawned())
                    .containsExactly(
                            AgentSpec.of("aws")
                                    .capabilities(
                                            c ->
                                                    c.domainExpertise("compute")
                                                            .requiredPermissions("ec2:describe"))
                                    .setting("account", "main"));
        }
    }

    @Test
    void submit_makes_a_task_in_the_same_session() throws Exception {
        try (TestGuest guest = TestGuest.with("task:submit").start()) {
            JsonNode answer =
                    guest.call(
                            "submit",
                            "{\"type\":\"infrastructure-scan\",\"input\":{\"a\":\"1\"},"
                                    + "\"priority\":\"LOW\",\"timeoutMs\":60000,\"key\":\"k\"}");

            assertThat(answer.path("task").asText()).startsWith("t-");
            assertThat(answer.has("note")).isFalse();
            assertThat(guest.context.submitted())
                    .containsExactly(
                            TaskSpec.of("infrastructure-scan")
                                    .input(Payload.fields(Map.of("a", "1")))
                                    .priority(Priority.LOW)
                                    .timeout(Duration.ofMinutes(1))
                                    .idempotencyKey("k"));
        }
    }

    @Test
    void submit_takes_a_task_that_nobody_runs_yet_and_says_so() throws Exception {
        try (TestGuest guest = TestGuest.with("task:submit").start()) {
            JsonNode answer = guest.call("submit", "{\"type\":\"infrastructure-scam\"}");

            String note = "no agent type runs 'infrastructure-scam' now; the task waits for one";
            assertThat(answer.path("task").asText()).startsWith("t-");
            assertThat(answer.path("note").asText()).isEqualTo(note);
            assertThat(guest.context.submitted())
                    .containsExactly(TaskSpec.of("infrastructure-scam"));
            assertThat(guest.context.lines())
                    .containsExactly("submitted " + answer.path("task").asText() + ": " + note);
        }
    }

    @Test
    void submit_does_not_tell_who_may_not_whether_somebody_runs_it() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            JsonNode answer = guest.call("submit", "{\"type\":\"infrastructure-scam\"}");

            assertThat(answer.path("error").path("code").asText()).isEqualTo("FORBIDDEN");
            assertThat(answer.toString()).doesNotContain("no agent type");
        }
    }

    @Test
    void inventory_gives_every_resource_once_page_by_page() throws Exception {
        TestGuest.Wishes wishes = TestGuest.with("cloud:read");
        wishes.authority().withScan(scan(), resources(23));
        try (TestGuest guest = wishes.start()) {
            List<String> seen = new ArrayList<>();
            String after = "null";
            do {
                JsonNode page =
                        guest.call(
                                "inventory",
                                "{\"scan\":\"latest\",\"type\":\"s3:bucket\",\"after\":"
                                        + after
                                        + ",\"limit\":10}");
                assertThat(page.path("scan").asText()).isEqualTo(SCAN.value());
                assertThat(page.path("resources").size()).isBetween(1, 10);
                page.path("resources").forEach(one -> seen.add(one.path("id").asText()));
                after = page.path("next").toString();
            } while (!after.equals("null"));

            assertThat(seen)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 23).mapToObj(i -> "bucket-" + i).toList());
        }
    }

    @Test
    void a_resource_has_all_that_is_known_of_it() throws Exception {
        TestGuest.Wishes wishes = TestGuest.with("cloud:read");
        wishes.authority().withScan(scan(), resources(1));
        try (TestGuest guest = wishes.start()) {
            assertThat(guest.call("inventory", "{}").path("resources").get(0).toString())
                    .isEqualTo(
                            "{\"provider\":\"aws\",\"account\":\"main\",\"region\":\"global\","
                                    + "\"type\":\"s3:bucket\",\"id\":\"bucket-0\",\"name\":\"B\","
                                    + "\"tags\":{\"owner\":\"ops\"},\"attributes\":{\"n\":\"0\"}}");
        }
    }

    private static Scan scan() {
        return new Scan(
                SCAN,
                "ada",
                ScanSpec.EVERYTHING,
                ScanState.COMPLETE,
                new Scan.Span(FakeAgentContext.NOW, Optional.empty()));
    }

    private static List<CloudResource> resources(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                new CloudResource(
                                        new ResourceKey(
                                                new CloudScope("aws", "main", "global"),
                                                new ResourceType("s3:bucket"),
                                                "bucket-" + i),
                                        "B",
                                        Map.of("owner", "ops"),
                                        Map.of("n", Integer.toString(i))))
                .toList();
    }
}
