package io.sirsi.audit.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A file on the disk. Not a FileChannel, because that is closed for everybody when one writing
 * thread is interrupted, and tasks are interrupted when they are cancelled.
 */
final class DiskSegmentFile implements SegmentFile {

    private final RandomAccessFile file;

    DiskSegmentFile(Path path) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "rw");
    }

    @Override
    public long length() throws IOException {
        return file.length();
    }

    @Override
    public void append(byte[] bytes) throws IOException {
        file.seek(file.length());
        file.write(bytes);
    }

    @Override
    public void force() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void truncate(long length) throws IOException {
        file.setLength(length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
