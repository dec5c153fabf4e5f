package io.sirsi.host.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.CloudConnection;
import io.sirsi.spi.cloud.DiscoverySink;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at this machine. Holds nothing open. */
final class HostConnection implements CloudConnection {

    private final Supplier<HostListers> listers;

    /**
     * Looks when asked.
     *
     * @param listers makes the listers at the first call, and gives the same ones after that
     */
    HostConnection(Supplier<HostListers> listers) {
        this.listers = listers;
    }

    @Override
    public Identity identify(DiscoverySink sink)
            throws AgentFailureException, InterruptedException {
        obeyInterrupt();
        String name = look("its name", () -> listers.get().hostName());
        return new Identity(
                name, System.getProperty("user.name", "somebody"), List.of(HostTypes.REGION));
    }

    @Override
    public void discover(String region, ResourceType type, DiscoverySink sink)
            throws AgentFailureException, InterruptedException {
        obeyInterrupt();
        if (!region.equals(HostTypes.REGION)) {
            throw failed(
                    AgentFailure.Code.NOT_FOUND,
                    "a machine has no region '" + region + "', only '" + HostTypes.REGION + "'");
        }
        ResourceTypeInfo info =
                HostTypes.ALL.stream()
                        .filter(some -> some.type().equals(type))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        failed(
                                                AgentFailure.Code.UNSUPPORTED,
                                                "cannot list '" + type + "' on a machine"));
        if (sink.cancelled()) {
            return;
        }
        Listing listing = look(info.title(), () -> listerOf(type).list());
        obeyInterrupt();
        if (sink.cancelled()) {
            return;
        }
        List<CloudResource> page =
                listing.entries().stream()
                        .map(
                                entry ->
                                        new CloudResource(
                                                sink.key(region, type, entry.id()),
                                                entry.name(),
                                                Map.of(),
                                                entry.attributes()))
                        .toList();
        sink.page(page);
        CloudScope scope = sink.key(region, type, "any").scope();
        for (AgentFailure gap : listing.gaps()) {
            sink.gap(new CoverageGap(scope, Optional.of(type), gap));
        }
    }

    @Override
    public void close() {
        // Nothing is held: what OSHI has loaded serves the next scan.
    }

    private HostLister listerOf(ResourceType type) throws AgentFailureException {
        HostLister lister = listers.get().byType().get(type);
        if (lister == null) {
            throw failed(AgentFailure.Code.UNSUPPORTED, "cannot list '" + type + "'");
        }
        return lister;
    }

    /** Something that is read from the machine. */
    @FunctionalInterface
    private interface Look<T> {
        T take() throws IOException, AgentFailureException, InterruptedException;
    }

    private static <T> T look(String what, Look<T> look)
            throws AgentFailureException, InterruptedException {
        try {
            return look.take();
        } catch (IOException e) {
            throw failed(
                    AgentFailure.Code.UNSUPPORTED,
                    "this machine does not let itself be asked for " + what + ": " + e);
        } catch (LinkageError e) {
            throw failed(
                    AgentFailure.Code.UNSUPPORTED,
                    "the native library that asks this machine for "
                            + what
                            + " cannot be loaded (is the folder of temporary files mounted"
                            + " noexec? set jna.tmpdir to another one): "
                            + e);
        }
    }

    private static void obeyInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static AgentFailureException failed(AgentFailure.Code code, String sentence) {
        return new AgentFailureException(AgentFailure.of(code, sentence));
    }
}
