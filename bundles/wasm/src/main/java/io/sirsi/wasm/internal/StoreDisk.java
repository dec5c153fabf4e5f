package io.sirsi.wasm.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The steps by which the store changes what is on disk, each of which is done or not. A step that
 * changes a name (all but {@code force}) is on disk once the folder of that name is forced; of the
 * steps in one folder that are not, a crash keeps the first ones and loses the rest.
 */
interface StoreDisk {

    /** Makes a folder in a folder that is there. */
    void makeFolder(Path folder) throws IOException;

    /** Makes a file that is not there; its content is on disk when this returns. */
    void write(Path file, byte[] bytes) throws IOException;

    /** Gives a file another name in its folder, in place of what has that name. */
    void rename(Path from, Path to) throws IOException;

    /**
     * Deletes a file, or an empty folder, if it is there.
     *
     * @throws java.nio.file.DirectoryNotEmptyException for a folder that is not empty
     */
    void delete(Path path) throws IOException;

    /** Brings the names in a folder to the disk. */
    void force(Path folder) throws IOException;

    /** {@return the machine's disk; files and folders are the node's user's alone} */
    static StoreDisk ofTheMachine() {
        return new Machine();
    }

    /** The disk of the machine. */
    final class Machine implements StoreDisk {

        private Machine() {}

        @Override
        public void makeFolder(Path folder) throws IOException {
            Files.createDirectory(folder, only("rwx------"));
        }

        @Override
        public void write(Path file, byte[] bytes) throws IOException {
            try (FileChannel channel =
                    FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            only("rw-------"))) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void delete(Path path) throws IOException {
            Files.deleteIfExists(path);
        }

        @Override
        public void force(Path folder) throws IOException {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }

        private static FileAttribute<Set<PosixFilePermission>> only(String owner) {
            return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(owner));
        }
    }
}
