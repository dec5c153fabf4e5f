package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.security.Permission;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.wasm.WasmTrap;
import java.util.Map;
import java.util.Set;

/** {@code spawn}: an agent below this one. */
final class SpawnCall implements HostCall {

    private static final int MOST = 64;

    private final GuestWorkers workers;

    SpawnCall(GuestWorkers workers) {
        this.workers = workers;
    }

    @Override
    public String name() {
        return "spawn";
    }

    @Override
    public Set<String> keys() {
        return Set.of("type", "capabilities", "permissions", "settings");
    }

    @Override
    public ObjectNode answer(GuestTask task, Request request) throws Refusal, WasmTrap {
        AgentContext agent = Agents.of(task, "spawn an agent");
        AgentSpec child = child(request);
        String type = child.type().value();
        AgentId spawned =
                workers.act(
                        task,
                        Permission.of("agent:spawn:" + type),
                        type,
                        Map.of(),
                        () -> agent.spawn(child),
                        AgentId::value);
        return GuestJson.object().put("agent", spawned.value());
    }

    private static AgentSpec child(Request request) throws Refusal {
        String type = request.text("type", 32);
        String[] domains = request.texts("capabilities", MOST).toArray(String[]::new);
        String[] permissions = request.texts("permissions", MOST).toArray(String[]::new);
        Map<String, String> settings = request.map("settings", MOST);
        try {
            AgentSpec child =
                    AgentSpec.of(type)
                            .capabilities(
                                    none ->
                                            AgentCapabilities.NONE
                                                    .domainExpertise(domains)
                                                    .requiredPermissions(permissions));
            return new AgentSpec(child.type(), child.capabilities(), child.parent(), settings);
        } catch (IllegalArgumentException malformed) {
            throw Refusal.invalid(String.valueOf(malformed.getMessage()));
        }
    }
}
