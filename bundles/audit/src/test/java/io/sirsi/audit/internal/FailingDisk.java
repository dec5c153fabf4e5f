package io.sirsi.audit.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Real files on a disk that can be full, broken or slow when the test wants it, and that is fast
 * otherwise because nothing is really forced.
 */
final class FailingDisk implements SegmentFile.Opener {

    /** How many bytes are still free. */
    final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

    /** How many of the next forces fail. */
    final AtomicInteger failingForces = new AtomicInteger();

    /** How many of the next truncations fail. */
    final AtomicInteger failingTruncations = new AtomicInteger();

    /** How many forces there were. */
    final AtomicInteger forces = new AtomicInteger();

    /** What happens within each force. */
    final AtomicReference<Runnable> duringForce = new AtomicReference<>(() -> {});

    @Override
    public SegmentFile open(Path path) throws IOException {
        DiskSegmentFile file = new DiskSegmentFile(path);
        return new SegmentFile() {
            @Override
            public long length() throws IOException {
                return file.length();
            }

            @Override
            public void append(byte[] bytes) throws IOException {
                int fit = (int) Math.min(room.get(), bytes.length);
                room.addAndGet(-fit);
                file.append(Arrays.copyOf(bytes, fit));
                if (fit < bytes.length) {
                    throw new IOException("No space left on device");
                }
            }

            @Override
            public void force() throws IOException {
                forces.incrementAndGet();
                duringForce.get().run();
                if (failingForces.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    throw new IOException("Input/output error");
                }
            }

            @Override
            public void truncate(long length) throws IOException {
                if (failingTruncations.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    throw new IOException("Input/output error");
                }
                file.truncate(length);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
