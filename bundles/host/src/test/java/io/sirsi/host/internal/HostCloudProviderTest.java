package io.sirsi.host.internal;

import io.sirsi.spi.cloud.CloudProvider;
import io.sirsi.spi.cloud.CloudProviderContract;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Keeps the contract of a provider, on the machine that the test runs on. */
final class HostCloudProviderTest extends CloudProviderContract {

    private static final Settings SETTINGS = new Settings(25, 100, 85, 95, false);

    @Override
    protected CloudProvider newProvider() {
        return new HostCloudProvider(
                SETTINGS, Optional.of(new LinuxFiles(Path.of("/"))), Thread::sleep);
    }

    @Override
    protected void dispose(CloudProvider provider) {
        // A provider of the host holds nothing.
    }

    @Override
    protected String providerName() {
        return "host";
    }

    @Override
    protected Set<String> typesWithResources() {
        return Set.of(
                "host:machine",
                "host:os",
                "host:cpu",
                "host:memory",
                "host:filesystem",
                "host:network-interface",
                "host:process");
    }

    /** As where JNA may not load its native library: it must be unpacked into a folder first. */
    @Override
    protected Optional<CloudProvider> breakOutside() {
        return Optional.of(
                new HostCloudProvider(
                        SETTINGS,
                        () -> {
                            throw new UnsatisfiedLinkError("cannot map jnidispatch");
                        }));
    }

    /** JNA's and the JDK's own: each starts once, is a daemon, and ends by itself when idle. */
    @Override
    protected boolean mayStay(Thread thread) {
        return thread.getName().equals("JNA Cleaner") || thread.getName().equals("process reaper");
    }
}
