package io.sirsi.agents.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.Journals;
import io.sirsi.security.Permission;
import io.sirsi.session.SessionId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents on disk: who was spawned and not terminated. A parent's record is before those of its
 * children, for it is on disk before it is Ready. Thread-safe.
 */
final class AgentLog implements AutoCloseable {

    /** The name of the log. */
    static final String NAME = "agents";

    /** After how many bytes of records a new snapshot is made. */
    static final long SNAPSHOT_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(AgentLog.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int VERSION = 1;
    private static final int SPAWNED = 1;
    private static final int ENDED = 2;

    /** How many ends one record tells of at most: so many names fit into any. */
    private static final int ENDS_IN_A_RECORD = 1_000;

    private final Journal journal;
    private final List<Kept> found;

    /** In the order of their spawning; guarded by this, as is the order of records. */
    private final Map<AgentId, Kept> living;

    /** Whose record is not known to be on disk yet; guarded by this. */
    private final Set<AgentId> coming = new LinkedHashSet<>();

    private final AtomicBoolean snapshotting = new AtomicBoolean();
    private volatile long snapshotAt = SNAPSHOT_BYTES;
    private boolean closed;

    /**
     * An agent as it is on disk.
     *
     * @param id its name
     * @param session where it lives
     * @param spec what was asked for
     */
    record Kept(AgentId id, SessionId session, AgentSpec spec) {}

    /** Reads what is there. */
    private static final class Reader implements JournalReader {

        private final Map<AgentId, Kept> living = new LinkedHashMap<>();

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
            LOG.warn(
                    "the log of agents ended in the middle of a record, which nobody had been told"
                            + " of; its {} bytes were cut off",
                    bytes);
        }

        private void take(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            try {
                replay(copy, living);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private AgentLog(Journal journal, Reader reader) {
        this.journal = journal;
        this.living = reader.living;
        this.found = List.copyOf(living.values());
    }

    /**
     * Opens the log and reads it.
     *
     * @throws IOException where it cannot be read; the message says what to do
     */
    static AgentLog open(Journals journals) throws IOException {
        Reader reader = new Reader();
        try {
            return new AgentLog(journals.open(NAME, JournalOptions.SMALL, reader), reader);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** {@return who was there when it was opened, in the order of their spawning} */
    List<Kept> found() {
        return found;
    }

    /**
     * Records a new agent; on disk when this returns.
     *
     * @throws RefusedException INVALID for one that is too large, UNAVAILABLE where it cannot be
     *     written; then it will not be there after a restart either, unless the disk broke just
     *     while it took the record
     */
    void spawned(Kept kept) {
        byte[] record = encode(kept);
        if (record.length > journal.maxRecordBytes()) {
            throw RefusedException.invalid(
                    "the agent's settings and capabilities take "
                            + record.length
                            + " bytes, and the log of agents takes at most "
                            + journal.maxRecordBytes()
                            + "; ask for less");
        }
        long position;
        synchronized (this) {
            try {
                position = journal.append(record, 0, record.length);
            } catch (JournalException refused) {
                throw notWritten(refused);
            }
            living.put(kept.id(), kept);
            coming.add(kept.id());
        }
        try {
            awaitDisk(position);
        } catch (RefusedException unknown) { // it may yet get to the disk, and nobody knows of it
            long undone = ended(List.of(kept.id()));
            LOG.debug("{} undone at {}", kept.id(), undone);
            throw unknown;
        }
        synchronized (this) {
            if (!coming.remove(kept.id())) {
                throw RefusedException.unavailable("the node's agents are being stopped");
            }
        }
        snapshotIfGrown();
    }

    private void awaitDisk(long position) {
        try {
            if (!journal.awaitForced(position, PATIENCE)) {
                throw RefusedException.unavailable(
                        "the disk did not take the new agent within "
                                + PATIENCE.toSeconds()
                                + " s; look at the disk, then try again");
            }
        } catch (JournalException failed) {
            throw notWritten(failed);
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
            throw RefusedException.unavailable(
                    "the wait for the disk to take the new agent was interrupted; try again");
        }
    }

    private static RefusedException notWritten(JournalException why) {
        return new RefusedException(
                RefusedException.Reason.UNAVAILABLE,
                "the new agent could not be written to disk: " + why.getMessage(),
                why);
    }

    /**
     * Records that agents have ended. An end is never held up by the disk: what cannot be written
     * is logged, and the agents may be there again after a restart.
     *
     * @param agents who, each child before its parent
     * @return up to where the log must be on disk, for {@link #awaitEnded}
     */
    synchronized long ended(Collection<AgentId> agents) {
        List<AgentId> all = agents.stream().filter(living::containsKey).toList();
        long position = 0;
        for (int from = 0; from < all.size(); from += ENDS_IN_A_RECORD) {
            List<AgentId> part = all.subList(from, Math.min(all.size(), from + ENDS_IN_A_RECORD));
            byte[] record = encodeEnds(part);
            try {
                position = journal.appendReserved(record, 0, record.length);
            } catch (JournalException refused) {
                LOG.warn(
                        "the end of {} agents could not be written, and they may be there again"
                                + " after a restart: {}",
                        all.size() - from,
                        refused.getMessage());
                return position;
            }
            part.forEach(living::remove);
            coming.removeAll(part);
        }
        return position;
    }

    /** Waits until recorded ends are on disk; logs it when that does not come true. */
    void awaitEnded(long position) {
        if (position == 0) {
            return;
        }
        try {
            if (!journal.awaitForced(position, PATIENCE)) {
                LOG.warn(
                        "the disk has not taken the end of agents within {} s; they may be there"
                                + " again after a restart",
                        PATIENCE.toSeconds());
            }
        } catch (JournalException failed) {
            LOG.warn(
                    "the end of agents is not on disk, and they may be there again after a restart:"
                            + " {}",
                    failed.getMessage());
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        }
        snapshotIfGrown();
    }

    /** Makes a snapshot if there is much to read without one; on the thread that notices. */
    private void snapshotIfGrown() {
        if (journal.bytesSinceSnapshot() < snapshotAt || !snapshotting.compareAndSet(false, true)) {
            return;
        }
        try {
            snapshot();
            snapshotAt = SNAPSHOT_BYTES;
        } catch (IOException | JournalException failed) {
            snapshotAt = journal.bytesSinceSnapshot() + SNAPSHOT_BYTES;
            LOG.warn("the log of agents goes on without a new snapshot: {}", failed.getMessage());
        } finally {
            snapshotting.set(false);
        }
    }

    private void snapshot() throws IOException {
        Journal.Snapshot snapshot;
        List<Kept> all;
        synchronized (this) {
            snapshot = journal.beginSnapshot();
            all = List.copyOf(living.values());
        }
        try {
            for (Kept kept : all) {
                byte[] record = encode(kept);
                snapshot.add(record, 0, record.length);
            }
            snapshot.commit();
        } finally {
            snapshot.abort();
        }
    }

    /** Takes back who was not acknowledged yet, and closes. */
    @Override
    public void close() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                long undone = ended(List.copyOf(coming));
                LOG.debug("closed at {}", undone);
            }
        }
        journal.close();
    }

    // ---- bytes ----

    private static byte[] encode(Kept kept) {
        return bytes(
                SPAWNED,
                out -> {
                    AgentSpec spec = kept.spec();
                    AgentCapabilities can = spec.capabilities();
                    text(out, kept.id().value());
                    text(out, kept.session().value());
                    text(out, spec.type().value());
                    text(out, spec.parent().map(AgentId::value).orElse(""));
                    out.writeBoolean(can.spawnsSubAgents());
                    texts(out, can.domains().stream().sorted().toList());
                    texts(out, can.permissions().stream().sorted().map(Permission::value).toList());
                    Map<String, String> settings = new TreeMap<>(spec.settings());
                    texts(out, settings.keySet());
                    texts(out, settings.values());
                });
    }

    private static byte[] encodeEnds(List<AgentId> agents) {
        return bytes(ENDED, out -> texts(out, agents.stream().map(AgentId::value).toList()));
    }

    /** What a record does to those who live. */
    private static void replay(byte[] record, Map<AgentId, Kept> living) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException(
                        "the log of agents has a record of version "
                                + version
                                + ", and this node reads version "
                                + VERSION
                                + "; start it with the newer node that wrote it");
            }
            int kind = in.readUnsignedByte();
            if (kind == ENDED) {
                texts(in).forEach(id -> living.remove(new AgentId(id)));
            } else if (kind == SPAWNED) {
                Kept kept = decode(in);
                living.put(kept.id(), kept);
            } else {
                throw new IOException("the log of agents has a record of unknown kind " + kind);
            }
        } catch (IllegalArgumentException nonsense) {
            throw new IOException(
                    "the log of agents has a record that makes no sense: " + nonsense.getMessage(),
                    nonsense);
        }
    }

    private static Kept decode(DataInputStream in) throws IOException {
        AgentId id = new AgentId(text(in));
        SessionId session = new SessionId(text(in));
        AgentType type = new AgentType(text(in));
        String parent = text(in);
        boolean spawns = in.readBoolean();
        Set<String> domains = new LinkedHashSet<>(texts(in));
        Set<Permission> permissions = new LinkedHashSet<>();
        texts(in).forEach(permission -> permissions.add(Permission.of(permission)));
        List<String> keys = texts(in);
        List<String> values = texts(in);
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            settings.put(keys.get(i), values.get(i));
        }
        return new Kept(
                id,
                session,
                new AgentSpec(
                        type,
                        new AgentCapabilities(spawns, domains, permissions),
                        parent.isEmpty() ? Optional.empty() : Optional.of(new AgentId(parent)),
                        settings));
    }

    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(int kind, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeByte(kind);
            content.write(out);
        } catch (IOException impossible) { // it goes to memory
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void texts(DataOutputStream out, Collection<String> all) throws IOException {
        out.writeInt(all.size());
        for (String one : all) {
            text(out, one);
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static List<String> texts(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > in.available()) {
            throw new IOException("the log of agents has a record with " + count + " texts");
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(text(in));
        }
        return all;
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException(
                    "the log of agents has a record with a text of " + length + " bytes");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
