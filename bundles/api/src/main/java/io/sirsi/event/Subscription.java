package io.sirsi.event;

import org.osgi.annotation.versioning.ProviderType;

/** A running subscription; closing it ends it. Closing twice does nothing. */
@ProviderType
public interface Subscription extends AutoCloseable {

    @Override
    void close();
}
