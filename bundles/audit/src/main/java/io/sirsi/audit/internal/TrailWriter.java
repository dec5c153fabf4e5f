package io.sirsi.audit.internal;

import io.sirsi.audit.internal.ChainVerifier.Damage;
import io.sirsi.audit.internal.ChainVerifier.Finding;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to the files of a trail. What has been written and forced is the trail; anything beyond
 * it is cut off again before the next record. To be used by one thread at a time.
 */
final class TrailWriter implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(TrailWriter.class);

    private final Path folder;
    private final long segmentBytes;
    private final RecordFormat format;
    private final Clock clock;
    private final SegmentFile.Opener opener;

    private final Deque<Draft> remarks = new ArrayDeque<>();
    private final List<Path> segments;
    private SegmentFile file;
    private long length;
    private Link head;
    private boolean suspect;

    /**
     * The trail as it stands on disk.
     *
     * @param segments its files, oldest first
     * @param length how many bytes of the last one count
     * @param fileLength how many bytes the last one has in fact
     * @param head its last record
     */
    record Position(List<Path> segments, long length, long fileLength, Link head) {}

    /**
     * Opens the trail in a folder, makes it if there is none, and cuts off a torn end.
     *
     * @throws IOException if the files cannot be read or made
     * @throws IllegalStateException if the chain is damaged; the message is the sentence for it
     */
    TrailWriter(
            Path folder,
            long segmentBytes,
            RecordFormat format,
            Clock clock,
            SegmentFile.Opener opener)
            throws IOException {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.format = format;
        this.clock = clock;
        this.opener = opener;
        this.segments = new ArrayList<>(Segments.list(folder));
        Finding finding = new ChainVerifier(format).verify(segments, Long.MAX_VALUE);
        this.head = finding.head();
        if (segments.isEmpty()) {
            segments.add(Segments.create(folder, 1));
        }
        finding.damage().ifPresent(this::refuseUnlessTorn);
        this.file = opener.open(lastSegment());
        try {
            this.length = file.length();
            if (finding.damage().isPresent()) {
                cutOff(finding.damage().get());
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
        remarks.add(
                Draft.remark(
                        "The trail was opened; the %d records before this one hold."
                                .formatted(head.sequence())));
    }

    private void refuseUnlessTorn(Damage damage) {
        if (!damage.torn()) {
            throw new IllegalStateException(
                    "The audit trail is damaged, and nothing can be done until that is settled. "
                            + damage.sentence()
                            + " Put the folder back from a copy, or keep it elsewhere as evidence"
                            + " and start with an empty one.");
        }
    }

    private void cutOff(Damage damage) throws IOException {
        long lost = length - damage.offset();
        file.truncate(damage.offset());
        file.force();
        length = damage.offset();
        String note =
                "A torn end of %d bytes was cut off after record %d, at byte %d of %s."
                        .formatted(
                                lost,
                                head.sequence(),
                                damage.offset(),
                                damage.file().getFileName());
        log.warn("audit: {}", note);
        remarks.add(Draft.remark(note));
    }

    private Path lastSegment() {
        return segments.get(segments.size() - 1);
    }

    /** {@return the trail as it stands on disk} */
    Position position() {
        long fileLength = suspect ? length : lastSegment().toFile().length();
        return new Position(List.copyOf(segments), length, fileLength, head);
    }

    /** Writes what the trail has to say of itself; if it cannot, the next record takes it along. */
    void writeRemarks() {
        try {
            append(List.of());
        } catch (IOException e) {
            log.warn("audit: cannot be written at the moment: {}", e.getMessage());
        }
    }

    /**
     * Appends records and waits until they are on disk. All of them are written, or none.
     *
     * @param drafts what they say
     * @return the number of the first of them
     * @throws IOException if they cannot be written; the trail is then as it was before
     */
    long append(List<Draft> drafts) throws IOException {
        repair();
        refuseForeignBytes();
        rotateIfFull();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Link link = head;
        for (Draft remark : remarks) {
            link = write(link, remark, bytes);
        }
        long first = link.sequence() + 1;
        for (Draft draft : drafts) {
            link = write(link, draft, bytes);
        }
        suspect = true;
        try {
            file.append(bytes.toByteArray());
            file.force();
        } catch (IOException e) {
            repairOr(e);
            throw e;
        }
        suspect = false;
        length += bytes.size();
        head = link;
        remarks.clear();
        return first;
    }

    private Link write(Link before, Draft draft, ByteArrayOutputStream bytes) {
        return format.write(before, clock.instant().truncatedTo(ChronoUnit.MICROS), draft, bytes);
    }

    private void refuseForeignBytes() throws IOException {
        long found = file.length();
        if (found != length) {
            throw new IOException(
                    "%s has %d bytes instead of %d: someone else wrote to it"
                            .formatted(lastSegment(), found, length));
        }
    }

    /** Cuts off what a failed write may have left. */
    private void repair() throws IOException {
        if (suspect) {
            file.truncate(length);
            file.force();
            suspect = false;
        }
    }

    private void repairOr(IOException first) {
        try {
            repair();
        } catch (IOException e) {
            first.addSuppressed(e); // The next record tries again before it is written.
        }
    }

    private void rotateIfFull() throws IOException {
        if (length < segmentBytes) {
            return;
        }
        Path next = folder.resolve(Segments.name(head.sequence() + 1));
        Files.deleteIfExists(next); // Left by a rotation that failed half-way; it has no record.
        Segments.create(folder, head.sequence() + 1);
        SegmentFile opened = opener.open(next);
        SegmentFile full = file;
        segments.add(next);
        file = opened;
        length = 0;
        try {
            full.close();
        } catch (IOException e) {
            log.warn("audit: {} was full and did not close: {}", full, e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
