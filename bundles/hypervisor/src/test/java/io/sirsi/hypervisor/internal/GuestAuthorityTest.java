package io.sirsi.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.audit.AuditRecord;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.security.Permission;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionSpec;
import io.sirsi.task.Payload;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleTrial;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuestAuthorityTest {

    private static final Permission EMIT = Permission.of("event:emit");
    private static final Permission CALL = Permission.of("http:call:api.example.com");

    private final TestNode node = new TestNode();
    private Hypervisor ada;
    private SessionId session;
    private AgentId agent;
    private AgentAuthority authority;
    private int effects;

    @BeforeEach
    void spawn_an_agent_that_may_emit_and_read() {
        ada = node.as("ada", "*");
        session = ada.openSession(SessionSpec.of("ada's")).id();
        agent =
                ada.spawnAgent(
                        session,
                        AgentSpec.of("inventory")
                                .capabilities(
                                        c -> c.requiredPermissions("event:emit", "cloud:read")));
        authority = node.access.authorityOf(agent);
        node.trail.records.clear();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void does_what_agent_and_owner_may_and_records_it_with_the_agents_name() {
        assertThat(emit()).isEqualTo(1);

        assertThat(node.trail.lines()).containsExactly("ada event:emit DONE");
        AuditRecord.Intent intent = (AuditRecord.Intent) node.trail.records.get(0).entry();
        assertThat(intent.action().caller().door()).isEqualTo("wasm");
        assertThat(intent.action().detail()).containsEntry("agent", agent.value());
    }

    @Test
    void refuses_what_the_owner_may_but_the_agent_was_not_given() {
        assertThatThrownBy(() -> authority.act(CALL, "/", Map.of(), this::effect, any -> ""))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(RefusedException.Reason.DENIED))
                .hasMessage(
                        "agent '"
                                + agent.value()
                                + "' was not given http:call:api.example.com when it was spawned");
        assertThat(effects).isZero();
        assertThat(node.trail.lines()).containsExactly("ada http:call:api.example.com DENIED");
    }

    @Test
    void refuses_what_the_agent_was_given_and_the_owner_has_lost_since() {
        node.as("ada", "session:open");

        assertThatThrownBy(this::emit).hasMessageContaining("'ada' may not event:emit");
        assertThat(effects).isZero();
        assertThat(authority.allows(EMIT)).isFalse();
    }

    @Test
    void refuses_everything_while_the_session_is_suspended() {
        ada.suspendSession(session);

        assertThatThrownBy(this::emit).hasMessageContaining("is SUSPENDED, not ACTIVE");
        assertThat(effects).isZero();

        ada.resumeSession(session);
        assertThat(emit()).isEqualTo(1);
    }

    @Test
    void a_thread_of_an_agent_that_waits_for_its_type_is_refused() {
        node.agents.wait(agent, node.clock.instant());
        assertThatThrownBy(this::emit)
                .hasMessage("agent '" + agent.value() + "' waits for its type and runs nothing");
        assertThat(effects).isZero();
    }

    @Test
    void refuses_everything_to_an_agent_that_is_gone() {
        ada.terminateAgent(agent);

        assertThatThrownBy(this::emit).hasMessage("agent '" + agent.value() + "' is gone");
        assertThat(authority.allows(EMIT)).isFalse();
        assertThat(effects).isZero();
    }

    @Test
    void spawns_no_more_agents_than_the_session_may_have() {
        SessionId small =
                ada.openSession(
                                new SessionSpec(
                                        "small", new SessionLimits(1, 5, Duration.ofMinutes(10))))
                        .id();
        AgentId only =
                ada.spawnAgent(
                        small,
                        AgentSpec.of("inventory")
                                .capabilities(c -> c.requiredPermissions("agent:spawn:inventory")));
        AgentAuthority narrow = node.access.authorityOf(only);

        assertThatThrownBy(
                        () ->
                                narrow.act(
                                        Permission.of("agent:spawn:inventory"),
                                        "inventory",
                                        Map.of(),
                                        this::effect,
                                        any -> ""))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(RefusedException.Reason.LIMIT));
        assertThat(effects).isZero();
    }

    @Test
    void does_nothing_that_cannot_be_audited() {
        node.trail.broken = true;

        assertThatThrownBy(this::emit).hasMessageContaining("audit cannot be written");
        assertThat(effects).isZero();
    }

    @Test
    void reads_the_inventory_only_with_the_permission() {
        ScanId scan = ada.startScan(ScanSpec.EVERYTHING);
        AgentId blind =
                ada.spawnAgent(
                        session,
                        AgentSpec.of("inventory")
                                .capabilities(c -> c.requiredPermissions("event:emit")));

        assertThat(authority.scans(1)).hasSize(1);
        authority.forEachResource(ResourceQuery.all(scan), resource -> {});
        AgentAuthority none = node.access.authorityOf(blind);
        assertThatThrownBy(() -> none.scans(1)).hasMessageContaining("was not given cloud:read");
        assertThatThrownBy(() -> none.forEachResource(ResourceQuery.all(scan), resource -> {}))
                .hasMessageContaining("was not given cloud:read");
    }

    @Test
    void lets_a_trial_do_what_its_caller_may() {
        node.as("bob", "wasm:run", "event:emit").runModule(file(), trial());

        AgentAuthority bobs = node.modules.lastAuthority;
        assertThat(bobs.allows(EMIT)).isTrue();
        assertThat(bobs.allows(CALL)).isFalse();
    }

    private static ModuleFile file() {
        return ModuleFile.of("guest", new byte[] {1});
    }

    private static ModuleTrial trial() {
        return new ModuleTrial("", Payload.NONE, Map.of());
    }

    private int emit() {
        return authority.act(EMIT, "kind", Map.of(), this::effect, any -> "");
    }

    private int effect() {
        return ++effects;
    }
}
