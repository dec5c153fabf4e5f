package io.sirsi.journal.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of the log: it holds the bytes of the positions from base to end.
 *
 * @param base its first position; its name says so
 * @param end where it ends, its length after its base
 */
record Segment(long base, long end) {

    private static final Pattern LOG = Pattern.compile("log-([0-9]{19})");
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot-([0-9]{19})");

    /** A file that is being filled with zeros. */
    static final String NEW_LOG = "log.tmp";

    /** A snapshot that is being written. */
    static final String NEW_SNAPSHOT = "snapshot.tmp";

    String name() {
        return String.format(Locale.ROOT, "log-%019d", base);
    }

    long size() {
        return end - base;
    }

    static String snapshotName(long position) {
        return String.format(Locale.ROOT, "snapshot-%019d", position);
    }

    /** {@return the first positions of the files of a log, ascending} */
    static List<Long> bases(List<String> names) {
        return positions(LOG, names);
    }

    /** {@return the positions of its snapshots, ascending} */
    static List<Long> snapshots(List<String> names) {
        return positions(SNAPSHOT, names);
    }

    private static List<Long> positions(Pattern pattern, List<String> names) {
        return names.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(matcher -> Long.parseLong(matcher.group(1)))
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
