package io.sirsi.scheduler.internal;

import java.util.HexFormat;

/** One file of the history, and what is known of it. */
sealed interface HistoryFile permits LiveFile, SealedFile {

    /** {@return its number; later files have greater ones} */
    long number();

    /** {@return how its records are framed} */
    HistoryFrames frames();

    /** {@return how many finished tasks it holds} */
    int count();

    /** {@return how many bytes it takes on disk, with its index} */
    long bytes();

    /** {@return when the last of its tasks ended, in seconds since 1970} */
    long lastEnd();

    /** {@return the name of its data file} */
    String dataName();

    /** {@return the name of its index} */
    String indexName();

    /** {@return the name of the data file with a number} */
    static String dataName(long number) {
        return HexFormat.of().toHexDigits(number) + ".data";
    }

    /** {@return the name of the index with a number} */
    static String indexName(long number) {
        return HexFormat.of().toHexDigits(number) + ".index";
    }
}
