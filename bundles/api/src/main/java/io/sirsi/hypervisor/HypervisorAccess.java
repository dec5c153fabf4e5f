package io.sirsi.hypervisor;

import io.sirsi.agent.AgentId;
import io.sirsi.security.Caller;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The service that doors look for. While there is no {@link io.sirsi.security.Authorizer}, this
 * service does not exist and no door opens. Thread-safe.
 */
@ProviderType
public interface HypervisorAccess {

    /**
     * Gives the hypervisor as one caller sees it. Cheap; whether the caller may do anything is
     * decided call by call.
     *
     * @param caller who asks, as authenticated by the door
     * @return the hypervisor in this caller's name
     */
    Hypervisor as(Caller caller);

    /**
     * Gives what the code of one agent may do, in the name of its session's owner.
     *
     * @param agent which agent; one that is gone may do nothing
     * @return its authority
     */
    AgentAuthority authorityOf(AgentId agent);
}
