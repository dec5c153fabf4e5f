package io.sirsi.journal.internal;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

/**
 * Writes what can be read of a log as JSON lines: first the newest snapshot, then every record of
 * every file, then of each stretch that cannot be read where it is.
 */
final class Export {

    private static final int STEP = 16;

    private final Disk.Folder folder;

    Export(Disk.Folder folder) {
        this.folder = folder;
    }

    /** {@return how many records were written} */
    long to(Path target) throws IOException {
        try (Closeable lock = folder.lock()) {
            Objects.requireNonNull(lock);
            return write(target);
        }
    }

    private long write(Path target) throws IOException {
        try (OutputStream out =
                        Files.newOutputStream(
                                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                JsonGenerator json = new JsonFactory().createGenerator(out, JsonEncoding.UTF8)) {
            json.setRootValueSeparator(new com.fasterxml.jackson.core.io.SerializedString("\n"));
            long count = 0;
            List<String> names = folder.list();
            List<Long> snapshots = Segment.snapshots(names);
            if (!snapshots.isEmpty()) {
                String name = Segment.snapshotName(snapshots.get(snapshots.size() - 1));
                count += file(json, name, 0, Frames.ENTRY);
            }
            for (long base : Segment.bases(names)) {
                count += file(json, new Segment(base, base).name(), base, Frames.RECORD);
            }
            json.writeRaw('\n');
            return count;
        }
    }

    private long file(JsonGenerator json, String name, long base, int wanted) throws IOException {
        long count = 0;
        try (Disk.File file = folder.open(name)) {
            FrameScanner scanner = new FrameScanner(file, base);
            long at = base;
            long good = base;
            while (at < scanner.end()) {
                if (!scanner.hasSequence(at) || !scanner.isFrame(at)) {
                    at += STEP;
                    continue;
                }
                if (at > good) {
                    damage(json, name, good - base, at - base);
                }
                if (scanner.kind() == wanted) {
                    record(json, name, scanner, at - base, at + scanner.frameSize());
                    count++;
                }
                at += scanner.frameSize();
                good = at;
            }
        }
        return count;
    }

    private static void record(
            JsonGenerator json, String name, FrameScanner scanner, long offset, long position)
            throws IOException {
        json.writeStartObject();
        if (scanner.kind() == Frames.ENTRY) {
            json.writeStringField("snapshot", name);
            json.writeNumberField("offset", offset);
        } else {
            json.writeNumberField("position", position);
        }
        ByteBuffer payload = scanner.payload();
        json.writeNumberField("length", payload.remaining());
        json.writeFieldName("bytes");
        json.writeBinary(payload.array(), payload.arrayOffset(), payload.remaining());
        json.writeEndObject();
    }

    private static void damage(JsonGenerator json, String name, long from, long to)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("damaged", name);
        json.writeNumberField("from", from);
        json.writeNumberField("to", to);
        json.writeEndObject();
    }
}
