package io.sirsi.cloud;

import java.util.regex.Pattern;

/**
 * Names a scan; unguessable.
 *
 * @param value {@code scan-} and 26 lower-case letters and digits, as {@link io.sirsi.id.RandomIds}
 *     draws them
 */
public record ScanId(String value) implements Comparable<ScanId> {

    private static final Pattern SHAPE = Pattern.compile("scan-[0-9a-z]{26}");

    public ScanId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a scan id: '" + value + "'");
        }
    }

    @Override
    public int compareTo(ScanId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
