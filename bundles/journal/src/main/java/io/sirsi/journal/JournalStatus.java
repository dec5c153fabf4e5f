package io.sirsi.journal;

/**
 * How a log is doing.
 *
 * @param name its name
 * @param state whether it takes records
 * @param position how far it has come
 * @param use what it has used
 */
public record JournalStatus(String name, JournalState state, Position position, Use use) {

    /**
     * How far it has come, in bytes since it was made.
     *
     * @param end with what is only in the ring
     * @param written with the operating system
     * @param forced on the disk
     * @param snapshot where the newest snapshot begins
     */
    public record Position(long end, long written, long forced, long snapshot) {}

    /**
     * What it has used since it was opened.
     *
     * @param records how many were appended
     * @param forces how often the disk was forced
     * @param bytesOnDisk what its files take
     * @param lastForceNanos how long the last force took
     */
    public record Use(long records, long forces, long bytesOnDisk, long lastForceNanos) {}
}
