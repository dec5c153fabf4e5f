package io.sirsi.hypervisor;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Everything that a door can ask for, in one caller's name. Every method
 *
 * <ol>
 *   <li>asks the {@link io.sirsi.security.Authorizer} for the permission that its Javadoc names; a
 *       no is audited and thrown as {@link io.sirsi.failure.RefusedException} with reason DENIED;
 *   <li>if it has an effect, writes an audit intent before and a result after;
 *   <li>throws a {@link io.sirsi.failure.RefusedException} with one sentence for everything else
 *       that cannot be done.
 * </ol>
 *
 * Thread-safe.
 */
@ProviderType
public interface Hypervisor
        extends SessionControl, AgentControl, TaskControl, CloudControl, WasmControl, NodeView {}
