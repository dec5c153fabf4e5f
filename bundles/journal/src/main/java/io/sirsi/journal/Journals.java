package io.sirsi.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Opens the logs of this node, each in a folder of its own. Thread-safe. */
@ProviderType
public interface Journals {

    /**
     * Opens a log, after everything in it has been read to its owner: the newest snapshot first,
     * then each record after it, in order. A torn end is cut off and told. Blocks while it reads.
     *
     * @param name lower-case letters and dashes, 1 to 32 characters: the name of its folder
     * @param options its sizes
     * @param reader to whom it is read, on this thread
     * @return the log, open for appending
     * @throws JournalDamagedException where it is damaged elsewhere than at its end; nothing has
     *     been changed
     * @throws IOException where it cannot be read or made, or is open already, in this or another
     *     process
     */
    Journal open(String name, JournalOptions options, JournalReader reader) throws IOException;

    /**
     * Writes all records that can be read, damaged log or not, to a file as JSON lines: position,
     * length, and the bytes in base 64; of each damaged stretch a line with its offsets. The log
     * must not be open.
     *
     * @param name which log
     * @param file a file that does not exist yet
     * @return how many records were written
     * @throws IOException where that fails
     */
    long export(String name, Path file) throws IOException;

    /** {@return how each open log is doing} */
    List<JournalStatus> status();
}
