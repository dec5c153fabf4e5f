package io.sirsi.journal;

/**
 * Hears how far a log has come. Called on the log's thread, which waits meanwhile: be quick. What
 * is appended during a call is written right after it.
 */
public interface JournalListener {

    /**
     * Records are with the operating system: they survive the death of this process.
     *
     * @param position up to where
     */
    default void written(long position) {}

    /**
     * Records are on the disk: they survive the loss of power.
     *
     * @param position up to where
     */
    void forced(long position);

    /**
     * Its state changed. After FAILED nothing else comes.
     *
     * @param state the new one
     * @param sentence why, for people
     */
    void changed(JournalState state, String sentence);
}
