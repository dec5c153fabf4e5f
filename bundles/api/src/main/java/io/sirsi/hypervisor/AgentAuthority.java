package io.sirsi.hypervisor;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.Scan;
import io.sirsi.security.Permission;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What code that is not trusted may do through the platform. A permission is granted if the agent
 * has it, the {@link io.sirsi.security.Authorizer} still gives it to the owner of its session, and
 * the session is Active; a no is audited. There is no other way for a guest to have an effect.
 * Thread-safe.
 */
@ProviderType
public interface AgentAuthority {

    /** {@return whether something is allowed, asked for its own sake: a no is not audited} */
    boolean allows(Permission permission);

    /**
     * Asks before something without an effect is done.
     *
     * @param permission what for, without wildcards
     * @param target on what; empty if on nothing
     * @throws io.sirsi.failure.RefusedException DENIED
     */
    void require(Permission permission, String target);

    /**
     * Asks, and does something that has an effect between an audit intent and its result.
     *
     * @param permission what for, without wildcards
     * @param target on what
     * @param detail further facts for the record, never a secret
     * @param effect does it
     * @param note what the record says of what came out
     * @return what came out
     * @throws io.sirsi.failure.RefusedException DENIED, or UNAVAILABLE if the audit cannot be
     *     written; whatever the effect throws
     */
    <T> T act(
            Permission permission,
            String target,
            Map<String, String> detail,
            Supplier<T> effect,
            Function<? super T, String> note);

    /** {@return the newest scans, newest first}; needs {@code cloud:read}. */
    List<Scan> scans(int limit);

    /**
     * Reads resources in order of type, scope and id; needs {@code cloud:read}.
     *
     * @param query which
     * @param reader called for each
     */
    void forEachResource(ResourceQuery query, Consumer<CloudResource> reader);
}
