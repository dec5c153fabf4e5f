package io.sirsi.audit.internal;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditTrail;
import io.sirsi.audit.AuditVerification;
import io.sirsi.audit.internal.ChainVerifier.Damage;
import io.sirsi.audit.internal.ChainVerifier.Finding;
import io.sirsi.audit.internal.Draft.Subject;
import io.sirsi.audit.internal.TrailWriter.Position;
import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit trail of one node, in files of its own. A caller that finds the writer busy leaves its
 * record in a queue; whoever gets the writer next writes all that wait with one force to disk.
 *
 * <p>If the trail cannot be opened, or its chain is damaged, the component does not come up, and
 * with it nothing that needs an audit.
 */
@Component(name = "io.sirsi.audit", immediate = true)
@Designate(ocd = FileAuditTrail.Config.class)
public final class FileAuditTrail implements AuditTrail {

    /** What can be configured. */
    @ObjectClassDefinition(id = "io.sirsi.audit", name = "Audit trail")
    @interface Config {

        /** {@return the folder of the trail; empty for audit/ in the node's data folder} */
        @AttributeDefinition(
                name = "Folder",
                description = "Where the trail is kept. Empty: audit/ in the data folder.")
        String folder() default "";

        /** {@return at what size a new file is begun, in MiB, 1 to 1,024} */
        @AttributeDefinition(
                name = "File size",
                description = "At what size a new file is begun, in MiB, 1 to 1024.")
        int segmentMiB() default 16;
    }

    private static final Logger log = LoggerFactory.getLogger(FileAuditTrail.class);

    private static final int LARGEST_BATCH = 256;
    private static final int MOST_OPEN_INTENTS = 100_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Path folder;
    private final RecordFormat format = new RecordFormat();
    private final FolderLock folderLock;
    private final TrailWriter writer;

    private final ReentrantLock writing = new ReentrantLock();
    private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final Map<Long, Subject> openIntents = new ConcurrentHashMap<>();
    private volatile long lastSequence;
    private boolean closed;

    /** A record that waits to be written. Its fields are guarded by {@code writing}. */
    private static final class Pending {
        private final Draft draft;
        private long sequence;
        private Optional<Throwable> failure = Optional.empty();

        private Pending(Draft draft) {
            this.draft = draft;
        }

        private boolean isDone() {
            return sequence > 0 || failure.isPresent();
        }
    }

    /**
     * Opens the trail.
     *
     * @param config its configuration
     * @throws IllegalStateException if it cannot be opened; the message says why and what to do
     */
    @Activate
    public FileAuditTrail(Config config) {
        this(
                folder(config),
                segmentBytes(config),
                Clock.systemUTC(),
                path -> new DiskSegmentFile(path));
    }

    FileAuditTrail(Path folder, long segmentBytes, Clock clock, SegmentFile.Opener opener) {
        this.folder = folder;
        try {
            Segments.makeFolder(folder);
            this.folderLock = FolderLock.take(folder);
            this.writer = open(segmentBytes, clock, opener);
        } catch (IOException e) {
            throw refusedToOpen(
                    new IllegalStateException(
                            "The audit trail in "
                                    + folder
                                    + " cannot be opened ("
                                    + reason(e)
                                    + "): make the folder readable and writable for the node's"
                                    + " account.",
                            e));
        } catch (IllegalStateException e) {
            throw refusedToOpen(e);
        }
        writer.writeRemarks();
        lastSequence = writer.position().head().sequence();
    }

    private TrailWriter open(long segmentBytes, Clock clock, SegmentFile.Opener opener)
            throws IOException {
        boolean opened = false;
        try {
            TrailWriter result = new TrailWriter(folder, segmentBytes, format, clock, opener);
            opened = true;
            return result;
        } finally {
            if (!opened) {
                folderLock.close();
            }
        }
    }

    private static IllegalStateException refusedToOpen(IllegalStateException e) {
        log.error("{}", e.getMessage());
        return e;
    }

    private static Path folder(Config config) {
        if (!config.folder().isBlank()) {
            return Path.of(config.folder().strip()).toAbsolutePath();
        }
        String data = System.getProperty("sirsi.data", "");
        if (data.isBlank()) {
            throw refusedToOpen(
                    new IllegalStateException(
                            "The audit trail has no folder: set folder in io.sirsi.audit.cfg, or"
                                    + " start the node with -Dsirsi.data=FOLDER."));
        }
        return Path.of(data, "audit").toAbsolutePath();
    }

    private static long segmentBytes(Config config) {
        int size = config.segmentMiB();
        if (size < 1 || size > 1024) {
            throw refusedToOpen(
                    new IllegalStateException(
                            "io.sirsi.audit.cfg: segmentMiB must be 1 to 1024, not " + size));
        }
        return size * 1024L * 1024L;
    }

    @Override
    public long intent(AuditAction action) {
        Subject subject = new Subject(action.caller().name(), action.permission().value());
        long sequence = write(new Draft(new AuditRecord.Intent(action), subject));
        if (openIntents.size() < MOST_OPEN_INTENTS) {
            openIntents.put(sequence, subject);
        }
        return sequence;
    }

