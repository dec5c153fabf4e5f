package io.sirsi.crashtest;

import io.sirsi.journal.internal.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A disk whose files are other than those of the disk below.
 *
 * @param real the disk below
 * @param around makes a file of one below
 */
record DiskAround(Disk real, UnaryOperator<Disk.File> around) implements Disk {

    @Override
    public Folder folder(String name) throws IOException {
        return new FolderAround(real.folder(name), around);
    }

    private record FolderAround(Folder real, UnaryOperator<Disk.File> around) implements Folder {
        @Override
        public Path path() {
            return real.path();
        }

        @Override
        public Closeable lock() throws IOException {
            return real.lock();
        }

        @Override
        public List<String> list() throws IOException {
            return real.list();
        }

        @Override
        public File open(String name) throws IOException {
            return around.apply(real.open(name));
        }

        @Override
        public File create(String name) throws IOException {
            return around.apply(real.create(name));
        }

        @Override
        public void rename(String from, String to) throws IOException {
            real.rename(from, to);
        }

        @Override
        public void delete(String name) throws IOException {
            real.delete(name);
        }

        @Override
        public void force() throws IOException {
            real.force();
        }

        @Override
        public long freeBytes() throws IOException {
            return real.freeBytes();
        }
    }

    /** A file that does what the one below does. */
    static class FileAround implements Disk.File {
        final Disk.File below;

        FileAround(Disk.File below) {
            this.below = below;
        }

        @Override
        public long size() throws IOException {
            return below.size();
        }

        @Override
        public void resize(long size) throws IOException {
            below.resize(size);
        }

        @Override
        public int read(byte[] into, int offset, int length, long at) throws IOException {
            return below.read(into, offset, length, at);
        }

        @Override
        public void write(byte[] from, int offset, int length, long at) throws IOException {
            below.write(from, offset, length, at);
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            below.write(from, at);
        }

        @Override
        public void force() throws IOException {
            below.force();
        }

        @Override
        public void sync() throws IOException {
            below.sync();
        }

        @Override
        public void close() throws IOException {
            below.close();
        }
    }
}
