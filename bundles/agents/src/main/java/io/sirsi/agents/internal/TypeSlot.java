package io.sirsi.agents.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.spi.agent.AgentProvider;
import org.jspecify.annotations.Nullable;

/** A type that exists: its provider, and the threads for its code. Is only equal to itself. */
final class TypeSlot {

    private final AgentProvider provider;
    private final AgentDescriptor descriptor;
    private final @Nullable ClassLoader loader;
    private final AgentThreads threads;

    /**
     * Opens a place for a type.
     *
     * @param provider its provider
     * @param descriptor what that says of the type, read once
     */
    TypeSlot(AgentProvider provider, AgentDescriptor descriptor) {
        this.provider = provider;
        this.descriptor = descriptor;
        this.loader = provider.getClass().getClassLoader();
        this.threads = new AgentThreads("sirsi-agent-" + descriptor.type() + "-");
    }

    AgentProvider provider() {
        return provider;
    }

    AgentDescriptor descriptor() {
        return descriptor;
    }

    /** {@return the loader of the provider's bundle} */
    @Nullable ClassLoader loader() {
        return loader;
    }

    /** {@return where the provider's code runs} */
    AgentThreads threads() {
        return threads;
    }
}
