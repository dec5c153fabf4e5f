package io.sirsi.shell.internal.command;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionSpec;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.KeyValues;
import io.sirsi.shell.internal.completion.AgentIds;
import io.sirsi.shell.internal.completion.AgentTypeNames;
import io.sirsi.shell.internal.completion.SessionIds;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Spawns an agent. */
@Service
@Command(
        scope = "agent",
        name = "spawn",
        description = "Spawns an agent",
        detailedDescription =
                "Without --capability and --permission it gets all that its type offers and you have. Example: agent:spawn --session s-... --set account=local host")
public final class AgentSpawn extends HypervisorCommand {

    @Argument(name = "type", description = "The type, as agent:types lists them", required = true)
    @Completion(AgentTypeNames.class)
    private String type = "";

    @Option(
            name = "--session",
            description = "Where it will live; without it a new session is opened")
    @Completion(SessionIds.class)
    private @Nullable String sessionId;

    @Option(name = "--parent", description = "The agent above it")
    @Completion(AgentIds.class)
    private @Nullable String parent;

    @Option(
            name = "--set",
            description = "A setting, as key=value; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    private List<String> settings = List.of();

    @Option(
            name = "--capability",
            description = "A field of expertise that it needs; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    private List<String> capabilities = List.of();

    @Option(
            name = "--permission",
            description = "A permission that it needs, such as ec2:describe; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    private List<String> permissions = List.of();

    @Option(name = "--sub-agents", description = "Let it spawn agents below itself")
    private boolean subAgents = false;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        AgentSpec spec =
                AgentSpec.of(type)
                        .capabilities(
                                none ->
                                        none.domainExpertise(capabilities.toArray(String[]::new))
                                                .requiredPermissions(
                                                        permissions.toArray(String[]::new)));
        if (subAgents) {
            spec = spec.capabilities(present -> present.canSpawnSubAgents());
        }
        if (parent != null) {
            spec = spec.under(Ids.agent(parent));
        }
        for (Map.Entry<String, String> setting : KeyValues.parse(settings).entrySet()) {
            spec = spec.setting(setting.getKey(), setting.getValue());
        }
        SessionId session =
                sessionId == null
                        ? hypervisor.openSession(SessionSpec.of("agent " + type)).id()
                        : Ids.session(sessionId);
        AgentId agent;
        try {
            agent = hypervisor.spawnAgent(session, spec);
        } catch (RefusedException refused) {
            if (sessionId == null) {
                hypervisor.closeSession(session);
            }
            throw refused;
        }
        return say("spawned " + agent + " in " + session, "agent", agent);
    }
}
