package io.sirsi.inventory.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourcesDiscovered;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.Severity;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.FakeTaskContext;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.spi.cloud.FindingRule;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryAgentTest {

    private static final ResourceType BUCKET = ResourceType.of("aws:s3:bucket");
    private static final FindingRule EVEN =
            new FindingRule(
                    "aws-even",
                    Severity.HIGH,
                    BUCKET,
                    (resource, now) ->
                            resource.key().id().endsWith("0")
                                    ? Optional.of(
                                            FindingRule.Violation.of(
                                                    resource, "even at " + now, "sizeBytes"))
                                    : Optional.empty());
    private static final FindingRule BROKEN =
            new FindingRule(
                    "aws-broken",
                    Severity.LOW,
                    BUCKET,
                    (resource, now) -> {
                        throw new IllegalStateException("bug");
                    });

    @TempDir Path folder;
    private final DirectBus bus = new DirectBus();
    private SqlInventory inventory;

    @BeforeEach
    void open() {
        inventory = Samples.open(bus, folder.resolve("db"), 3);
        inventory.begin(Samples.running(1));
        for (int i = 0; i < 3; i++) {
            publish(Samples.page("eu-west-1", BUCKET.value(), i * 1000, 1000));
        }
    }

    @AfterEach
    void close() {
        inventory.stop();
    }

    @Test
    void applies_the_rules_of_a_type_to_all_its_resources() throws Exception {
        publish(List.of(Samples.resource("eu-west-1", "aws:ec2:volume", "v-0")));
        Map<String, String> output = run(CloudTasks.FINDINGS, Map.of("aws", List.of(EVEN)));
        assertThat(output).isEqualTo(Map.of("resources", "3001", "findings", "300"));
        List<Finding> findings = inventory.findings(Samples.scanId(1));
        assertThat(findings).hasSize(300);
        assertThat(findings.get(0).evidence()).isEqualTo(Map.of("sizeBytes", "42"));
        assertThat(findings.get(0).sentence()).isEqualTo("even at " + Samples.START.plusSeconds(1));
        assertThat(inventory.summary(Samples.scanId(1)).orElseThrow().gaps()).isEmpty();
    }

    @Test
    void a_second_attempt_finds_the_same_once() throws Exception {
        run(CloudTasks.FINDINGS, Map.of("aws", List.of(EVEN)));
        run(CloudTasks.FINDINGS, Map.of("aws", List.of(EVEN)));
        assertThat(inventory.findings(Samples.scanId(1))).hasSize(300);
    }

    @Test
    void a_rule_that_throws_becomes_one_gap_and_the_others_go_on() throws Exception {
        run(CloudTasks.FINDINGS, Map.of("aws", List.of(BROKEN, EVEN)));
        assertThat(inventory.findings(Samples.scanId(1))).hasSize(300);
        assertThat(inventory.summary(Samples.scanId(1)).orElseThrow().gaps())
                .singleElement()
                .satisfies(
                        gap -> {
                            assertThat(gap.type()).contains(BUCKET);
                            assertThat(gap.failure().code()).isEqualTo(AgentFailure.Code.INTERNAL);
                            assertThat(gap.failure().sentence())
                                    .contains("the rule 'aws-broken' failed");
                        });
    }

    @Test
    void a_provider_whose_rules_are_gone_is_a_gap() throws Exception {
        run(CloudTasks.FINDINGS, Map.of("host", List.of()));
        assertThat(inventory.summary(Samples.scanId(1)).orElseThrow().gaps())
                .extracting(CoverageGap::scope)
                .containsExactly(new CloudScope("aws", "123456789012", "global"));
        assertThat(inventory.summary(Samples.scanId(1)).orElseThrow().gaps().get(0).failure())
                .satisfies(
                        failure -> {
                            assertThat(failure.code()).isEqualTo(AgentFailure.Code.GONE);
                            assertThat(failure.sentence())
                                    .startsWith("the rules of aws are not available");
                        });
    }

    @Test
    void stops_when_it_is_asked_to() throws Exception {
        TaskOutcome outcome =
                new InventoryAgent(inventory, () -> Map.of("aws", List.of(EVEN)))
                        .run(task(CloudTasks.FINDINGS, Samples.scanId(1).value()).cancel());
        assertThat(outcome).isInstanceOf(TaskOutcome.Cancelled.class);
        assertThat(inventory.findings(Samples.scanId(1))).isEmpty();
    }

    @Test
    void a_summary_adds_up() throws Exception {
        run(CloudTasks.FINDINGS, Map.of("aws", List.of(EVEN)));
        assertThat(run(CloudTasks.SUMMARY, Map.of()))
                .isEqualTo(Map.of("resources", "3000", "findings", "300"));
    }

    @Test
    void unknown_ended_and_unnamed_scans_are_failures_with_a_sentence() {
        InventoryAgent agent = new InventoryAgent(inventory, () -> Map.of("aws", List.of(EVEN)));
        assertFailure(agent, task(CloudTasks.FINDINGS, Samples.scanId(9).value()), "NOT_FOUND");
        assertFailure(agent, task(CloudTasks.FINDINGS, "nonsense"), "INVALID");
        assertFailure(agent, task("cloud.other", Samples.scanId(1).value()), "UNSUPPORTED");
        inventory.end(Samples.ended(Samples.running(1), ScanState.CANCELLED), 0);
        assertFailure(agent, task(CloudTasks.FINDINGS, Samples.scanId(1).value()), "INVALID");
    }

    private static void assertFailure(InventoryAgent agent, TaskContext task, String code) {
        assertThatThrownBy(() -> agent.run(task))
                .isInstanceOfSatisfying(
                        AgentFailureException.class,
                        e -> assertThat(e.failure().code().name()).isEqualTo(code));
    }

    private Map<String, String> run(String type, Map<String, List<FindingRule>> rules)
            throws AgentFailureException {
        TaskOutcome outcome =
                new InventoryAgent(inventory, () -> rules)
                        .run(task(type, Samples.scanId(1).value()));
        return ((TaskOutcome.Succeeded) outcome).output().fields();
    }

    private void publish(List<CloudResource> page) {
        assertThat(
                        bus.publish(new ResourcesDiscovered(Samples.scanId(1), page, Samples.START))
                                .recorded())
                .isTrue();
    }

    private static FakeTaskContext task(String type, String scan) {
        return new FakeTaskContext(TaskSpec.of(type).label(CloudTasks.SCAN, scan));
    }
}
