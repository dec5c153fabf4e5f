package io.sirsi.scheduler.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A disk that fills up, fails to force and fails to read, when it is told to. Remembers calls. */
final class FaultyDisk implements HistoryDisk {

    private final HistoryDisk disk;
    long bytesLeft = Long.MAX_VALUE;
    boolean failsToForce;
    boolean failsToRead;
    boolean losesWhatItFailsToForce;
    final List<String> forced = new ArrayList<>();
    int reads;

    FaultyDisk(HistoryDisk disk) {
        this.disk = disk;
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public void create(String name) throws IOException {
        if (bytesLeft == 0) {
            throw new IOException("No space left on device");
        }
        disk.create(name);
    }

    @Override
    public long size(String name) throws IOException {
        return disk.size(name);
    }

    @Override
    public int read(String name, ByteBuffer to, long at) throws IOException {
        reads++;
        if (failsToRead) {
            throw new IOException("Input/output error");
        }
        return disk.read(name, to, at);
    }

    /** As a file system does: what still fits is written, and the next call fails. */
    @Override
    public int write(String name, ByteBuffer from, long at) throws IOException {
        if (bytesLeft == 0) {
            throw new IOException("No space left on device");
        }
        int fits = (int) Math.min(bytesLeft, from.remaining());
        ByteBuffer some = from.duplicate().limit(from.position() + fits);
        int written = disk.write(name, some, at);
        from.position(from.position() + written);
        bytesLeft -= bytesLeft == Long.MAX_VALUE ? 0 : written;
        return written;
    }

    @Override
    public void truncate(String name, long size) throws IOException {
        disk.truncate(name, size);
    }

    @Override
    public void force(String name) throws IOException {
        if (failsToForce) {
            if (losesWhatItFailsToForce) {
                disk.write(name, ByteBuffer.allocate(40), disk.size(name) - 40);
            }
            throw new IOException("Input/output error");
        }
        forced.add(name);
        disk.force(name);
    }

    @Override
    public void forceNames() throws IOException {
        forced.add("names");
        disk.forceNames();
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
