package io.sirsi.audit.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a folder for one trail: no second one, in this process or another, can have it. */
final class FolderLock implements Closeable {

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the folder.
     *
     * @param folder which
     * @return gives it back when closed
     * @throws IOException if the lock file cannot be opened
     * @throws IllegalStateException if someone else has the folder
     */
    @SuppressWarnings("resource") // It stays open as long as the lock is held.
    static FolderLock take(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve("audit.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new FolderLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // Another trail in this process; the answer is the same.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IllegalStateException(
                "Another node holds the audit trail in "
                        + folder
                        + ": stop that node, or give this one a data folder of its own"
                        + " (SIRSI_DATA).");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
