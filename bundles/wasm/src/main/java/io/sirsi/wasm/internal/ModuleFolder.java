package io.sirsi.wasm.internal;

import io.sirsi.wasm.ModuleFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees modules that are put into a folder, or changed there, and offers each to whoever installs
 * them. A file is offered at once; if it is not taken, it may not be whole yet, so that it is
 * offered again until it has not changed for a while. One thread of its own.
 */
final class ModuleFolder implements AutoCloseable {

    /** How long a file that is not taken must not have changed until that is final. */
    static final Duration QUIET = Duration.ofMillis(500);

    private static final Duration PAUSE = Duration.ofMillis(20);

    /** How long {@link #lookAgain} may take to be noticed. */
    private static final Duration BEAT = Duration.ofSeconds(1);

    private static final String SUFFIX = ".wasm";
    private static final int MOST_STRANGERS = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(ModuleFolder.class);

    /** Who takes what is found. */
    interface Taker {

        /**
         * Takes a module.
         *
         * @param file the module, with what lies beside it
         * @param last whether it will not be offered again unchanged: why it is not taken is then
         *     to be said
         * @return whether it was taken, or is there already
         */
        boolean take(ModuleFile file, boolean last);
    }

    /** What a file looked like: it has not changed while this has not. */
    private record Look(String module, String metadata, String signature) {}

    /** A file that was not taken yet. */
    private record Pending(Look look, long since) {}

    private final Path folder;
    private final Taker taker;
    private final LongSupplier nanoTime;
    private final long maxBytes;
    private final WatchService watch;
    private final Thread thread;
    private final Map<Path, Pending> pending = new HashMap<>();

    /** What was taken, or finally was not, as it looked then. */
    private final Map<Path, Look> settled = new HashMap<>();

    /** What is no module and was told once. */
    private final Set<String> strangers = new HashSet<>();

    private volatile boolean lookAgain;
    private volatile boolean closed;

    /**
     * Begins to watch; what lies there already is offered first.
     *
     * @param folder which folder; made if it is not there
     * @param maxBytes larger files are not read
     * @param taker who takes the modules
     * @param nanoTime the time for waits
     * @throws IOException if it cannot be watched
     */
    ModuleFolder(Path folder, long maxBytes, Taker taker, LongSupplier nanoTime)
            throws IOException {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.taker = taker;
        this.nanoTime = nanoTime;
        this.watch = folder.getFileSystem().newWatchService();
        register();
        this.thread = new Thread(this::run, "sirsi-wasm-folder");
        thread.setDaemon(true);
        thread.start();
    }

    private void register() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        folder.register(
                watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
    }

    /** Has everything offered once more, because what was not taken may be now. Does not wait. */
    void lookAgain() {
        lookAgain = true;
    }

    /** Ends the thread; waits until a module that is just being taken has been. */
    @Override
    public void close() {
        closed = true;
        try {
            watch.close();
        } catch (IOException e) {
            LOG.debug("the watch of {} did not close", folder, e);
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        lookAgain = true;
        try {
            while (!closed) {
                try {
                    step();
                } catch (IOException trouble) {
                    LOG.warn("the folder {} cannot be watched now: {}", folder, trouble.toString());
                    TimeUnit.MILLISECONDS.sleep(BEAT.toMillis());
                    lookAgain = true;
                }
            }
        } catch (ClosedWatchServiceException stopped) {
            LOG.debug("{} is not watched any more", folder);
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.error("the folder {} is not watched any more", folder, bug);
        }
    }

    /** Waits for a moment, and takes what came. */
    private void step() throws IOException, InterruptedException {
        if (lookAgain) {
            lookAgain = false;
            register();
            settled.clear();
            lookAtAll();
        }
        Duration wait = pending.isEmpty() ? BEAT : PAUSE;
        WatchKey key = watch.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
            turn(key);
        }
        again();
    }

