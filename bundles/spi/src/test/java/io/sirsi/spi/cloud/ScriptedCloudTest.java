package io.sirsi.spi.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentFailure;
import java.util.Optional;
import java.util.Set;

/** The contract can be kept: the cloud in memory keeps it. */
final class ScriptedCloudTest extends CloudProviderContract {

    @Override
    protected CloudProvider newProvider() {
        return new ScriptedCloud();
    }

    @Override
    protected void dispose(CloudProvider someProvider) {
        assertThat(((ScriptedCloud) someProvider).open()).as("open connections").isZero();
    }

    @Override
    protected String providerName() {
        return "scripted";
    }

    @Override
    protected Set<String> typesWithResources() {
        return Set.of("scripted:box", "scripted:user");
    }

    @Override
    protected Optional<CloudProvider> breakOutside() {
        return Optional.of(
                new ScriptedCloud().broken(AgentFailure.throttled("slow down", Optional.empty())));
    }
}
