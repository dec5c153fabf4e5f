package io.sirsi.scheduler.internal;

import io.sirsi.journal.internal.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** The folder of a history on the disk that the log is on, too, so that one crash is of both. */
final class SimulatedHistoryDisk implements HistoryDisk {

    private final Disk.Folder folder;

    SimulatedHistoryDisk(Disk.Folder folder) {
        this.folder = folder;
    }

    private Disk.File open(String name) throws IOException {
        if (!folder.list().contains(name)) {
            throw new NoSuchFileException(name);
        }
        return folder.open(name);
    }

    @Override
    public List<String> list() throws IOException {
        return folder.list();
    }

    @Override
    public void create(String name) throws IOException {
        try (Disk.File made = folder.create(name)) {
            made.size();
        }
    }

    @Override
    public long size(String name) throws IOException {
        try (Disk.File file = open(name)) {
            return file.size();
        }
    }

    @Override
    public int read(String name, ByteBuffer to, long at) throws IOException {
        try (Disk.File file = open(name)) {
            byte[] bytes = new byte[to.remaining()];
            int count = file.read(bytes, 0, bytes.length, at);
            to.put(bytes, 0, count);
            return count == 0 && bytes.length > 0 ? -1 : count;
        }
    }

    @Override
    public int write(String name, ByteBuffer from, long at) throws IOException {
        try (Disk.File file = open(name)) {
            byte[] bytes = new byte[from.remaining()];
            from.duplicate().get(bytes);
            file.write(bytes, 0, bytes.length, at);
            from.position(from.limit());
            return bytes.length;
        }
    }

    @Override
    public void truncate(String name, long size) throws IOException {
        try (Disk.File file = open(name)) {
            file.resize(size);
        }
    }

    @Override
    public void force(String name) throws IOException {
        try (Disk.File file = open(name)) {
            file.sync();
        }
    }

    @Override
    public void forceNames() throws IOException {
        folder.force();
    }

    @Override
    public void rename(String from, String to) throws IOException {
        folder.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        folder.delete(name);
    }

    @Override
    public void close() {
        // Nothing stays open.
    }
}
