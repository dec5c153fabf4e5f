package io.sirsi.bench.ours;

import io.sirsi.bench.harness.AppendContender;
import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.internal.LocalJournals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The journal, one caller that appends a batch and waits until it is on the disk. */
public final class JournalAppends implements AppendContender {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long SNAPSHOT_BYTES = 512L << 20;

    private final WorkFolder folder;
    private @Nullable Path files;
    private @Nullable LocalJournals journals;
    private @Nullable Journal journal;

    /**
     * Makes one.
     *
     * @param folder where its log will be
     */
    public JournalAppends(WorkFolder folder) {
        this.folder = folder;
    }

    @Override
    public String id() {
        return Contender.OURS;
    }

    @Override
    public String durability() {
        return "every batch on the disk; length, sequence and CRC-32C a record";
    }

    @Override
    public void start() throws IOException {
        Path made = folder.fresh("journal");
        files = made;
        LocalJournals opened = LocalJournals.in(made);
        journals = opened;
        Journal log = opened.open("bench", JournalOptions.DEFAULT, new Nobody());
        log.listen(new Nobody());
        journal = log;
    }

    @Override
    public void commit(byte[] record, int batch) throws Exception {
        Journal log = journal;
        if (log == null) {
            throw new IllegalStateException("not started");
        }
        long end = 0;
        for (int i = 0; i < batch; i++) {
            end = log.append(record, 0, record.length);
        }
        if (!log.awaitForced(end, PATIENCE)) {
            throw new IllegalStateException("not on the disk after " + PATIENCE);
        }
        if (log.bytesSinceSnapshot() > SNAPSHOT_BYTES) {
            // As its users do: an empty snapshot gives the segments back, to be used again.
            log.beginSnapshot().commit();
        }
    }

    @Override
    public void close() {
        LocalJournals open = journals;
        if (open != null) {
            open.close();
        }
        journals = null;
        journal = null;
        Path left = files;
        files = null;
        if (left != null) {
            try {
                WorkFolder.remove(left);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove the log", e);
            }
        }
    }
}
