package io.sirsi.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditRecord;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WasmDeskTest {

    private static final AgentType GREETER = new AgentType("greeter");

    private final TestNode node = new TestNode();
    private final Hypervisor ada = node.as("ada", "*");

    @BeforeEach
    void offer() {
        node.agents.type("greeter", AgentCapabilities.NONE);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void unloading_ends_the_agents_of_the_module_in_all_sessions_and_says_how_many() {
        Hypervisor bob = node.as("bob", "session:open", "agent:spawn");
        spawn(ada, "greeter");
        spawn(bob, "greeter");
        AgentId other = spawn(ada, "aws");
        node.trail.records.clear();

        assertThat(ada.unloadModule(GREETER)).isEqualTo(2);

        assertThat(node.agents.list()).extracting(AgentSnapshot::id).containsExactly(other);
        assertThat(node.trail.records)
                .last()
                .extracting(AuditRecord::entry)
                .isEqualTo(new AuditRecord.Result(1, AuditOutcome.DONE, "2 agents ended"));
    }

    @Test
    void an_agent_that_was_spawned_while_its_module_was_unloaded_ends_with_it() {
        node.modules.unloading =
                () -> {
                    spawn(ada, "greeter");
                    node.agents.typeGone("greeter");
                };

        assertThat(ada.unloadModule(GREETER)).isEqualTo(1);

        assertThat(node.agents.list()).isEmpty();
    }

    @Test
    void agents_live_on_when_their_module_could_not_be_unloaded() {
        AgentId agent = spawn(ada, "greeter");
        node.modules.unloading =
                () -> {
                    throw RefusedException.unavailable("the disk is full");
                };

        assertThatThrownBy(() -> ada.unloadModule(GREETER)).hasMessageContaining("disk is full");

        assertThat(node.agents.list()).extracting(AgentSnapshot::id).containsExactly(agent);
    }

    private static AgentId spawn(Hypervisor hypervisor, String type) {
        SessionId session = hypervisor.openSession(SessionSpec.of("work")).id();
        return hypervisor.spawnAgent(session, AgentSpec.of(type));
    }
}
