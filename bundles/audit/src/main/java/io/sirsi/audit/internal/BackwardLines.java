package io.sirsi.audit.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Reads the lines of a file from the last to the first, a block at a time. */
final class BackwardLines implements Closeable {

    private static final int BLOCK = 1 << 16;

    private final RandomAccessFile file;

    /**
     * The file's bytes from {@code position} on, of which {@code end} are still to be given out.
     */
    private byte[] bytes = new byte[0];

    private int end;
    private long position;

    /**
     * Opens a file.
     *
     * @param path which
     * @param end where to begin: the length of the file, or the end of a line in it
     */
    BackwardLines(Path path, long end) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "r");
        this.position = end;
    }

    /**
     * Reads the line before the one that was read last.
     *
     * @return the line without its end; empty at the beginning of the file
     * @throws IOException if the file cannot be read, or a line is longer than any record
     */
    Optional<byte[]> previous() throws IOException {
        int begin = beginOfLastLine();
        while (begin < 0 && position > 0) {
            if (end > RecordFormat.LONGEST_LINE) {
                throw new IOException("a line is longer than any record");
            }
            readBlock();
            begin = beginOfLastLine();
        }
        if (end == 0) {
            return Optional.empty();
        }
        int from = Math.max(begin, 0);
        byte[] line = Arrays.copyOfRange(bytes, from, end - 1);
        end = from;
        return Optional.of(line);
    }

    /** {@return where the last line that is in memory begins; negative if its begin is not} */
    private int beginOfLastLine() {
        for (int i = end - 2; i >= 0; i--) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private void readBlock() throws IOException {
        int size = (int) Math.min(BLOCK, position);
        byte[] more = new byte[size + end];
        file.seek(position - size);
        file.readFully(more, 0, size);
        System.arraycopy(bytes, 0, more, size, end);
        bytes = more;
        end += size;
        position -= size;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
