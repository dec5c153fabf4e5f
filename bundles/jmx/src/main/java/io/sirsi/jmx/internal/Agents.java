package io.sirsi.jmx.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.Health;
import io.sirsi.jmx.AgentTypeView;
import io.sirsi.jmx.AgentView;
import io.sirsi.jmx.AgentsMXBean;
import io.sirsi.jmx.HealthView;
import io.sirsi.security.Permission;
import io.sirsi.session.SessionId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Agents, for JMX. */
final class Agents extends Notices implements AgentsMXBean {

    static final String SPAWNED = "io.sirsi.agent.spawned";
    static final String CHANGED = "io.sirsi.agent.changed";

    private final Calls calls;

    Agents(Calls calls) {
        super(SPAWNED, CHANGED);
        this.calls = calls;
    }

    @Override
    public List<AgentView> listAgents() {
        return calls.call(node -> node.agents().stream().map(Agents::view).toList());
    }

    @Override
    public AgentView getAgent(String agent) {
        return calls.call(node -> view(node.agent(new AgentId(agent))));
    }

    @Override
    public List<AgentTypeView> listAgentTypes() {
        return calls.call(node -> node.agentTypes().stream().map(Agents::view).toList());
    }

    @Override
    public HealthView getAgentHealth(String agent) {
        return calls.call(node -> health(agent, node.agentHealth(new AgentId(agent))));
    }

    @Override
    public String spawnAgent(String session, String type) {
        return spawnAgent(session, type, Map.of());
    }

    @Override
    public String spawnAgent(String session, String type, Map<String, String> settings) {
        return calls.call(
                node -> {
                    AgentSpec spec = AgentSpec.of(type);
                    for (Map.Entry<String, String> setting : settings.entrySet()) {
                        spec = spec.setting(setting.getKey(), setting.getValue());
                    }
                    return node.spawnAgent(new SessionId(session), spec).value();
                });
    }

    @Override
    public int terminateAgent(String agent) {
        return calls.call(node -> node.terminateAgent(new AgentId(agent)));
    }

    static HealthView health(String name, Health health) {
        return new HealthView(name, health.status().name(), health.sentence());
    }

    private static AgentView view(AgentSnapshot agent) {
        return new AgentView(
                agent.id().value(),
                agent.spec().type().value(),
                agent.session().value(),
                agent.spec().parent().map(AgentId::value).orElse(""),
                agent.state().name(),
                agent.since().toString(),
                words(agent.spec().capabilities().permissions()));
    }

    private static AgentTypeView view(AgentDescriptor type) {
        return new AgentTypeView(
                type.type().value(),
                type.title(),
                type.taskTypes().stream().sorted().toList(),
                words(type.offers().permissions()),
                type.concurrency());
    }

    static List<String> words(Set<Permission> permissions) {
        return permissions.stream().sorted().map(Permission::value).toList();
    }
}
