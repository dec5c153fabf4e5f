package io.sirsi.spi.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.GapDiscovered;
import io.sirsi.cloud.ResourcesDiscovered;
import io.sirsi.cloud.ScanId;
import io.sirsi.event.Receipt;
import io.sirsi.failure.RefusedException;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.FakeAgentContext;
import io.sirsi.spi.agent.FakeTaskContext;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CloudAgentTest {

    private static final ScanId SCAN = new ScanId("scan-" + "7".repeat(26));

    private final ScriptedCloud cloud = new ScriptedCloud();
    private final FakeAgentContext context =
            new FakeAgentContext(
                    AgentSpec.of("scripted")
                            .capabilities(none -> cloud.descriptor().offers())
                            .setting(CloudTasks.ACCOUNT, "main"));

    @Test
    void identify_spawns_an_agent_for_each_region_and_submits_a_task_for_each_type_there()
            throws Exception {
        FakeTaskContext task = identifyTask("", "");

        TaskOutcome outcome = agent().run(task);

        assertThat(context.spawned())
                .extracting(spec -> spec.settings().get(CloudTasks.REGION))
                .containsExactly(CloudScope.GLOBAL, "north", "south");
        assertThat(task.submitted())
                .extracting(
                        spec ->
                                spec.labels().get(CloudTasks.REGION)
                                        + " "
                                        + spec.labels().get(CloudTasks.TYPE))
                .containsExactly(
                        "global scripted:user", "north scripted:box", "south scripted:box");
        assertThat(task.submitted())
                .allSatisfy(
                        spec -> {
                            assertThat(spec.type()).isEqualTo(CloudTasks.DISCOVER);
                            assertThat(spec.labels()).containsEntry(CloudTasks.ACCOUNT_ID, "4711");
                            assertThat(spec.priority()).isEqualTo(Priority.HIGH);
                        });
        assertThat(task.submitted())
                .extracting(spec -> spec.constraints().get(0))
                .containsExactly(named("child-1"), named("child-2"), named("child-3"));
        assertThat(output(outcome))
                .containsEntry(CloudTasks.ACCOUNT_ID, "4711")
                .containsEntry(CloudTasks.TASKS, "3")
                .containsEntry(CloudTasks.API_CALLS, "1");
    }

    @Test
    void identify_gives_the_agents_of_regions_its_abilities_but_for_spawning() throws Exception {
        agent().run(identifyTask("", ""));

        assertThat(context.spawned())
                .allSatisfy(
                        child -> {
                            assertThat(child.capabilities().spawnsSubAgents()).isFalse();
                            assertThat(child.capabilities().domains()).containsExactly("boxes");
                            assertThat(child.capabilities().permissions())
                                    .isEqualTo(context.spec().capabilities().permissions());
                            assertThat(child.settings()).containsEntry(CloudTasks.ACCOUNT, "main");
                        });
    }

    @Test
    void identify_keeps_to_the_types_that_were_asked_for() throws Exception {
        FakeTaskContext task = identifyTask("", "scripted:user, other:type");

        agent().run(task);

        assertThat(context.spawned()).hasSize(1);
        assertThat(task.submitted())
                .extracting(spec -> spec.labels().get(CloudTasks.TYPE))
                .containsExactly("scripted:user");
    }

    @Test
    void identify_keeps_to_the_regions_that_were_asked_for_and_to_what_has_none() throws Exception {
        FakeTaskContext task = identifyTask("south,elsewhere", "");

        agent().run(task);

        assertThat(task.submitted())
                .extracting(spec -> spec.labels().get(CloudTasks.REGION))
                .containsExactly(CloudScope.GLOBAL, "south");
        assertThat(context.published(GapDiscovered.class)).isEmpty();
    }

    @Test
    void identify_reports_a_region_that_is_not_enabled_as_a_gap() throws Exception {
        agent().run(identifyTask("west,north", ""));

        assertThat(context.published(GapDiscovered.class))
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.scan()).isEqualTo(SCAN);
                            assertThat(event.gap().scope())
                                    .isEqualTo(new CloudScope("scripted", "4711", "west"));
                            assertThat(event.gap().type()).isEmpty();
                            assertThat(event.gap().failure().code())
                                    .isEqualTo(AgentFailure.Code.FORBIDDEN);
                            assertThat(event.gap().failure().sentence()).contains("'west'");
                        });
    }

    @Test
    void a_gap_that_nobody_kept_is_a_failure_that_is_tried_again() throws Exception {
        context.answering(new Receipt(0, 1, 0));

        assertFails(agent(), identifyTask("west", ""), AgentFailure.Code.REMOTE_ERROR);
    }

    @Test
    void a_second_attempt_to_identify_neither_spawns_nor_submits_anything_twice() throws Exception {
        CloudAgent agent = agent();
        FakeTaskContext task = identifyTask("", "");

        agent.run(task);
        agent.run(task);

        assertThat(context.spawned()).hasSize(3);
        assertThat(task.submitted()).hasSize(3);
    }

    @Test
    void a_failure_of_the_provider_is_the_failure_of_the_task() throws Exception {
        CloudAgent agent = agent();
        cloud.broken(AgentFailure.of(AgentFailure.Code.UNAUTHENTICATED, "the key has expired"));

        assertFails(agent, identifyTask("", ""), AgentFailure.Code.UNAUTHENTICATED);
        assertFails(agent, discoverTask("north"), AgentFailure.Code.UNAUTHENTICATED);
        assertThat(context.published(ResourcesDiscovered.class)).isEmpty();
    }

    @Test
    void a_refused_spawn_is_a_failure_with_the_reason() throws Exception {
        context.refusing(RefusedException.limit("a session has at most 3 agents"));

        assertFails(agent(), identifyTask("", ""), AgentFailure.Code.LIMIT);
    }

    @Test
    void discover_publishes_pages_and_counts() throws Exception {
        FakeTaskContext task = discoverTask("north");

        TaskOutcome outcome = agent().run(task);

        assertThat(context.published(ResourcesDiscovered.class))
                .hasSize(2)
                .allSatisfy(
                        page -> {
                            assertThat(page.scan()).isEqualTo(SCAN);
                            assertThat(page.at()).isEqualTo(FakeAgentContext.NOW);
                        })
                .flatExtracting(ResourcesDiscovered::resources)
                .extracting(CloudResource::key)
                .extracting(Object::toString)
                .containsExactly(
                        "scripted/4711/north/scripted:box/box-1",
                        "scripted/4711/north/scripted:box/box-2");
        assertThat(output(outcome))
                .isEqualTo(Map.of(CloudTasks.RESOURCES, "2", CloudTasks.API_CALLS, "2"));
        assertThat(task.done()).isEqualTo(2);
    }

    @Test
    void a_page_that_nobody_kept_is_a_failure_that_is_tried_again() throws Exception {
        for (Receipt lost :
                Set.of(new Receipt(0, 0, 0), new Receipt(0, 3, 0), new Receipt(1, 0, 1))) {
            context.answering(lost);

            assertFails(agent(), discoverTask("north"), AgentFailure.Code.REMOTE_ERROR);
        }
    }

    @Test
    void a_discovery_that_was_told_to_stop_does_not_say_that_it_saw_everything() throws Exception {
        TaskOutcome outcome = agent().run(discoverTask("north").cancel());

        assertThat(outcome).isInstanceOf(TaskOutcome.Cancelled.class);
        assertThat(context.published(ResourcesDiscovered.class)).isEmpty();
    }

    @Test
    void a_task_of_another_type_or_without_its_labels_is_refused() throws Exception {
        assertFails(
                agent(),
                new FakeTaskContext(TaskSpec.of("cloud.destroy")),
                AgentFailure.Code.UNSUPPORTED);
        assertFails(
                agent(),
                new FakeTaskContext(TaskSpec.of(CloudTasks.DISCOVER)),
                AgentFailure.Code.INVALID);
    }

    @Test
    void an_agent_without_an_account_or_with_an_unknown_one_is_not_made() {
        assertThatExceptionOfType(AgentFailureException.class)
                .isThrownBy(() -> cloud.create(new FakeAgentContext(AgentSpec.of("scripted"))))
                .satisfies(
                        e -> assertThat(e.failure().code()).isEqualTo(AgentFailure.Code.INVALID));
        assertThatExceptionOfType(AgentFailureException.class)
                .isThrownBy(
                        () ->
                                cloud.create(
                                        new FakeAgentContext(
                                                AgentSpec.of("scripted")
                                                        .setting(CloudTasks.ACCOUNT, "nobody"))))
                .satisfies(
                        e -> assertThat(e.failure().code()).isEqualTo(AgentFailure.Code.NOT_FOUND));
    }

    @Test
    void the_end_of_the_agent_closes_the_account() throws Exception {
        CloudAgent agent = agent();
        assertThat(cloud.open()).isEqualTo(1);

        agent.stop();

        assertThat(cloud.open()).isZero();
    }

    @Test
    void a_violation_shows_only_attributes_that_the_resource_has() {
        CloudResource box =
                new CloudResource(
                        new RecordingSink("scripted", "4711").key("north", ScriptedCloud.BOX, "b"),
                        "b",
                        Map.of(),
                        Map.of("open", "true", "colour", "red"));

        assertThat(FindingRule.Violation.of(box, "close it", "open", "size").evidence())
                .isEqualTo(Map.of("open", "true"));
    }

    private CloudAgent agent() throws AgentFailureException {
        return new CloudAgent(cloud, context);
    }

    private static FakeTaskContext identifyTask(String regions, String types) {
        return new FakeTaskContext(
                labelled(TaskSpec.of(CloudTasks.IDENTIFY))
                        .priority(Priority.HIGH)
                        .input(
                                Payload.fields(
                                        Map.of(
                                                CloudTasks.REGIONS,
                                                regions,
                                                CloudTasks.TYPES,
                                                types))));
    }

    private static FakeTaskContext discoverTask(String region) {
        return new FakeTaskContext(
                labelled(TaskSpec.of(CloudTasks.DISCOVER))
                        .label(CloudTasks.ACCOUNT_ID, "4711")
                        .label(CloudTasks.REGION, region)
                        .label(CloudTasks.TYPE, ScriptedCloud.BOX.value()));
    }

    private static TaskSpec labelled(TaskSpec spec) {
        return spec.label(CloudTasks.SCAN, SCAN.value())
                .label(CloudTasks.PROVIDER, "scripted")
                .label(CloudTasks.ACCOUNT, "main");
    }

    private static AgentConstraint named(String agent) {
        return AgentConstraint.named(new AgentId(agent));
    }

    private static Map<String, String> output(TaskOutcome outcome) {
        return Optional.of(outcome)
                .filter(TaskOutcome.Succeeded.class::isInstance)
                .map(TaskOutcome.Succeeded.class::cast)
                .orElseThrow()
                .output()
                .fields();
    }

    private static void assertFails(
            CloudAgent agent, FakeTaskContext task, AgentFailure.Code code) {
        assertThatExceptionOfType(AgentFailureException.class)
                .isThrownBy(() -> agent.run(task))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo(code));
    }
}
