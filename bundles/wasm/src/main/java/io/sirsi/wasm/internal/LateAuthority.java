package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.Scan;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.security.Permission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An agent's authority, looked up in each call: guests live on while the hypervisor is exchanged,
 * and may do nothing meanwhile.
 */
record LateAuthority(AgentId agent, Supplier<Optional<HypervisorAccess>> hypervisor)
        implements AgentAuthority {

    @Override
    public boolean allows(Permission permission) {
        return hypervisor
                .get()
                .map(there -> there.authorityOf(agent).allows(permission))
                .orElse(false);
    }

    @Override
    public void require(Permission permission, String target) {
        now().require(permission, target);
    }

    @Override
    public <T> T act(
            Permission permission,
            String target,
            Map<String, String> detail,
            Supplier<T> effect,
            Function<? super T, String> note) {
        return now().act(permission, target, detail, effect, note);
    }

    @Override
    public List<Scan> scans(int limit) {
        return now().scans(limit);
    }

    @Override
    public void forEachResource(ResourceQuery query, Consumer<CloudResource> reader) {
        now().forEachResource(query, reader);
    }

    private AgentAuthority now() {
        return hypervisor
                .get()
                .map(there -> there.authorityOf(agent))
                .orElseThrow(
                        () ->
                                RefusedException.unavailable(
                                        "the hypervisor is not there at the moment"));
    }
}
