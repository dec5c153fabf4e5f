package io.sirsi.journal;

import java.io.IOException;
import java.nio.file.Path;

/** A log is damaged elsewhere than at its end. The message names file and offset and what to do. */
public final class JournalDamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long offset;

    /**
     * Makes one.
     *
     * @param file which file is damaged
     * @param offset where in it the first damaged record begins, in bytes
     * @param sentence for people: what is wrong, where, what to do
     */
    public JournalDamagedException(Path file, long offset, String sentence) {
        super(sentence);
        this.file = file;
        this.offset = offset;
    }

    /** {@return which file is damaged} */
    public Path file() {
        return file;
    }

    /** {@return where in it the first damaged record begins, in bytes} */
    public long offset() {
        return offset;
    }
}
