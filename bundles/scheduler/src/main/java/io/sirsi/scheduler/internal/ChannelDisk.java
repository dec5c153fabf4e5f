package io.sirsi.scheduler.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder of the file system. Keeps at most so many files open, those used last. Java closes a
 * channel when a thread that uses it is interrupted; here it is opened again and the call repeated,
 * which changes nothing, since every call says where in the file it reads or writes.
 */
final class ChannelDisk implements HistoryDisk {

    private final Path folder;
    private final int mostOpen;
    private final Map<String, FileChannel> channels = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    /**
     * Uses a folder, which is made if it is not there.
     *
     * @param folder where
     * @param mostOpen how many files are open at a time at most
     */
    ChannelDisk(Path folder, int mostOpen) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.mostOpen = mostOpen;
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public void create(String name) throws IOException {
        Files.createFile(folder.resolve(name));
    }

    @Override
    public long size(String name) throws IOException {
        return Files.size(folder.resolve(name));
    }

    @Override
    public int read(String name, ByteBuffer to, long at) throws IOException {
        int start = to.position();
        return (int) on(name, channel -> channel.read(to.position(start), at));
    }

    @Override
    public int write(String name, ByteBuffer from, long at) throws IOException {
        int start = from.position();
        return (int) on(name, channel -> channel.write(from.position(start), at));
    }

    @Override
    public void truncate(String name, long size) throws IOException {
        on(name, channel -> channel.truncate(size).size());
    }

    @Override
    public void force(String name) throws IOException {
        on(
                name,
                channel -> {
                    channel.force(false);
                    return 0;
                });
    }

    @Override
    public void forceNames() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (!forceFolder()) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            restore(interrupted);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        close(from);
        close(to);
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        close(name);
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void close() throws IOException {
        List<FileChannel> open;
        synchronized (channels) {
            closed = true;
            open = new ArrayList<>(channels.values());
            channels.clear();
        }
        for (FileChannel channel : open) {
            channel.close();
        }
    }

    private boolean forceFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }

    private interface Use {
        long of(FileChannel channel) throws IOException;
    }

    private long on(String name, Use use) throws IOException {
        // A thread that is interrupted already would close the channel for everybody.
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel channel = open(name);
                try {
                    return use.of(channel);
                } catch (ClosedChannelException e) {
                    // Interrupted, here or where somebody else used it, or closed for another file.
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    private FileChannel open(String name) throws IOException {
        synchronized (channels) {
            if (closed) {
                throw new IOException("the history is closed");
            }
            FileChannel known = channels.get(name);
            if (known != null && known.isOpen()) {
                return known;
            }
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve(name),
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            channels.put(name, channel);
            if (channels.size() > mostOpen) {
                var eldest = channels.entrySet().iterator();
                FileChannel unused = eldest.next().getValue();
                eldest.remove();
                unused.close();
            }
            return channel;
        }
    }

    private void close(String name) throws IOException {
        synchronized (channels) {
            FileChannel channel = channels.remove(name);
            if (channel != null) {
                channel.close();
            }
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
