package io.sirsi.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.ProviderInfo;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanEnded;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanProgress;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanStarted;
import io.sirsi.cloud.ScanState;
import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.session.Session;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.task.Dependency;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScansTest {

    private static final Duration LONG = Duration.ofMinutes(15);

    private final TestNode node = new TestNode();
    private final Hypervisor ada = node.as("ada", "*");

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void a_scan_identifies_discovers_applies_rules_adds_up_and_ends_complete() {
        ScanId scan = ada.startScan(only("aws"));
        assertThat(node.bus.published(ScanStarted.class)).hasSize(1);
        assertThat(phase(scan)).isEqualTo("identifying");
        assertThat(node.agents.list())
                .extracting(agent -> agent.spec().type().value())
                .containsExactly("aws", "inventory");
        AgentSnapshot account = node.agents.list().get(0);
        assertThat(account.spec().settings()).isEqualTo(Map.of("account", "prod"));
        assertThat(account.spec().capabilities()).isEqualTo(node.aws.offers());

        TaskSnapshot identify = node.tasks.open(CloudTasks.IDENTIFY).get(0);
        assertThat(identify.spec().labels())
                .isEqualTo(Map.of("scan", scan.value(), "provider", "aws", "account", "prod"));
        TaskId ireland = discover(identify, "eu-west-1");
        TaskId virginia = discover(identify, "us-east-1");
        node.scans.runDue();
        assertThat(node.tasks.open(CloudTasks.FINDINGS)).isEmpty();
        succeed(identify.id(), Map.of("account-id", "123456789012", "apiCalls", "2"));
        node.scans.runDue();
        assertThat(phase(scan)).isEqualTo("discovering");
        TaskSnapshot findings = node.tasks.open(CloudTasks.FINDINGS).get(0);
        assertThat(findings.spec().dependencies())
                .containsExactlyInAnyOrder(
                        new Dependency(ireland, Dependency.Condition.ANY_END),
                        new Dependency(virginia, Dependency.Condition.ANY_END));
        assertThat(node.tasks.open(CloudTasks.SUMMARY).get(0).spec().dependencies())
                .containsExactly(new Dependency(findings.id(), Dependency.Condition.ANY_END));

        node.tasks.progress(ireland, 40);
        assertThat(scopes(scan))
                .containsExactly(
                        "aws/123456789012/eu-west-1 0+0/1 40",
                        "aws/123456789012/global 1+0/1 0",
                        "aws/123456789012/us-east-1 0+0/1 0");
        succeed(ireland, Map.of("resources", "50", "apiCalls", "3"));
        succeed(virginia, Map.of("resources", "7", "apiCalls", "1"));
        node.scans.runDue();
        assertThat(phase(scan)).isEqualTo("findings");
        succeed(findings.id(), Map.of("findings", "1"));
        node.scans.runDue();
        assertThat(phase(scan)).isEqualTo("adding up");
        node.clock.advance(Duration.ofSeconds(5));
        succeed(node.tasks.open(CloudTasks.SUMMARY).get(0).id(), Map.of());
        node.scans.runDue();

        assertThat(ended(scan).state()).isEqualTo(ScanState.COMPLETE);
        assertThat(node.inventory.calls.get(scan)).isEqualTo(6);
        assertThat(node.agents.list()).isEmpty();
        assertThat(ada.sessions())
                .extracting(Session::state)
                .containsExactly(SessionState.TERMINATED);
        assertThat(node.bus.published(ScanEnded.class))
                .extracting(event -> event.scan().state())
                .containsExactly(ScanState.COMPLETE);
        assertThat(node.measured).containsExactly("infrastructure_scan 5 true false");
        assertThat(phase(scan)).isEqualTo("ended");
        assertThat(scopes(scan)).contains("aws/123456789012/eu-west-1 1+0/1 50");
        assertThat(ada.status().counts().get("scans")).isZero();
    }

    @Test
    void an_agent_whose_bundle_went_away_is_waited_for_one_grace_and_then_it_is_a_gap() {
        ScanId scan = ada.startScan(only("aws"));
        AgentSnapshot account = node.agents.list().get(0);
        TaskSnapshot identify = node.tasks.open(CloudTasks.IDENTIFY).get(0);
        node.scans.runDue();
        node.agents.wait(account.id(), node.clock.instant());
        Duration grace = TestNode.SETTINGS.waits().scanGrace();
        node.clock.advance(grace.minusMillis(1));
        node.scans.runDue();
        assertThat(node.tasks.open(CloudTasks.IDENTIFY)).containsExactly(identify);
        for (int i = 0; i < 2; i++) { // it looks every few seconds only
            node.clock.advance(Duration.ofSeconds(5));
            node.scans.runDue();
        }
        assertThat(node.tasks.open(CloudTasks.IDENTIFY)).isEmpty();
        assertThat(node.inventory.gaps.get(scan))
                .singleElement()
                .satisfies(
                        gap -> {
                            assertThat(gap.failure().code()).isEqualTo(AgentFailure.Code.GONE);
                            assertThat(gap.failure().sentence()).isEqualTo(account.id() + " waits");
                        });
    }

    @Test
    void what_fails_becomes_a_gap_and_the_rest_goes_on() {
        ScanId scan = ada.startScan(ScanSpec.EVERYTHING);
        List<TaskSnapshot> identifies = node.tasks.open(CloudTasks.IDENTIFY);
        assertThat(identifies).hasSize(2);
        TaskSnapshot aws = identifies.get(0);
        AgentFailure denied = AgentFailure.of(AgentFailure.Code.UNAUTHENTICATED, "expired token");
        fail(aws.id(), denied);
        TaskSnapshot host = identifies.get(1);
        TaskId disks = discover(host, "local");
        TaskId more = discover(host, "local");
        succeed(host.id(), Map.of("account-id", "machine"));
        AgentFailure gone = AgentFailure.gone("the agent 'host-2' is gone");
        fail(disks, gone);
        node.tasks.finish(more, new TaskState.TimedOut(node.clock.instant(), "60 s were allowed"));
        finishTheRest();
        assertThat(ended(scan).state()).isEqualTo(ScanState.PARTIAL);
        assertThat(node.inventory.gaps.get(scan))
                .containsExactlyInAnyOrder(
                        gap("aws", "prod", "global", null, denied),
                        gap("host", "machine", "local", "host:disk", gone),
                        gap(
                                "host",
                                "machine",
                                "local",
                                "host:disk",
                                AgentFailure.of(AgentFailure.Code.TIMED_OUT, "60 s were allowed")));
        assertThat(node.measured).containsExactly("infrastructure_scan 0 false false");
    }

    @Test
    void findings_that_fail_are_a_gap_of_every_account() {
        ScanId scan = ada.startScan(only("aws"));
        succeed(node.tasks.open(CloudTasks.IDENTIFY).get(0).id(), Map.of("account-id", "1"));
        node.scans.runDue();
        fail(node.tasks.open(CloudTasks.FINDINGS).get(0).id(), AgentFailure.gone("gone"));
        finishTheRest();
        assertThat(node.inventory.gaps.get(scan))
                .containsExactly(
                        gap(
                                "aws",
                                "1",
                                "global",
                                null,
                                AgentFailure.gone("the findings are incomplete: gone")));
    }

    @Test
    void a_scan_without_any_account_ends_and_is_complete_unless_the_provider_was_named() {
        node.addCloud(new FakeCloud("azure", Set.of("westeurope")));
        ScanId scan = ada.startScan(only("azure"));
        node.scans.runDue();
        assertThat(ended(scan).state()).isEqualTo(ScanState.PARTIAL);
        assertThat(node.inventory.gaps.get(scan))
                .containsExactly(
                        gap(
                                "azure",
                                "azure",
                                "global",
                                null,
                                AgentFailure.of(
                                        AgentFailure.Code.UNAUTHENTICATED,
                                        "run 'azure login' to connect one")));
        ScanId byType =
                ada.startScan(
                        new ScanSpec(
                                Set.of(),
                                Set.of(),
                                Set.of(),
                                Set.of(ResourceType.of("azure:disk")),
                                LONG));
        node.scans.runDue();
        assertThat(ended(byType).state()).isEqualTo(ScanState.COMPLETE);
        assertThat(node.tasks.open(CloudTasks.IDENTIFY)).isEmpty();
    }

    @Test
    void unknown_names_are_refused_with_the_known_ones() {
        assertInvalid(
                new ScanSpec(Set.of("awz"), Set.of(), Set.of(), Set.of(), LONG),
                "unknown provider 'awz'; known: aws, host");
        assertInvalid(
                new ScanSpec(Set.of("aws"), Set.of(), Set.of("local"), Set.of(), LONG),
                "unknown region 'local'; known: eu-west-1, us-east-1");
        assertInvalid(
                new ScanSpec(
                        Set.of(), Set.of(), Set.of(), Set.of(ResourceType.of("aws:disc")), LONG),
                "unknown type 'aws:disc'; known: aws:disk, host:disk");
        assertInvalid(
                new ScanSpec(Set.of(), Set.of("test"), Set.of(), Set.of(), LONG),
                "unknown account 'test'; known: local, prod");
        assertInvalid(
                new ScanSpec(
                        Set.of(),
                        Set.of(),
                        Set.of("local"),
                        Set.of(ResourceType.of("aws:disk")),
                        LONG),
                "no provider has both");
        assertThat(node.inventory.scans).isEmpty();
        assertThat(node.agents.list()).isEmpty();
        assertThat(node.trail.lines()).containsOnly("ada cloud:scan REFUSED").hasSize(5);
    }

    @Test
    void only_the_wanted_providers_and_accounts_are_visited() {
        node.addCloud(new FakeCloud("gcp", Set.of("eu-west-1"), "one", "two"));
        ada.startScan(new ScanSpec(Set.of(), Set.of("two"), Set.of("eu-west-1"), Set.of(), LONG));
        List<TaskSnapshot> identifies = node.tasks.open(CloudTasks.IDENTIFY);
        assertThat(identifies)
                .extracting(task -> task.spec().labels().get("account"))
                .containsExactly("two");
        assertThat(identifies.get(0).spec().input().fields())
                .isEqualTo(Map.of("regions", "eu-west-1", "types", ""));
    }

    @Test
    void a_provider_that_hangs_or_throws_is_a_gap_and_spoils_nothing() {
        CountDownLatch never = new CountDownLatch(1);
        FakeCloud slow = new FakeCloud("slow", Set.of("x"));
        slow.answer =
                () -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IllegalStateException("given up");
                };
        FakeCloud broken = new FakeCloud("broken", Set.of("x"));
        broken.answer =
                () -> {
                    throw new IllegalStateException("bug");
                };
        node.addCloud(slow);
        node.addCloud(broken);
        assertThat(ada.providers())
                .extracting(ProviderInfo::provider, info -> info.hint().orElse("-"))
                .contains(
                        tuple("slow", "slow did not find its accounts within 300 ms; try again"),
                        tuple("aws", "-"));
        ScanId scan = ada.startScan(ScanSpec.EVERYTHING);
        assertThat(node.inventory.gaps.get(scan))
                .extracting(gap -> gap.scope().provider() + " " + gap.failure().code())
                .containsExactly("broken INTERNAL", "slow TIMED_OUT");
        assertThat(node.tasks.open(CloudTasks.IDENTIFY)).hasSize(2);
        never.countDown();
    }

    @Test
    void a_provider_that_vanishes_before_its_agent_is_spawned_is_a_gap() {
        node.agents.typeGone("aws");
        ScanId scan = ada.startScan(ScanSpec.EVERYTHING);
        assertThat(node.inventory.gaps.get(scan))
                .containsExactly(
                        gap("aws", "prod", "global", null, AgentFailure.gone("no type 'aws'")));
        assertThat(node.tasks.open(CloudTasks.IDENTIFY)).hasSize(1);
    }

    @Test
    void a_provider_that_vanishes_in_the_middle_leaves_gaps_and_the_scan_ends() {
        ScanId scan = ada.startScan(only("aws"));
        TaskSnapshot identify = node.tasks.open(CloudTasks.IDENTIFY).get(0);
        TaskId ireland = discover(identify, "eu-west-1");
        succeed(identify.id(), Map.of("account-id", "1"));
        node.scans.runDue();
        node.clouds.removeProvider(node.aws);
        node.agents.typeGone("aws");
        fail(ireland, AgentFailure.gone("the bundle of 'aws' went away"));
        finishTheRest();
        assertThat(ended(scan).state()).isEqualTo(ScanState.PARTIAL);
        assertThat(node.inventory.gaps.get(scan)).hasSize(1);
    }

    @Test
    void when_the_time_is_over_the_rest_is_a_gap_and_what_was_seen_is_still_checked() {
        ScanId scan = ada.startScan(only("aws"));
        TaskSnapshot identify = node.tasks.open(CloudTasks.IDENTIFY).get(0);
        discover(identify, "eu-west-1");
        succeed(identify.id(), Map.of("account-id", "1"));
        node.scans.runDue();
        node.clock.advance(LONG);
        node.scans.runDue();
        assertThat(node.tasks.open(CloudTasks.DISCOVER)).isEmpty();
        assertThat(node.tasks.open(CloudTasks.FINDINGS)).hasSize(1);
        finishTheRest();
        assertThat(ended(scan).state()).isEqualTo(ScanState.PARTIAL);
        assertThat(node.inventory.gaps.get(scan))
                .containsExactly(
                        gap(
                                "aws",
                                "123456789012",
                                "eu-west-1",
                                "aws:disk",
                                AgentFailure.of(
                                        AgentFailure.Code.TIMED_OUT,
                                        "the scan's time of 900 s ran out before it was seen")));
    }

    @Test
    void tasks_that_never_end_do_not_hold_up_a_scan_for_ever() {
        node.tasks.deaf = true;
        ScanId scan = ada.startScan(only("aws"));
        node.clock.advance(LONG);
        node.scans.runDue();
        assertThat(node.inventory.scan(scan).orElseThrow().state()).isEqualTo(ScanState.RUNNING);
        node.clock.advance(Duration.ofSeconds(60));
        node.scans.runDue();
        assertThat(ended(scan).state()).isEqualTo(ScanState.PARTIAL);
        assertThat(node.inventory.gaps.get(scan)).hasSize(1);
    }

    @Test
    void a_cancelled_scan_ends_cancelled_with_its_gaps() {
        ScanId scan = ada.startScan(only("aws"));
        assertThat(ada.cancelScan(scan)).isTrue();
        assertThat(ada.cancelScan(scan)).isFalse();
        assertThat(phase(scan)).isEqualTo("stopping");
        node.scans.runDue();
        assertThat(ended(scan).state()).isEqualTo(ScanState.CANCELLED);
        assertThat(node.inventory.gaps.get(scan))
                .extracting(gap -> gap.failure().sentence())
                .containsExactly("cancelled by ada");
        assertThat(ada.cancelScan(scan)).isFalse();
        assertThat(node.agents.list()).isEmpty();
        ScanId absent = new ScanId("scan-" + "0".repeat(26));
        assertRefused(() -> ada.cancelScan(absent), Reason.NOT_FOUND, "there is no scan");
        assertRefused(() -> ada.scanProgress(absent), Reason.NOT_FOUND, "there is no scan");
    }

    @Test
    void closing_the_session_of_a_scan_cancels_it() {
        ScanId scan = ada.startScan(only("aws"));
        ada.closeSession(ada.sessions().get(0).id());
        node.scans.runDue();
        assertThat(ended(scan).state()).isEqualTo(ScanState.CANCELLED);
    }

    @Test
    void a_scan_that_a_crash_left_running_is_interrupted_at_the_next_start() {
        ScanId crashed = ada.startScan(only("aws"));
        ScanCoordinator afterRestart = node.newScans();
        afterRestart.runDue();
        assertThat(node.inventory.scan(crashed).orElseThrow().state())
                .isEqualTo(ScanState.INTERRUPTED);
        assertThat(afterRestart.progress(crashed).orElseThrow().phase()).isEqualTo("ended");
        afterRestart.stop();
    }

    @Test
    void a_scan_that_runs_when_the_hypervisor_stops_is_interrupted_and_its_work_called_off() {
        ScanId scan = ada.startScan(only("aws"));
        node.scans.stop();
        assertThat(node.inventory.scan(scan).orElseThrow().state())
                .isEqualTo(ScanState.INTERRUPTED);
        assertThat(node.tasks.open(CloudTasks.IDENTIFY)).isEmpty();
        assertThat(node.agents.list()).isEmpty();
        assertThat(node.scans.progress(scan).orElseThrow().scan().state())
                .as("what those hear who still ask")
                .isEqualTo(ScanState.INTERRUPTED);
    }

    @Test
    void events_that_got_lost_are_made_up_for() {
        node.tasks.silent = true;
        ScanId scan = ada.startScan(only("aws"));
        succeed(node.tasks.open(CloudTasks.IDENTIFY).get(0).id(), Map.of("account-id", "1"));
        node.clock.advance(Duration.ofSeconds(6));
        finishTheRest();
        node.clock.advance(Duration.ofSeconds(6));
        node.scans.runDue();
        assertThat(ended(scan).state()).isEqualTo(ScanState.COMPLETE);
    }

    @Test
    void an_inventory_that_fails_for_a_while_delays_the_end_and_loses_nothing() {
        ScanId scan = ada.startScan(only("aws"));
        AgentFailure why = AgentFailure.unreachable("sts");
        fail(node.tasks.open(CloudTasks.IDENTIFY).get(0).id(), why);
        node.inventory.broken = true;
        node.scans.runDue();
        node.inventory.broken = false;
        finishTheRest();
        assertThat(ended(scan).state()).isEqualTo(ScanState.PARTIAL);
        assertThat(node.inventory.gaps.get(scan))
                .containsExactly(gap("aws", "prod", "global", null, why));
    }

    @Test
    void a_scan_that_cannot_begin_leaves_nothing_behind() {
        node.inventory.broken = true;
        for (int i = 0; i < 5; i++) {
            assertRefused(() -> ada.startScan(only("aws")), Reason.UNAVAILABLE, "disk is full");
        }
        node.inventory.broken = false;
        assertThat(node.sessions.liveCount()).isZero();
        ada.startScan(only("aws"));
    }

    @Test
    void only_so_many_scans_run_at_once() {
        ScanId first = ada.startScan(only("aws"));
        ada.startScan(only("aws"));
        assertRefused(() -> ada.startScan(only("aws")), Reason.LIMIT, "2 scans under way");
        ada.cancelScan(first);
        node.scans.runDue();
        ada.startScan(only("aws"));
    }

    @Test
    void a_task_of_another_session_cannot_pose_as_part_of_a_scan() {
        ScanId scan = ada.startScan(only("aws"));
        Session other = node.sessions.open("eve", SessionSpec.of("eve's"));
        node.tasks.schedule(
                other.id(), TaskSpec.of(CloudTasks.DISCOVER).label("scan", scan.value()));
        assertThat(ada.scanProgress(scan).scopes())
                .extracting(ScanProgress.ScopeProgress::tasks)
                .containsExactly(1);
    }

    private static ScanSpec only(String provider) {
        return new ScanSpec(Set.of(provider), Set.of(), Set.of(), Set.of(), LONG);
    }

    /** Submits what the agent of a region would be given. */
    private TaskId discover(TaskSnapshot identify, String region) {
        TaskSpec spec =
                TaskSpec.of(CloudTasks.DISCOVER)
                        .label(
                                "account-id",
                                identify.spec().labels().get("provider").equals("host")
                                        ? "machine"
                                        : "123456789012")
                        .label("region", region)
                        .label("type", identify.spec().labels().get("provider") + ":disk");
        for (Map.Entry<String, String> label : identify.spec().labels().entrySet()) {
            spec = spec.label(label.getKey(), label.getValue());
        }
        return node.tasks.schedule(identify.session(), spec);
    }

    private void succeed(TaskId task, Map<String, String> output) {
        node.tasks.finish(
                task, new TaskState.Succeeded(node.clock.instant(), Payload.fields(output)));
    }

    private void fail(TaskId task, AgentFailure failure) {
        node.tasks.finish(task, new TaskState.Failed(node.clock.instant(), failure));
    }

    /** Lets findings and summary succeed, as far as the coordinator asks for them. */
    private void finishTheRest() {
        for (int turn = 0; turn < 3; turn++) {
            node.scans.runDue();
            node.tasks.open(CloudTasks.FINDINGS).forEach(task -> succeed(task.id(), Map.of()));
            node.tasks.open(CloudTasks.SUMMARY).forEach(task -> succeed(task.id(), Map.of()));
        }
        node.scans.runDue();
    }

    private Scan ended(ScanId scan) {
        Scan ended = node.inventory.scan(scan).orElseThrow();
        assertThat(ended.span().endedAt()).contains(node.clock.instant());
        return ended;
    }

    private String phase(ScanId scan) {
        return ada.scanProgress(scan).phase();
    }

    private List<String> scopes(ScanId scan) {
        return ada.scanProgress(scan).scopes().stream()
                .map(
                        one ->
                                one.scope()
                                        + " "
                                        + one.done()
                                        + "+"
                                        + one.failed()
                                        + "/"
                                        + one.tasks()
                                        + " "
                                        + one.resources())
                .toList();
    }

    private static CoverageGap gap(
            String provider, String account, String region, String type, AgentFailure failure) {
        return new CoverageGap(
                new CloudScope(provider, account, region),
                Optional.ofNullable(type).map(ResourceType::of),
                failure);
    }

    private void assertInvalid(ScanSpec spec, String words) {
        assertRefused(() -> ada.startScan(spec), Reason.INVALID, words);
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }
}