    private void turn(WatchKey key) throws IOException {
        boolean lost = false;
        Set<Path> changed = new LinkedHashSet<>();
        for (WatchEvent<?> event : key.pollEvents()) {
            if (event.context() instanceof Path name) {
                moduleOf(name).ifPresentOrElse(changed::add, () -> foreign(name));
            } else {
                lost = true; // the system had more to say than it could keep
            }
        }
        changed.forEach(this::offer);
        if (!key.reset()) {
            if (closed) {
                return;
            }
            LOG.warn("the folder {} was deleted; it is made again", folder);
            lookAgain = true;
        }
        if (lost) {
            lookAtAll();
        }
    }

    private void lookAtAll() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            files.forEach(file -> moduleOf(file.getFileName()).ifPresent(this::offer));
        }
    }

    /** A file that is on its way often has a name with a dot before. */
    private void foreign(Path name) {
        String text = name.toString();
        if (!text.startsWith(".") && strangers.size() < MOST_STRANGERS && strangers.add(text)) {
            LOG.warn(
                    "{} in {} is left alone: modules are called NAME.wasm, with NAME.wasm.json and"
                            + " NAME.wasm.sig beside them",
                    text,
                    folder);
        }
    }

    /** {@return the module that a name in the folder belongs to} */
    private Optional<Path> moduleOf(Path name) {
        String text = name.toString();
        for (String beside : new String[] {SUFFIX + ".json", SUFFIX + ".sig"}) {
            if (text.endsWith(beside)) {
                text = text.substring(0, text.length() - beside.length() + SUFFIX.length());
            }
        }
        return text.endsWith(SUFFIX) && !text.startsWith(".")
                ? Optional.of(folder.resolve(text))
                : Optional.empty();
    }

    /** Offers again what was not taken and may not have been whole. */
    private void again() {
        Set.copyOf(pending.keySet()).forEach(this::offer);
    }

    private void offer(Path module) {
        Pending before = pending.get(module);
        try {
            Look look = look(module);
            if (look.equals(settled.get(module))) {
                return;
            }
            boolean last = false;
            if (before != null && before.look().equals(look)) {
                if (nanoTime.getAsLong() - before.since() < QUIET.toNanos()) {
                    return;
                }
                last = true;
            }
            if (taker.take(read(module), last) || last) {
                pending.remove(module);
                settled.put(module, look);
            } else {
                pending.put(module, new Pending(look, nanoTime.getAsLong()));
            }
        } catch (NoSuchFileException gone) {
            pending.remove(module);
            settled.remove(module);
        } catch (IOException unreadable) {
            pending.remove(module);
            LOG.warn("{} cannot be read: {}", module, unreadable.getMessage());
        } catch (RuntimeException bug) { // of one file: the others must not suffer
            pending.remove(module);
            LOG.error("{} could not be taken", module, bug);
        }
    }

    private static Look look(Path module) throws IOException {
        return new Look(
                present(module), stamp(beside(module, ".json")), stamp(beside(module, ".sig")));
    }

    /** Another file, or another change of it, is another text. */
    private static String present(Path file) throws IOException {
        return Files.readAttributes(file, "unix:ino,ctime,size", LinkOption.NOFOLLOW_LINKS)
                .toString();
    }

    private static String stamp(Path file) throws IOException {
        try {
            return present(file);
        } catch (NoSuchFileException absent) {
            return "";
        }
    }

    /** A file that is too large is not read further than its beginning: admission says so. */
    private ModuleFile read(Path module) throws IOException {
        ModuleFile file = ModuleFile.of(String.valueOf(module.getFileName()), bytes(module));
        Optional<byte[]> metadata = optional(beside(module, ".json"));
        if (metadata.isPresent()) {
            file = file.withMetadata(metadata.get());
        }
        Optional<byte[]> signature = optional(beside(module, ".sig"));
        return signature.isPresent() ? file.withSignature(signature.get()) : file;
    }

    private Optional<byte[]> optional(Path file) throws IOException {
        try {
            return Optional.of(bytes(file));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /** Of a regular file alone: a pipe would be waited for, and a device has no end. */
    private byte[] bytes(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new IOException(
                    file.getFileName()
                            + " is a link, a folder or a device; move the file itself here");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE, maxBytes + 1));
            if (bytes.length > maxBytes) {
                throw new IOException(file.getFileName() + " has more than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    private static Path beside(Path module, String suffix) {
        return module.resolveSibling(module.getFileName() + suffix);
    }
}
