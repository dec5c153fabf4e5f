package io.sirsi.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.Health;
import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.security.Permission;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import io.sirsi.session.SessionStateChanged;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private static final String[] ALL_OF_OWN = {
        "session:open",
        "session:read",
        "session:suspend",
        "session:resume",
        "session:close",
        "agent",
        "task",
        "aws:read"
    };

    private final TestNode node = new TestNode();
    private final Hypervisor ada = node.as("ada", ALL_OF_OWN);
    private final Hypervisor bob = node.as("bob", ALL_OF_OWN);
    private final Hypervisor root = node.as("root", "*");

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void two_owners_cannot_see_or_touch_each_other_and_cannot_tell_foreign_from_absent() {
        SessionId session = open(ada, SessionLimits.DEFAULT);
        AgentId agent = ada.spawnAgent(session, AgentSpec.of("aws"));
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        SessionId noSession = new SessionId("s-" + "0".repeat(26));
        AgentId noAgent = new AgentId("nobody");
        TaskId noTask = new TaskId("t-" + "0".repeat(26));

        assertSame(() -> bob.session(session), () -> bob.session(noSession));
        assertSame(() -> bob.closeSession(session), () -> bob.closeSession(noSession));
        assertSame(() -> bob.suspendSession(session), () -> bob.suspendSession(noSession));
        assertSame(
                () -> bob.spawnAgent(session, AgentSpec.of("aws")),
                () -> bob.spawnAgent(noSession, AgentSpec.of("aws")));
        assertSame(
                () -> bob.submitTask(session, TaskSpec.of("work")),
                () -> bob.submitTask(noSession, TaskSpec.of("work")));
        assertSame(() -> bob.agent(agent), () -> bob.agent(noAgent));
        assertSame(() -> bob.agentHealth(agent), () -> bob.agentHealth(noAgent));
        assertSame(() -> bob.terminateAgent(agent), () -> bob.terminateAgent(noAgent));
        assertSame(() -> bob.task(task), () -> bob.task(noTask));
        assertSame(() -> bob.cancelTask(task), () -> bob.cancelTask(noTask));
        assertSame(() -> bob.tasks(of(session)), () -> bob.tasks(of(noSession)));
        SessionId bobs = open(bob, SessionLimits.DEFAULT);
        assertSame(
                () -> bob.spawnAgent(bobs, AgentSpec.of("aws").under(agent)),
                () -> bob.spawnAgent(bobs, AgentSpec.of("aws").under(noAgent)));
        assertThat(bob.sessions()).extracting(Session::id).containsExactly(bobs);
        assertThat(bob.agents()).isEmpty();
        assertThat(bob.tasks(TaskQuery.newest(10))).isEmpty();

        assertThat(ada.sessions()).extracting(Session::id).containsExactly(session);
        assertThat(ada.tasks(TaskQuery.newest(10)))
                .extracting(TaskSnapshot::id)
                .containsExactly(task);
        assertThat(root.sessions()).hasSize(2);
        assertThat(root.agent(agent).id()).isEqualTo(agent);
        assertThat(root.tasks(of(session))).hasSize(1);
    }

    @Test
    void a_session_lives_as_long_as_it_may_and_takes_its_agents_and_tasks_with_it() {
        SessionId session = open(ada, new SessionLimits(5, 5, Duration.ofMinutes(10)));
        ada.spawnAgent(session, AgentSpec.of("aws"));
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        node.clock.advance(Duration.ofMinutes(10).minusMillis(1));
        node.sessions.runDue();
        assertThat(ada.session(session).state()).isEqualTo(SessionState.ACTIVE);
        node.clock.advance(Duration.ofMillis(1));
        node.trail.records.clear();
        node.sessions.runDue();
        assertThat(ada.session(session).state()).isEqualTo(SessionState.EXPIRED);
        assertThat(node.agents.alive).isEmpty();
        assertThat(node.tasks.find(task).orElseThrow().state())
                .isInstanceOf(TaskState.Cancelled.class);
        assertThat(node.trail.lines()).containsExactly("system session:expire DONE");
        assertThat(node.bus.published(SessionStateChanged.class))
                .extracting(event -> event.session().state())
                .containsExactly(SessionState.EXPIRED);
        assertRefused(
                () -> ada.submitTask(session, TaskSpec.of("work")), Reason.CONFLICT, "expired");
    }

    @Test
    void expiry_waits_for_the_audit() {
        SessionId session = open(ada, new SessionLimits(5, 5, Duration.ofMinutes(10)));
        node.clock.advance(Duration.ofMinutes(11));
        node.trail.broken = true;
        node.sessions.runDue();
        assertThat(node.sessions.find(session).orElseThrow().state())
                .isEqualTo(SessionState.ACTIVE);
        node.trail.broken = false;
        node.sessions.runDue();
        assertThat(node.sessions.find(session).orElseThrow().state())
                .isEqualTo(SessionState.EXPIRED);
    }

    @Test
    void a_suspended_session_takes_nothing_new_until_it_is_resumed() {
        SessionId session = open(ada, SessionLimits.DEFAULT);
        assertThat(ada.suspendSession(session).state()).isEqualTo(SessionState.SUSPENDED);
        assertThat(node.tasks.paused).containsExactly(session);
        assertRefused(
                () -> ada.submitTask(session, TaskSpec.of("work")), Reason.CONFLICT, "resume it");
        assertRefused(
                () -> ada.spawnAgent(session, AgentSpec.of("aws")), Reason.CONFLICT, "resume it");
        assertThat(ada.resumeSession(session).state()).isEqualTo(SessionState.ACTIVE);
        assertThat(node.tasks.paused).isEmpty();
        ada.submitTask(session, TaskSpec.of("work"));
        ada.closeSession(session);
        assertRefused(() -> ada.resumeSession(session), Reason.CONFLICT, "has ended");
        assertThat(ada.closeSession(session).state()).isEqualTo(SessionState.TERMINATED);
    }

    @Test
    void limits_hold_for_agents_and_tasks_and_places_become_free() {
        SessionId session = open(ada, new SessionLimits(2, 2, Duration.ofHours(1)));
        AgentId first = ada.spawnAgent(session, AgentSpec.of("aws"));
        ada.spawnAgent(session, AgentSpec.of("aws"));
        assertRefused(
                () -> ada.spawnAgent(session, AgentSpec.of("aws")), Reason.LIMIT, "may have 2");
        ada.terminateAgent(first);
        ada.spawnAgent(session, AgentSpec.of("aws"));

        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        ada.submitTask(session, TaskSpec.of("work"));
        assertRefused(
                () -> ada.submitTask(session, TaskSpec.of("work")), Reason.LIMIT, "may have 2");
        ada.cancelTask(task);
        ada.submitTask(session, TaskSpec.of("work"));
    }

    @Test
    void what_agents_spawn_and_submit_beyond_the_limits_is_taken_away() {
        SessionId session = open(ada, new SessionLimits(2, 2, Duration.ofHours(1)));
        ada.spawnAgent(session, AgentSpec.of("aws"));
        for (int i = 0; i < 3; i++) {
            node.agents.spawn(session, AgentSpec.of("aws"));
            node.tasks.schedule(session, TaskSpec.of("work"));
        }
        node.sessions.runDue();
        assertThat(node.agents.alive).hasSize(2);
        assertThat(node.tasks.open("work")).hasSize(2);
        assertThat(node.trail.lines()).filteredOn("system session:limit DONE"::equals).hasSize(2);
    }

    @Test
    void what_lives_in_no_session_is_ended() {
        SessionId nowhere = new SessionId("s-" + "9".repeat(26));
        node.agents.spawn(nowhere, AgentSpec.of("aws"));
        node.tasks.schedule(nowhere, TaskSpec.of("work"));
        node.sessions.runDue();
        assertThat(node.agents.alive).isEmpty();
        assertThat(node.tasks.open("work")).isEmpty();
    }

    @Test
    void the_node_has_limits_too_and_forgets_old_sessions() {
        assertRefused(
                () -> open(ada, new SessionLimits(101, 5, Duration.ofHours(1))),
                Reason.LIMIT,
                "at most 100");
        assertRefused(
                () -> open(ada, new SessionLimits(5, 10_001, Duration.ofHours(1))),
                Reason.LIMIT,
                "at most 10000");
        assertRefused(
                () -> open(ada, new SessionLimits(5, 5, Duration.ofHours(25))),
                Reason.LIMIT,
                "24 h");
        List<SessionId> opened =
                List.of(
                        open(ada, SessionLimits.DEFAULT),
                        open(ada, SessionLimits.DEFAULT),
                        open(ada, SessionLimits.DEFAULT),
                        open(bob, SessionLimits.DEFAULT),
                        open(bob, SessionLimits.DEFAULT));
        assertRefused(() -> open(ada, SessionLimits.DEFAULT), Reason.LIMIT, "5 open sessions");
        opened.forEach(root::closeSession);
        assertThat(root.sessions()).hasSize(2);
        open(ada, SessionLimits.DEFAULT);
    }

    @Test
    void nobody_gives_away_what_they_do_not_have() {
        SessionId session = open(ada, SessionLimits.DEFAULT);
        assertRefused(
                () ->
                        ada.spawnAgent(
                                session,
                                AgentSpec.of("aws")
                                        .capabilities(
                                                c -> c.requiredPermissions("aws:read", "aws:*"))),
                Reason.DENIED,
                "aws:*");
        assertRefused(
                () ->
                        ada.spawnAgent(
                                session,
                                AgentSpec.of("aws")
                                        .capabilities(c -> c.requiredPermissions("aws:describe"))),
                Reason.DENIED,
                "aws:describe");
        assertThat(node.agents.alive).isEmpty();
    }

    @Test
    void without_capabilities_an_agent_gets_what_its_type_offers_and_the_caller_has() {
        SessionId session = open(ada, SessionLimits.DEFAULT);
        AgentId agent = ada.spawnAgent(session, AgentSpec.of("aws"));
        AgentCapabilities given = ada.agent(agent).spec().capabilities();
        assertThat(given.spawnsSubAgents()).isTrue();
        assertThat(given.domains()).containsExactly("compute");
        assertThat(given.permissions()).containsExactly(Permission.of("aws:read"));

        AgentId narrow =
                ada.spawnAgent(
                        session,
                        AgentSpec.of("aws").capabilities(c -> c.domainExpertise("compute")));
        AgentId child = ada.spawnAgent(session, AgentSpec.of("aws").under(narrow));
        assertThat(ada.agent(child).spec().capabilities())
                .isEqualTo(new AgentCapabilities(false, Set.of("compute"), Set.of()));
    }

    @Test
    void an_unknown_type_is_named_with_the_known_ones() {
        SessionId session = open(ada, SessionLimits.DEFAULT);
        assertRefused(
                () -> ada.spawnAgent(session, AgentSpec.of("awz")),
                Reason.NOT_FOUND,
                "unknown agent type 'awz'; known: aws, host, inventory");
    }

    @Test
    void a_label_that_would_speak_for_a_scan_is_refused() {
        SessionId session = open(ada, SessionLimits.DEFAULT);
        assertRefused(
                () -> ada.submitTask(session, TaskSpec.of("work").label("scan", "x")),
                Reason.INVALID,
                "belongs to scans");
    }

    @Test
    void the_status_counts_what_there_is_and_says_what_is_wrong() {
        SessionId session = open(ada, SessionLimits.DEFAULT);
        ada.spawnAgent(session, AgentSpec.of("aws"));
        ada.submitTask(session, TaskSpec.of("work"));
        assertThat(root.status().counts())
                .isEqualTo(
                        Map.of(
                                "sessions", 1L,
                                "agents", 1L,
                                "agentTypes", 3L,
                                "tasks", 1L,
                                "scans", 0L,
                                "deadLetters", 0L));
        assertThat(root.status().version()).isEqualTo("0.1.0");
        assertThat(root.status().health().values())
                .allMatch(health -> health.sentence().equals("ok"));
        node.inventory.broken = true;
        assertThat(root.status().health().get("inventory").sentence()).contains("disk is full");
        node.inventory.broken = false;
    }

    @Test
    void the_status_says_which_types_agents_wait_for() {
        AgentId waits = ada.spawnAgent(open(ada, SessionLimits.DEFAULT), AgentSpec.of("aws"));
        node.agents.wait(waits, node.clock.instant());
        assertThat(root.status().health().get("agents")).isEqualTo(Health.ok()); // is being made
        node.agents.typeGone("aws");
        assertThat(root.status().health().get("agents").status()).isEqualTo(Health.Status.WARN);
        assertThat(root.status().health().get("agents").sentence())
                .startsWith("1 agents wait for types that are not there: aws;");
    }

    private static TaskQuery of(SessionId session) {
        return new TaskQuery(Optional.of(session), Set.of(), Map.of(), 10);
    }

    private static SessionId open(Hypervisor hypervisor, SessionLimits limits) {
        return hypervisor.openSession(new SessionSpec("test", limits)).id();
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    /** Both are refused as absent, with the same words but for the name. */
    private static void assertSame(ThrowingCallable foreign, ThrowingCallable absent) {
        assertThat(words(foreign)).isEqualTo(words(absent));
    }

    private static String words(ThrowingCallable call) {
        try {
            call.call();
        } catch (RefusedException e) {
            assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
            return e.getMessage().replaceAll("'[^']*'", "'…'");
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("not refused");
    }
}
