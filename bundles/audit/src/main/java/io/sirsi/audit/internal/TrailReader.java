package io.sirsi.audit.internal;

import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.internal.RecordFormat.Stored;
import io.sirsi.audit.internal.TrailWriter.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Finds records, newest first, with one block of a file in memory. */
final class TrailReader {

    private final RecordFormat format;

    TrailReader(RecordFormat format) {
        this.format = format;
    }

    /**
     * Reads the newest records that match.
     *
     * @param query which
     * @param position where the trail ends
     * @return the records, oldest first
     * @throws IOException if a file cannot be read
     */
    List<AuditRecord> read(AuditQuery query, Position position) throws IOException {
        List<AuditRecord> newestFirst = new ArrayList<>();
        List<Path> segments = position.segments();
        for (int i = segments.size() - 1; i >= 0 && newestFirst.size() < query.limit(); i--) {
            Path segment = segments.get(i);
            long end = i == segments.size() - 1 ? position.length() : segment.toFile().length();
            try (BackwardLines lines = new BackwardLines(segment, end)) {
                read(lines, query, newestFirst);
            }
        }
        Collections.reverse(newestFirst);
        return List.copyOf(newestFirst);
    }

    private void read(BackwardLines lines, AuditQuery query, List<AuditRecord> newestFirst)
            throws IOException {
        Optional<byte[]> line = lines.previous();
        while (line.isPresent()) {
            Stored stored = format.read(line.get());
            if (matches(query, stored)) {
                newestFirst.add(stored.record());
                if (newestFirst.size() == query.limit()) {
                    return;
                }
            }
            line = lines.previous();
        }
    }

    private static boolean matches(AuditQuery query, Stored stored) {
        Draft.Subject subject = stored.subject();
        return query.caller().map(subject.caller()::equals).orElse(true)
                && query.permission().map(subject.permission()::startsWith).orElse(true);
    }
}
