package io.sirsi.audit.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Recomputes a chain from its files, one line in memory at a time. */
final class ChainVerifier {

    private final RecordFormat format;

    ChainVerifier(RecordFormat format) {
        this.format = format;
    }

    /**
     * What was found.
     *
     * @param head the chain as far as it holds
     * @param damage where it does not; empty if it is whole
     */
    record Finding(Link head, Optional<Damage> damage) {}

    /**
     * The place where a chain ends before its files do.
     *
     * @param file in which file
     * @param offset at which byte
     * @param torn whether it looks like a record that was being written when the power went: the
     *     end of the last file, and not a whole line
     * @param sentence what is wrong, naming file and offset
     */
    record Damage(Path file, long offset, boolean torn, String sentence) {}

    /**
     * Follows the chain from its beginning.
     *
     * @param segments the files, oldest first
     * @param lastLength how many bytes of the last one count
     * @return how far it holds
     * @throws IOException if a file cannot be read
     */
    Finding verify(List<Path> segments, long lastLength) throws IOException {
        Link head = Link.GENESIS;
        for (int i = 0; i < segments.size(); i++) {
            Path segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            if (Segments.firstSequence(segment) != head.sequence() + 1) {
                String sentence =
                        "The records from %d on are missing before %s."
                                .formatted(head.sequence() + 1, segment);
                return new Finding(head, Optional.of(new Damage(segment, 0, false, sentence)));
            }
            Finding finding = verify(segment, head, last, last ? lastLength : Long.MAX_VALUE);
            if (finding.damage().isPresent()) {
                return finding;
            }
            head = finding.head();
        }
        return new Finding(head, Optional.empty());
    }

    private Finding verify(Path segment, Link before, boolean last, long length)
            throws IOException {
        Link head = before;
        long offset = 0;
        try (InputStream in =
                new BufferedInputStream(new FileInputStream(segment.toFile()), 1 << 16)) {
            Line line = next(in, length);
            while (line.ended) {
                Link after = line.whole() ? format.follow(head, line.bytes) : head;
                if (after.equals(head)) {
                    return broken(segment, offset, head);
                }
                head = after;
                offset += line.bytes.length + 1;
                line = next(in, length - offset);
            }
            if (line.length == 0) {
                return new Finding(head, Optional.empty());
            }
            return last && !wholeButForItsEnd(head, line)
                    ? torn(segment, offset, head, line.length)
                    : broken(segment, offset, head);
        }
    }

    /** A whole record and one byte where its end should be was not torn but changed. */
    private boolean wholeButForItsEnd(Link head, Line line) {
        return line.whole()
                && !format.follow(head, Arrays.copyOf(line.bytes, line.bytes.length - 1))
                        .equals(head);
    }

    private static Finding broken(Path segment, long offset, Link head) {
        String sentence =
                "Record %d, at byte %d of %s, is not as it was written."
                        .formatted(head.sequence() + 1, offset, segment);
        return new Finding(head, Optional.of(new Damage(segment, offset, false, sentence)));
    }

    private static Finding torn(Path segment, long offset, Link head, long length) {
        String sentence =
                "The last %d bytes, from byte %d of %s, are not a whole record."
                        .formatted(length, offset, segment);
        return new Finding(head, Optional.of(new Damage(segment, offset, true, sentence)));
    }

    /** A line, or what there is of it: its beginning, and how long it is in all. */
    private static final class Line {
        private final byte[] bytes;
        private final long length;
        private final boolean ended;

        private Line(ByteArrayOutputStream beginning, long length, boolean ended) {
            this.bytes = beginning.toByteArray();
            this.length = length;
            this.ended = ended;
        }

        private boolean whole() {
            return length == bytes.length;
        }
    }

    private static Line next(InputStream in, long remaining) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        long length = 0;
        while (length < remaining) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            if (next == '\n') {
                return new Line(bytes, length, true);
            }
            if (length < RecordFormat.LONGEST_LINE) {
                bytes.write(next);
            }
            length++;
        }
        return new Line(bytes, length, false);
    }
}