    @Override
    public void result(long intent, AuditOutcome outcome, String note) {
        if (intent < 1 || intent > lastSequence) {
            log.error("audit: there is no intent {} whose result could be {}", intent, outcome);
            return;
        }
        Subject subject = openIntents.getOrDefault(intent, Subject.NONE);
        try {
            write(new Draft(new AuditRecord.Result(intent, outcome, note), subject));
            openIntents.remove(intent);
        } catch (RuntimeException e) { // The effect has been had: there is nobody to refuse it to.
            log.error(
                    "audit: intent {} stays without its result {}: {}", intent, outcome, reason(e));
        }
    }

    private long write(Draft draft) {
        Pending mine = new Pending(draft);
        queue.add(mine);
        if (!lockInTime()) {
            queue.remove(mine);
            throw RefusedException.unavailable(
                    "The audit trail in "
                            + folder
                            + " has not been written for "
                            + LONGEST_WAIT.toSeconds()
                            + " seconds, so nothing was done: see whether its disk still answers.");
        }
        try {
            while (!mine.isDone()) {
                writeQueued();
            }
        } finally {
            writing.unlock();
        }
        mine.failure.ifPresent(this::refuse);
        return mine.sequence;
    }

    /** Waits for the writer even if the thread is interrupted: the answer must be known. */
    private boolean lockInTime() {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return writing.tryLock(
                            Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void writeQueued() {
        List<Pending> batch = new ArrayList<>();
        Pending next = queue.poll();
        while (next != null) {
            batch.add(next);
            next = batch.size() < LARGEST_BATCH ? queue.poll() : null;
        }
        Throwable failure = new IllegalStateException("the record was not written");
        long first = 0;
        try {
            if (closed) {
                throw new IOException("it has been closed");
            }
            first = writer.append(batch.stream().map(pending -> pending.draft).toList());
            lastSequence = first + batch.size() - 1;
        } catch (IOException | RuntimeException e) {
            failure = e;
        } finally {
            for (Pending pending : batch) {
                if (first > 0) {
                    pending.sequence = first;
                    first++;
                } else {
                    pending.failure = Optional.of(failure);
                }
            }
        }
    }

    private void refuse(Throwable failure) {
        throw new RefusedException(
                Reason.UNAVAILABLE,
                "The audit trail in "
                        + folder
                        + " cannot be written ("
                        + reason(failure)
                        + "), so nothing was done; put that right and try again.",
                failure);
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    @Override
    public List<AuditRecord> read(AuditQuery query) {
        try {
            return new TrailReader(format).read(query, position());
        } catch (IOException e) {
            throw new RefusedException(
                    Reason.UNAVAILABLE,
                    "The audit trail in "
                            + folder
                            + " cannot be read ("
                            + reason(e)
                            + "); verify it to learn where.",
                    e);
        }
    }

    @Override
    public AuditVerification verify() {
        Position position = position();
        Link head = position.head();
        try {
            Finding finding =
                    new ChainVerifier(format).verify(position.segments(), position.length());
            Optional<String> damage =
                    finding.damage()
                            .map(Damage::sentence)
                            .or(() -> differing(finding.head(), position));
            return new AuditVerification(finding.head().sequence(), finding.head().hash(), damage);
        } catch (IOException e) {
            return new AuditVerification(
                    0,
                    Link.GENESIS.hash(),
                    Optional.of(
                            "The trail cannot be read from record 1 to "
                                    + head.sequence()
                                    + ": "
                                    + reason(e)
                                    + "."));
        }
    }

    private static Optional<String> differing(Link found, Position position) {
        Path last = position.segments().get(position.segments().size() - 1);
        if (found.sequence() < position.head().sequence()) {
            return Optional.of(
                    "The records from %d to %d are missing at the end of %s."
                            .formatted(found.sequence() + 1, position.head().sequence(), last));
        }
        if (!found.equals(position.head())) {
            return Optional.of(
                    "The records up to %d in %s are not those that this node wrote."
                            .formatted(found.sequence(), last));
        }
        if (position.fileLength() > position.length()) {
            return Optional.of(
                    "From byte %d on, %s holds what this node did not write."
                            .formatted(position.length(), last));
        }
        return Optional.empty();
    }

    private Position position() {
        if (!lockInTime()) {
            throw RefusedException.unavailable(
                    "The audit trail in "
                            + folder
                            + " is busy: see whether its disk still answers, and try again.");
        }
        try {
            return writer.position();
        } finally {
            writing.unlock();
        }
    }

    /** Closes the files; records that come later are refused. */
    @Deactivate
    void close() {
        boolean locked = lockInTime();
        try {
            closed = true;
            writer.close();
            folderLock.close();
        } catch (IOException e) {
            log.warn("audit: {} did not close: {}", folder, reason(e));
        } finally {
            if (locked) {
                writing.unlock();
            }
        }
    }
}
