package io.sirsi.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

/** A stream that is known only later; reading waits for it. */
final class LateInputStream extends InputStream {

    private final CompletableFuture<InputStream> stream;

    LateInputStream(CompletableFuture<InputStream> stream) {
        this.stream = stream;
    }

    @Override
    public int read() throws IOException {
        return stream.join().read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return stream.join().read(bytes, offset, length);
    }
}
