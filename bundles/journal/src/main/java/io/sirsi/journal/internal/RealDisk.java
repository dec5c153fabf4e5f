package io.sirsi.journal.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * The disk of this machine. The thread of a log uses the channel of a file, because that writes
 * from the ring without a copy; every other thread uses {@link RandomAccessFile}, because an
 * interrupt closes a channel under all its users, and tasks are interrupted when they are
 * cancelled.
 */
public final class RealDisk implements Disk {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path root;

    /**
     * Makes one.
     *
     * @param root the folder of all logs; made when the first log is
     */
    public RealDisk(Path root) {
        this.root = root;
    }

    @Override
    public Folder folder(String name) throws IOException {
        Path path = root.resolve(name);
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path, ownerOnly("rwx------"));
            force(root);
            Path above = root.toAbsolutePath().getParent();
            if (above != null) {
                force(above);
            }
        }
        return new RealFolder(path);
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        if (!POSIX) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    private static void force(Path folder) throws IOException {
        if (!POSIX) {
            return; // Elsewhere a folder cannot be opened, and a rename is on the disk at once.
        }
        boolean interrupted = false;
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class RealFolder implements Folder {

        private final Path path;

        private RealFolder(Path path) {
            this.path = path;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        @SuppressWarnings("resource") // It stays open as long as the lock is held.
        public Closeable lock() throws IOException {
            RandomAccessFile file = new RandomAccessFile(path.resolve("lock").toFile(), "rw");
            try {
                if (file.getChannel().tryLock() != null) {
                    return file;
                }
            } catch (OverlappingFileLockException e) {
                // Another log in this process; the answer is the same.
            } catch (IOException e) {
                file.close();
                throw e;
            }
            file.close();
            throw new IOException(
                    "The log in "
                            + path
                            + " is open already, in this node or another: close it there, or give"
                            + " this node a data folder of its own (SIRSI_DATA).");
        }

        @Override
        public List<String> list() throws IOException {
            try (Stream<Path> files = Files.list(path)) {
                return files.map(file -> file.getFileName().toString()).toList();
            }
        }

        @Override
        public File open(String name) throws IOException {
            if (!Files.exists(path.resolve(name))) {
                throw new IOException("there is no file " + path.resolve(name));
            }
            return new RealFile(new RandomAccessFile(path.resolve(name).toFile(), "rw"));
        }

        @Override
        public File create(String name) throws IOException {
            Files.deleteIfExists(path.resolve(name));
            Files.createFile(path.resolve(name), ownerOnly("rw-------"));
            return open(name);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            Files.move(
                    path.resolve(from),
                    path.resolve(to),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void delete(String name) throws IOException {
            Files.deleteIfExists(path.resolve(name));
        }

        @Override
        public void force() throws IOException {
            RealDisk.force(path);
        }

        @Override
        public long freeBytes() throws IOException {
            return Files.getFileStore(path).getUsableSpace();
        }
    }

    private static final class RealFile implements File {

        private final RandomAccessFile file;
        private final FileChannel channel;

        private RealFile(RandomAccessFile file) {
            this.file = file;
            this.channel = file.getChannel();
        }

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public void resize(long size) throws IOException {
            file.setLength(size);
        }

        @Override
        public int read(byte[] into, int offset, int length, long at) throws IOException {
            file.seek(at);
            int read = 0;
            while (read < length) {
                int more = file.read(into, offset + read, length - read);
                if (more < 0) {
                    break;
                }
                read += more;
            }
            return read;
        }

        @Override
        public void write(byte[] from, int offset, int length, long at) throws IOException {
            file.seek(at);
            file.write(from, offset, length);
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            long to = at;
            while (from.hasRemaining()) {
                to += channel.write(from, to);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void sync() throws IOException {
            file.getFD().sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
