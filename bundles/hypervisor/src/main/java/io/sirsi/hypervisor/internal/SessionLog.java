package io.sirsi.hypervisor.internal;

import io.sirsi.agent.Health;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.JournalStatus;
import io.sirsi.journal.Journals;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions on disk: a log in which each change of a session is the whole session as it is from
 * then on. Not thread-safe but for {@link #health}: its registry calls it under its own lock.
 */
final class SessionLog implements AutoCloseable {

    /** Where it is. */
    static final String NAME = "sessions";

    private static final Logger log = LoggerFactory.getLogger(SessionLog.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int VERSION = 1;

    private final Journal journal;
    private final List<Kept> found;
    private final long tornBytes;

    /**
     * A session, and whether the node opened it for its own work.
     *
     * @param session as it is
     * @param ofNode whether the limits of the node do not hold for it
     */
    record Kept(Session session, boolean ofNode) {}

    /** Reads what is there. The order is that of the last change of each, oldest first. */
    private static final class Reader implements JournalReader {
        private final Map<SessionId, Kept> sessions = new LinkedHashMap<>();
        private long tornBytes;

        @Override
        public void snapshot(ByteBuffer bytes) {
            take(bytes);
        }

        @Override
        public void record(long position, ByteBuffer bytes) {
            take(bytes);
        }

        @Override
        public void torn(long position, long bytes) {
            tornBytes = bytes;
        }

        private void take(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            try {
                Kept kept = decode(copy);
                sessions.remove(kept.session().id());
                sessions.put(kept.session().id(), kept);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private SessionLog(Journal journal, Reader reader) {
        this.journal = journal;
        this.found = List.copyOf(reader.sessions.values());
        this.tornBytes = reader.tornBytes;
    }

    /**
     * Opens the log and reads it.
     *
     * @throws IOException where it cannot be read; its message says what to do
     */
    static SessionLog open(Journals journals) throws IOException {
        Reader reader = new Reader();
        try {
            return new SessionLog(journals.open(NAME, JournalOptions.SMALL, reader), reader);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** {@return the sessions that were there when it was opened, the last changed last} */
    List<Kept> found() {
        return found;
    }

    /** {@return how many bytes were cut off its end when it was opened} */
    long tornBytes() {
        return tornBytes;
    }

    /**
     * Writes a new session; on disk when this returns.
     *
     * @throws RefusedException UNAVAILABLE where it cannot be written; then it will not be there
     *     after a restart either
     */
    void begin(Kept kept) {
        long end = append(kept);
        try {
            awaitDisk(kept, end);
        } catch (RefusedException e) {
            // It may yet get to the disk, and nobody knows its name.
            undo(kept);
            throw e;
        }
    }

    /**
     * Writes a session as it is now; on disk when this returns.
     *
     * @throws RefusedException UNAVAILABLE where it cannot be written
     */
    void put(Kept kept) {
        awaitDisk(kept, append(kept));
    }

    private long append(Kept kept) {
        byte[] bytes = encode(kept);
        try {
            // An end may use the reserve: it gives room back.
            return kept.session().state().isFinal()
                    ? journal.appendReserved(bytes, 0, bytes.length)
                    : journal.append(bytes, 0, bytes.length);
        } catch (JournalException e) {
            throw unavailable(kept, e.getMessage(), e);
        }
    }

    private void awaitDisk(Kept kept, long end) {
        try {
            if (!journal.awaitForced(end, PATIENCE)) {
                throw RefusedException.unavailable(
                        "the disk did not take the change of session '"
                                + kept.session().id()
                                + "' within "
                                + PATIENCE.toSeconds()
                                + " s; look at the disk, then at the session");
            }
        } catch (JournalException e) {
            throw unavailable(kept, e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(
                    kept, "interrupted before it was on disk; look at it before you try again", e);
        }
    }

    private void undo(Kept kept) {
        Session session = kept.session();
        try {
            append(
                    new Kept(
                            new Session(
                                    session.id(),
                                    session.owner(),
                                    session.spec(),
                                    SessionState.TERMINATED,
                                    session.openedAt()),
                            kept.ofNode()));
        } catch (RefusedException e) {
            log.warn("{} may be there after a restart: {}", session.id(), e.getMessage());
        }
    }

    private static RefusedException unavailable(Kept kept, @Nullable String why, Exception cause) {
        return new RefusedException(
                RefusedException.Reason.UNAVAILABLE,
                "the session '" + kept.session().id() + "' could not be written: " + why,
                cause);
    }

    /** {@return the bytes since the newest snapshot} */
    long grown() {
        return journal.bytesSinceSnapshot();
    }

    /** Begins a snapshot; the sessions that it will have must be taken before the next change. */
    Journal.Snapshot beginSnapshot() throws IOException {
        return journal.beginSnapshot();
    }

    /** Ends a snapshot. */
    static void write(Journal.Snapshot snapshot, List<Kept> all) throws IOException {
        try {
            for (Kept kept : all) {
                byte[] bytes = encode(kept);
                snapshot.add(bytes, 0, bytes.length);
            }
            snapshot.commit();
        } finally {
            snapshot.abort();
        }
    }

    /** {@return how it is; thread-safe} */
    Health health() {
        JournalStatus status = journal.status();
        return switch (status.state()) {
            case OPEN -> Health.ok();
            case FULL ->
                    new Health(
                            Health.Status.WARN,
                            "the disk is full, so no session can be opened; free some space");
            case FAILED, CLOSED ->
                    new Health(
                            Health.Status.CRITICAL,
                            "sessions cannot be kept any more; look at the disk, then restart the"
                                    + " hypervisor");
        };
    }

    @Override
    public void close() {
        journal.close();
    }

    static byte[] encode(Kept kept) {
        Session session = kept.session();
        SessionLimits limits = session.spec().limits();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeBoolean(kept.ofNode());
            out.writeUTF(session.id().value());
            out.writeUTF(session.owner());
            out.writeUTF(session.spec().label());
            out.writeInt(limits.maxAgents());
            out.writeInt(limits.maxTasks());
            out.writeUTF(limits.lifetime().toString());
            out.writeInt(limits.weight());
            out.writeUTF(session.state().name());
            out.writeUTF(session.openedAt().toString());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static Kept decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException(
                        "the log of sessions has a record of version "
                                + version
                                + ", and this node reads version "
                                + VERSION
                                + "; start it with the newer node that wrote it");
            }
            boolean ofNode = in.readBoolean();
            SessionId id = new SessionId(in.readUTF());
            String owner = in.readUTF();
            String label = in.readUTF();
            int maxAgents = in.readInt();
            int maxTasks = in.readInt();
            Duration lifetime = Duration.parse(in.readUTF());
            SessionLimits limits = new SessionLimits(maxAgents, maxTasks, lifetime, in.readInt());
            SessionState state = SessionState.valueOf(in.readUTF());
            Instant openedAt = Instant.parse(in.readUTF());
            return new Kept(
                    new Session(id, owner, new SessionSpec(label, limits), state, openedAt),
                    ofNode);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException(
                    "the log of sessions has a record that makes no sense: " + e.getMessage(), e);
        }
    }

    /** {@return a list without what is forgotten: the newest ended ones stay} */
    static List<Kept> remembered(List<Kept> all, int ended) {
        int tooMany =
                (int) all.stream().filter(kept -> kept.session().state().isFinal()).count() - ended;
        List<Kept> rest = new ArrayList<>();
        for (Kept kept : all) {
            if (kept.session().state().isFinal() && tooMany > 0) {
                tooMany--;
            } else {
                rest.add(kept);
            }
        }
        return rest;
    }
}
