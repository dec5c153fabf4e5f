package io.sirsi.bench.ours;

import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.JournalState;
import java.nio.ByteBuffer;

/** One for whom a log is written that nobody reads. */
final class Nobody implements JournalListener, JournalReader {

    @Override
    public void forced(long position) {}

    @Override
    public void changed(JournalState state, String sentence) {
        // Whoever appends next is told.
    }

    @Override
    public void snapshot(ByteBuffer record) {}

    @Override
    public void record(long position, ByteBuffer bytes) {}
}
