package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The form of one data file of the history: a header, twice, and records, each in a frame.
 *
 * <pre>
 * header  magic 8 | version 4 | salt 8 | CRC32C of these 4 | zeros 8
 * frame   mark 4 | length 4 | CRC32C of salt, offset, length, record 4 | record
 * </pre>
 *
 * The salt is drawn for each file, and the mark follows from it: after damage, the next frame is
 * found by its mark, and what a task carries cannot pass for a frame, since nobody outside knows
 * the salt. Immutable.
 */
final class HistoryFrames {

    /** Where the first frame begins, in bytes. */
    static final int HEADER_LENGTH = 64;

    /** What a frame adds to its record, in bytes. */
    static final int FRAME_LENGTH = 12;

    /** The longest record, in bytes. */
    static final int MAX_RECORD = 64 << 20;

    private static final long MAGIC = 0x5349525349484953L; // SIRSIHIS
    private static final int VERSION = 1;
    private static final int COPY_LENGTH = HEADER_LENGTH / 2;
    private static final int COPY_USED = 20;
    private static final int RECORD_HEAD = 0x20;
    private static final int FIRST_READ = 1024;

    private final long salt;
    private final int mark;

    HistoryFrames(long salt) {
        this.salt = salt;
        this.mark = (int) (salt ^ (salt >>> 32));
    }

    /** {@return the number that this file alone has} */
    long salt() {
        return salt;
    }

    /** {@return what each frame begins with} */
    int mark() {
        return mark;
    }

    /** Writes the header. */
    void writeHeader(ByteWriter to) {
        for (int i = 0; i < 2; i++) {
            int start = to.size();
            to.writeLong(MAGIC);
            to.writeInt(VERSION);
            to.writeLong(salt);
            CRC32C crc = new CRC32C();
            crc.update(to.array(), start, COPY_USED);
            to.writeInt((int) crc.getValue());
            to.writeLong(0);
        }
    }

    /** {@return the form of a file with this header; null if both copies are damaged} */
    static @Nullable HistoryFrames readHeader(ByteBuffer header) {
        for (int start = 0; start + COPY_LENGTH <= header.limit(); start += COPY_LENGTH) {
            CRC32C crc = new CRC32C();
            crc.update(header.duplicate().position(start).limit(start + COPY_USED));
            if (header.getLong(start) == MAGIC
                    && header.getInt(start + 8) == VERSION
                    && header.getInt(start + COPY_USED) == (int) crc.getValue()) {
                return new HistoryFrames(header.getLong(start + 12));
            }
        }
        return null;
    }

    /**
     * Writes a frame without its sum, which {@link #seal} adds once the place is known.
     *
     * @throws IllegalArgumentException if the record is too long
     */
    static void writeFrame(ByteWriter to, HistoryStore.Finished finished, RecentEncoder recent) {
        to.clear(1 << 20);
        to.writeInt(0);
        to.writeInt(0);
        to.writeInt(0);
        TaskSnapshot task = finished.task();
        to.writeByte(RECORD_HEAD);
        TaskCodec.writeTaskId(to, task.id());
        recent.writeSession(to, task.session());
        to.writeInstant(task.submittedAt());
        TaskCodec.writeEnded(to, finished.ended());
        to.writeDuration(finished.ran());
        to.writeVarInt(finished.attempts());
        recent.writeBase(to, task.spec());
        TaskCodec.writeOwn(to, task.spec());
        int length = to.size() - FRAME_LENGTH;
        if (length > MAX_RECORD) {
            throw new IllegalArgumentException(
                    "a finished task takes at most " + MAX_RECORD + " bytes, not " + length);
        }
        to.putInt(4, length);
    }

    /**
     * Completes a frame.
     *
     * @param frame what {@link #writeFrame} wrote
     * @param offset where in the file it will begin
     */
    void seal(ByteWriter frame, int offset) {
        int length = frame.size() - FRAME_LENGTH;
        frame.putInt(0, mark);
        frame.putInt(8, sum(offset, length, ByteBuffer.wrap(frame.array(), FRAME_LENGTH, length)));
    }

    /**
     * Says how long the record of a frame is.
     *
     * @param frame from the frame's beginning, at least {@link #FRAME_LENGTH} bytes
     * @param room how many bytes follow the beginning of the frame in the file
     * @return the length in bytes; -1 if this is no frame
     */
    int recordLength(ByteBuffer frame, long room) {
        int start = frame.position();
        int length = frame.getInt(start + 4);
        return frame.getInt(start) == mark
                        && length >= 0
                        && length <= Math.min(MAX_RECORD, room - FRAME_LENGTH)
                ? length
                : -1;
    }

    /**
     * Compares a frame's sum.
     *
     * @param frame from the frame's beginning, with the whole record
     * @param length what {@link #recordLength} said
     * @param offset where in the file it begins
     * @return the record; null if it is damaged
     */
    @Nullable ByteBuffer record(ByteBuffer frame, int length, int offset) {
        int start = frame.position();
        ByteBuffer record = frame.slice(start + FRAME_LENGTH, length);
        return frame.getInt(start + 8) == sum(offset, length, record.duplicate()) ? record : null;
    }

    /**
     * Reads a frame from a file.
     *
     * @param disk where the file is
     * @param name its name
     * @param offset where the frame begins
     * @param end where the file ends
     * @return the finished task; null if there is none that is whole
     */
    HistoryStore.@Nullable Finished read(HistoryDisk disk, String name, int offset, long end)
            throws IOException {
        long room = end - offset;
        if (room < FRAME_LENGTH) {
            return null;
        }
        ByteBuffer frame = ByteBuffer.allocate((int) Math.min(room, FIRST_READ));
        disk.readFully(name, frame, offset);
        frame.flip();
        int length = frame.limit() < FRAME_LENGTH ? -1 : recordLength(frame, room);
        if (length < 0) {
            return null;
        }
        int whole = FRAME_LENGTH + length;
        if (whole > frame.limit()) {
            ByteBuffer more = ByteBuffer.allocate(whole).put(frame);
            disk.readFully(name, more, (long) offset + more.position());
            frame = more.flip();
            if (frame.limit() < whole) {
                return null;
            }
        }
        return decode(record(frame, length, offset));
    }

    /** {@return the finished task in a record; null if it makes no sense} */
    static HistoryStore.@Nullable Finished decode(@Nullable ByteBuffer record) {
        if (record == null) {
            return null;
        }
        try {
            ByteReader from = new ByteReader(record);
            if (from.readByte() != RECORD_HEAD) {
                return null;
            }
            TaskId id = TaskCodec.readTaskId(from);
            SessionId session = TaskCodec.readSession(from);
            Instant submittedAt = from.readInstant();
            TaskState.Ended ended = TaskCodec.readEnded(from);
            Duration ran = from.readDuration();
            int attempts = from.readVarInt();
            TaskSpec spec = TaskCodec.readOwn(from, TaskCodec.readBase(from));
            if (from.remaining() > 0) {
                return null;
            }
            return new HistoryStore.Finished(
                    new TaskSnapshot(id, session, spec, ended, submittedAt), ran, attempts);
        } catch (CorruptRecordException e) {
            return null;
        }
    }

    private int sum(int offset, int length, ByteBuffer record) {
        CRC32C crc = new CRC32C();
        ByteBuffer head = ByteBuffer.allocate(16).putLong(salt).putInt(offset).putInt(length);
        crc.update(head.flip());
        crc.update(record);
        return (int) crc.getValue();
    }
}
