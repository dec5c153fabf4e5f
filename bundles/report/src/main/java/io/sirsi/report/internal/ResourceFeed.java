package io.sirsi.report.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.report.ReportSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a writer's {@link IOException} through a source that knows of none, whatever the source
 * makes of it on the way.
 */
final class ResourceFeed implements Consumer<CloudResource> {

    private final Sink sink;
    private @Nullable IOException failure;

    private ResourceFeed(Sink sink) {
        this.sink = sink;
    }

    /** Takes one resource. */
    interface Sink {
        void accept(CloudResource resource) throws IOException;
    }

    /**
     * Hands every resource to the sink.
     *
     * @throws IOException as the sink threw it
     */
    static void read(ReportSource source, Sink sink) throws IOException {
        ResourceFeed feed = new ResourceFeed(sink);
        try {
            source.forEachResource(feed);
        } catch (RuntimeException e) {
            feed.rethrow();
            throw e;
        }
        feed.rethrow();
    }

    @Override
    public void accept(CloudResource resource) {
        if (failure != null) {
            throw new UncheckedIOException(failure);
        }
        try {
            sink.accept(resource);
        } catch (IOException e) {
            failure = e;
            throw new UncheckedIOException(e);
        }
    }

    private void rethrow() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }
}
