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
 * Of an instance that belongs to nobody yet: while it starts, it may look at the clock, if it says
 * that it requires that, and nothing else. Random numbers would be the same in every task.
 *
 * @param required what the module says it requires
 */
record StartAuthority(AgentCapabilities required) implements AgentAuthority {

    private static final Permission CLOCK = Permission.of("wasi:clock");

    @Override
    public boolean allows(Permission permission) {
        return permission.equals(CLOCK) && required.permits(CLOCK);
    }

    @Override
    public void require(Permission permission, String target) {
        throw refusal(permission);
    }

    @Override
    public <T> T act(
            Permission permission,
            String target,
            Map<String, String> detail,
            Supplier<T> effect,
            Function<? super T, String> note) {
        throw refusal(permission);
    }

    @Override
    public List<Scan> scans(int limit) {
        throw refusal(Permission.of("cloud:read"));
    }

    @Override
    public void forEachResource(ResourceQuery query, Consumer<CloudResource> reader) {
        throw refusal(Permission.of("cloud:read"));
    }

    private static RefusedException refusal(Permission permission) {
        return RefusedException.denied("a module that has no task yet may not " + permission);
    }
}
