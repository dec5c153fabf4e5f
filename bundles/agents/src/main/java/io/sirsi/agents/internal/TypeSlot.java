package io.sirsi.agents.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.spi.agent.AgentProvider;
import org.jspecify.annotations.Nullable;

/**
 * A type that exists: its provider, and the threads for its code.
 *
 * @param provider the provider
 * @param descriptor what it says of its type, read once
 * @param loader the loader of the provider's bundle
 * @param threads where its code runs
 */
record TypeSlot(
        AgentProvider provider,
        AgentDescriptor descriptor,
        @Nullable ClassLoader loader,
        AgentThreads threads) {

    static TypeSlot open(AgentProvider provider, AgentDescriptor descriptor) {
        return new TypeSlot(
                provider,
                descriptor,
                provider.getClass().getClassLoader(),
                new AgentThreads("sirsi-agent-" + descriptor.type() + "-"));
    }
}
