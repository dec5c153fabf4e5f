package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.Scan;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.security.Permission;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a module that is tried may do: what it says it requires, as far as whoever tries it has it.
 *
 * @param required what it says it requires
 * @param callers what whoever tries it may do
 */
record TrialAuthority(AgentCapabilities required, AgentAuthority callers)
        implements AgentAuthority {

    @Override
    public boolean allows(Permission permission) {
        return required.permits(permission) && callers.allows(permission);
    }

    @Override
    public void require(Permission permission, String target) {
        declared(permission);
        callers.require(permission, target);
    }

    @Override
    public <T> T act(
            Permission permission,
            String target,
            Map<String, String> detail,
            Supplier<T> effect,
            Function<? super T, String> note) {
        declared(permission);
        return callers.act(permission, target, detail, effect, note);
    }

    @Override
    public List<Scan> scans(int limit) {
        declared(Permission.of("cloud:read"));
        return callers.scans(limit);
    }

    @Override
    public void forEachResource(ResourceQuery query, Consumer<CloudResource> reader) {
        declared(Permission.of("cloud:read"));
        callers.forEachResource(query, reader);
    }

    private void declared(Permission permission) {
        if (!required.permits(permission)) {
            throw RefusedException.denied(
                    "the module's metadata does not require " + permission + "; add it there");
        }
    }
}
