package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentType;
import io.sirsi.spi.agent.AgentProvider;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * Agent types as services: a component per type cannot be written down for types that come as
 * files.
 *
 * @param context whose services they are
 */
record ServiceAgentTypes(BundleContext context) implements AgentTypes {

    @Override
    public Offer offer(AgentProvider provider, String module) {
        ServiceRegistration<AgentProvider> registration =
                context.registerService(
                        AgentProvider.class,
                        provider,
                        FrameworkUtil.asDictionary(
                                Map.of(
                                        "agent.type",
                                        provider.descriptor().type().value(),
                                        "wasm.module",
                                        module)));
        return registration::unregister;
    }

    @Override
    public boolean anyRuns(String taskType) {
        try {
            return context.getServiceReferences(AgentProvider.class, null).stream()
                    .anyMatch(provider -> runs(provider, taskType));
        } catch (InvalidSyntaxException impossible) { // there is no filter
            throw new IllegalStateException(impossible);
        }
    }

    private boolean runs(ServiceReference<AgentProvider> reference, String taskType) {
        AgentProvider provider = context.getService(reference);
        if (provider == null) { // it has just gone
            return false;
        }
        try {
            return provider.descriptor().taskTypes().contains(taskType);
        } finally {
            context.ungetService(reference);
        }
    }

    @Override
    public Optional<String> foreignOwner(AgentType type) {
        try {
            return context
                    .getServiceReferences(AgentProvider.class, "(agent.type=" + type.value() + ")")
                    .stream()
                    .filter(provider -> provider.getBundle() != context.getBundle())
                    .map(provider -> provider.getBundle().getSymbolicName())
                    .findFirst();
        } catch (InvalidSyntaxException impossible) { // a type has no character of a filter
            throw new IllegalStateException(impossible);
        }
    }
}
