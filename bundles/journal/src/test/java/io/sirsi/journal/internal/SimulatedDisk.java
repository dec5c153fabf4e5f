package io.sirsi.journal.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that forgets what was not forced, in a way that a seed decides. Thread-safe.
 *
 * <p>The model: what is written is in the cache, in blocks of 512 bytes; a force puts all blocks of
 * a file on the disk, a force of the folder its names. On {@link #crash} of the power each unforced
 * block is kept, lost, or torn (its first bytes new, the rest old); each unforced change of a name
 * is kept or lost, a rename as a whole. On {@link #kill} of the process nothing is lost. After a
 * force that failed, the blocks count as clean, as on Linux: they read as written, no later force
 * writes them, and a loss of power keeps or loses each.
 */
public final class SimulatedDisk implements Disk {

    private static final int BLOCK = 512;

    private final SplittableRandom random;
    private final Map<String, SimulatedFolder> folders = new TreeMap<>();
    private long capacity = Long.MAX_VALUE;
    private long forcesUntilError = -1;
    private long writesUntilCrash = -1;
    private boolean crashed;
    private int life;
    private long steps;

    /**
     * Makes an empty one.
     *
     * @param seed what decides about everything that is left to chance
     */
    public SimulatedDisk(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Thrown by every call after a planned crash, until the disk is used again. */
    public static final class Crashed extends IOException {
        private static final long serialVersionUID = 1L;

        Crashed() {
            super("the machine is off");
        }
    }

    /** Limits what all files together may take, in bytes. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** Lets the nth force of a file from now on fail, 1 for the next. */
    public synchronized void failForce(long nth) {
        forcesUntilError = nth;
    }

    /**
     * Waits until nothing has been changed for a while: whoever prepares files is done, and the
     * next error hits whom it is meant for.
     *
     * @throws InterruptedException if interrupted
     */
    public void awaitRest() throws InterruptedException {
        long until = System.nanoTime() + 5_000_000_000L;
        long before = -1;
        while (before != steps() && System.nanoTime() - until < 0) {
            before = steps();
            Thread.sleep(50);
        }
    }

    /** Switches the machine off before the nth change from now on, 1 for the next. */
    public synchronized void crashAtStep(long nth) {
        writesUntilCrash = nth;
    }

    /** {@return whether a planned crash has come} */
    public synchronized boolean isCrashed() {
        return crashed;
    }

    /** {@return how many changes were asked for so far} */
    public synchronized long steps() {
        return steps;
    }

    /** Loses the power and comes back: unforced blocks and names are decided about. */
    public synchronized void crash() {
        folders.values().forEach(SimulatedFolder::losePower);
        restart();
    }

    /** Ends the process that used it: locks and open files are gone, what was written stays. */
    public synchronized void kill() {
        restart();
    }

    private void restart() {
        folders.values().forEach(folder -> folder.locked = false);
        crashed = false;
        writesUntilCrash = -1;
        forcesUntilError = -1;
        life++;
    }

    /**
     * {@return another disk with the same content, all of it forced}
     *
     * @param seed what decides for the other
     */
    public synchronized SimulatedDisk copy(long seed) {
        SimulatedDisk other = new SimulatedDisk(seed);
        folders.forEach(
                (name, folder) -> {
                    SimulatedFolder twin = other.new SimulatedFolder(name);
                    folder.names.forEach(
                            (file, content) -> {
                                Content copied = other.new Content();
                                copied.cache.putAll(content.cache);
                                copied.disk.putAll(content.cache);
                                copied.size = content.size;
                                copied.forcedSize = content.size;
                                twin.names.put(file, copied);
                            });
                    twin.force();
                    other.folders.put(name, twin);
                });
        return other;
    }

    /** Overwrites bytes of a file, on the disk and in the cache. */
    public synchronized void overwrite(String folder, String file, long at, byte[] bytes)
            throws IOException {
        Content content = existing(folder, file);
        content.write(bytes, 0, bytes.length, (int) at);
        content.force();
    }

    /** Removes a file, on the disk and in the cache. */
    public synchronized void remove(String folder, String file) throws IOException {
        existing(folder, file);
        folders.get(folder).names.remove(file);
        folders.get(folder).force();
    }

    /** {@return the bytes of a file as they read now} */
    public synchronized byte[] content(String folder, String file) throws IOException {
        return existing(folder, file).read();
    }

    /** {@return the names of the files of a folder, sorted} */
    public synchronized List<String> names(String folder) {
        SimulatedFolder found = folders.get(folder);
        return found == null ? List.of() : found.names.keySet().stream().sorted().toList();
    }

    /** Flips a bit of a file, on the disk and in the cache. */
    public synchronized void flip(String folder, String file, long bit) throws IOException {
        Content content = existing(folder, file);
        content.flip((int) (bit / 8), 1 << bit % 8);
    }

    private Content existing(String folder, String file) throws IOException {
        SimulatedFolder found = folders.get(folder);
        Content content = found == null ? null : found.names.get(file);
        if (content == null) {
            throw new IOException("there is no file " + folder + "/" + file);
        }
        return content;
    }

    private void step(int life) throws IOException {
        if (life != this.life) {
            throw new IOException("this file was open before the crash");
        }
        if (crashed) {
            throw new Crashed();
        }
        steps++;
        if (writesUntilCrash > 0 && --writesUntilCrash == 0) {
            crashed = true;
            throw new Crashed();
        }
    }

    private long used() {
        long used = 0;
        for (SimulatedFolder folder : folders.values()) {
            for (Content content : folder.names.values()) {
                used += content.allocated();
            }
        }
        return used;
    }

    @Override
    public synchronized Folder folder(String name) throws IOException {
        if (crashed) {
            throw new Crashed();
        }
        return folders.computeIfAbsent(name, SimulatedFolder::new).opened(life);
    }

    /** Blocks in the cache and on the disk. A missing one is zeros. */
    private final class Content {

        private final Map<Integer, byte[]> cache = new HashMap<>();
        private final Map<Integer, byte[]> disk = new HashMap<>();
        private final HashSet<Integer> dirty = new HashSet<>();
        private final HashSet<Integer> abandoned = new HashSet<>();
        private int size;
        private int forcedSize;

        private long allocated() {
            return (long) cache.size() * BLOCK;
        }

        private byte[] read() {
            byte[] all = new byte[size];
            read(all, 0, size, 0);
            return all;
        }

        private void read(byte[] into, int offset, int length, int at) {
            int done = 0;
            while (done < length) {
                int block = (at + done) / BLOCK;
                int within = (at + done) % BLOCK;
                int some = Math.min(BLOCK - within, length - done);
                byte[] bytes = cache.get(block);
                if (bytes == null) {
                    Arrays.fill(into, offset + done, offset + done + some, (byte) 0);
                } else {
                    System.arraycopy(bytes, within, into, offset + done, some);
                }
                done += some;
            }
        }

        private void write(byte[] from, int offset, int length, int at) throws IOException {
            long room = capacity == Long.MAX_VALUE ? Long.MAX_VALUE : capacity - used();
            int done = 0;
            while (done < length) {
                int block = (at + done) / BLOCK;
                int within = (at + done) % BLOCK;
                int some = Math.min(BLOCK - within, length - done);
                byte[] bytes = cache.get(block);
                if (bytes == null) {
                    room -= BLOCK;
                    if (room < 0) {
                        throw new IOException("No space left on device");
                    }
                }
                byte[] changed = bytes == null || some == BLOCK ? new byte[BLOCK] : bytes.clone();
                System.arraycopy(from, offset + done, changed, within, some);
                cache.put(block, changed);
                dirty.add(block);
                abandoned.remove(block);
                done += some;
                size = Math.max(size, at + done);
            }
        }

        private void resize(int wanted) {
            size = wanted;
            int blocks = (wanted + BLOCK - 1) / BLOCK;
            cache.keySet().removeIf(block -> block >= blocks);
            disk.keySet().removeIf(block -> block >= blocks);
            dirty.removeIf(block -> block >= blocks);
        }

        private void force() {
            for (int block : dirty) {
                disk.put(block, cache.get(block));
            }
            dirty.clear();
            forcedSize = size;
        }

        private void abandon() {
            abandoned.addAll(dirty);
            dirty.clear();
        }

        private void losePower() {
            dirty.addAll(abandoned);
            abandoned.clear();
            for (int block : dirty.stream().sorted().toList()) {
                byte[] now = cache.get(block);
                byte[] before = disk.getOrDefault(block, new byte[BLOCK]);
                int fate = random.nextInt(8);
                if (fate < 3) {
                    disk.put(block, now);
                } else if (fate == 3) {
                    byte[] torn = before.clone();
                    System.arraycopy(now, 0, torn, 0, random.nextInt(BLOCK));
                    disk.put(block, torn);
                }
            }
            dirty.clear();
            if (size > forcedSize && random.nextBoolean()) {
                size = forcedSize;
            }
            size = Math.max(size, forcedSize);
            forcedSize = size;
            cache.clear();
            cache.putAll(disk);
        }

        private void flip(int at, int bit) {
            for (Map<Integer, byte[]> blocks : List.of(cache, disk)) {
                byte[] changed = blocks.getOrDefault(at / BLOCK, new byte[BLOCK]).clone();
                changed[at % BLOCK] ^= (byte) bit;
                blocks.put(at / BLOCK, changed);
            }
        }
    }

    /**
     * A change of names.
     *
     * @param from the name that goes, if any
     * @param to the name that comes, if any
     * @param content its file
     */
    private record Change(@Nullable String from, @Nullable String to, Content content) {

        private void apply(Map<String, Content> names) {
            if (from != null && !names.remove(from, content)) {
                return; // It rests on a change that was lost.
            }
            if (to != null) {
                names.put(to, content);
            }
        }
    }

    /** A folder: its names now, those on the disk, and the changes between. */
    private final class SimulatedFolder {

        private final String name;
        private Map<String, Content> names = new HashMap<>();
        private Map<String, Content> forced = new HashMap<>();
        private final List<Change> since = new ArrayList<>();
        private boolean locked;

        private SimulatedFolder(String name) {
            this.name = name;
        }

        private Folder opened(int life) {
            return new OpenFolder(this, life);
        }

        private void change(@Nullable String from, @Nullable String to, Content content) {
            Change change = new Change(from, to, content);
            change.apply(names);
            since.add(change);
        }

        private void force() {
            since.clear();
            forced = new HashMap<>(names);
        }

        private void losePower() {
            names = forced;
            for (Change change : since) {
                if (random.nextBoolean()) {
                    change.apply(names);
                }
            }
            force();
            new TreeMap<>(names).values().forEach(Content::losePower);
        }
    }

    private final class OpenFolder implements Folder {

        private final SimulatedFolder folder;
        private final int openedIn;

        private OpenFolder(SimulatedFolder folder, int openedIn) {
            this.folder = folder;
            this.openedIn = openedIn;
        }

        @Override
        public Path path() {
            return Path.of("/simulated", folder.name);
        }

        @Override
        public Closeable lock() throws IOException {
            synchronized (SimulatedDisk.this) {
                if (folder.locked) {
                    throw new IOException("The log in " + path() + " is open already.");
                }
                folder.locked = true;
            }
            return () -> {
                synchronized (SimulatedDisk.this) {
                    if (openedIn == life) {
                        folder.locked = false;
                    }
                }
            };
        }

        @Override
        public List<String> list() {
            synchronized (SimulatedDisk.this) {
                return folder.names.keySet().stream().sorted().toList();
            }
        }

        @Override
        public File open(String name) throws IOException {
            synchronized (SimulatedDisk.this) {
                Content content = folder.names.get(name);
                if (content == null) {
                    throw new IOException("there is no file " + path().resolve(name));
                }
                return new OpenFile(content, openedIn);
            }
        }

        @Override
        public File create(String name) throws IOException {
            synchronized (SimulatedDisk.this) {
                step(openedIn);
                Content content = new Content();
                folder.change(null, name, content);
                return new OpenFile(content, openedIn);
            }
        }

        @Override
        public void rename(String from, String to) throws IOException {
            synchronized (SimulatedDisk.this) {
                step(openedIn);
                Content content = folder.names.get(from);
                if (content == null) {
                    throw new IOException("there is no file " + path().resolve(from));
                }
                folder.change(from, to, content);
            }
        }

        @Override
        public void delete(String name) throws IOException {
            synchronized (SimulatedDisk.this) {
                Content content = folder.names.get(name);
                if (content != null) {
                    step(openedIn);
                    folder.change(name, null, content);
                }
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedDisk.this) {
                step(openedIn);
                folder.force();
            }
        }

        @Override
        public long freeBytes() {
            synchronized (SimulatedDisk.this) {
                return capacity == Long.MAX_VALUE ? capacity : capacity - used();
            }
        }
    }

    private final class OpenFile implements File {

        private final Content content;
        private final int openedIn;

        private OpenFile(Content content, int openedIn) {
            this.content = content;
            this.openedIn = openedIn;
        }

        @Override
        public long size() {
            synchronized (SimulatedDisk.this) {
                return content.size;
            }
        }

        @Override
        public void resize(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                step(openedIn);
                content.resize((int) size);
            }
        }

        @Override
        public int read(byte[] into, int offset, int length, long at) {
            synchronized (SimulatedDisk.this) {
                int some = (int) Math.max(0, Math.min(length, content.size - at));
                content.read(into, offset, some, (int) at);
                return some;
            }
        }

        @Override
        public void write(byte[] from, int offset, int length, long at) throws IOException {
            synchronized (SimulatedDisk.this) {
                step(openedIn);
                content.write(from, offset, length, (int) at);
            }
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            write(bytes, 0, bytes.length, at);
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedDisk.this) {
                step(openedIn);
                if (forcesUntilError > 0 && --forcesUntilError == 0) {
                    content.abandon();
                    throw new IOException("Input/output error");
                }
                content.force();
            }
        }

        @Override
        public void sync() throws IOException {
            force();
        }

        @Override
        public void close() {
            // The content stays.
        }
    }
}
