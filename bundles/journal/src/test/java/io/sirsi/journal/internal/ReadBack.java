package io.sirsi.journal.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sirsi.journal.JournalReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Remembers what a log told when it was opened. */
public final class ReadBack implements JournalReader {

    /** What was read of the snapshot, as text. */
    public final List<String> snapshot = new ArrayList<>();

    /** What was read of the log, as text. */
    public final List<String> records = new ArrayList<>();

    /** Where each record ended. */
    public final List<Long> positions = new ArrayList<>();

    /** How many bytes were torn off, -1 if none. */
    public long torn = -1;

    @Override
    public void snapshot(ByteBuffer record) {
        snapshot.add(text(record));
    }

    @Override
    public void record(long position, ByteBuffer record) {
        positions.add(position);
        records.add(text(record));
    }

    @Override
    public void torn(long position, long bytes) {
        torn = bytes;
    }

    private static String text(ByteBuffer record) {
        return UTF_8.decode(record).toString();
    }
}
