package io.sirsi.task;

/**
 * Names a task; unguessable. Written as {@code t-} and 26 characters of Crockford's base 32 in
 * lower case, as {@link io.sirsi.id.RandomIds} draws them. Kept as the 128 bits that these are, so
 * that a million of them are small.
 */
public final class TaskId implements Comparable<TaskId> {

    private static final String PREFIX = "t-";
    private static final int LENGTH = 28;
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    private final long high;
    private final long low;

    /**
     * Reads a name.
     *
     * @param value {@code t-} and 26 characters
     * @throws IllegalArgumentException if it is not one
     */
    public TaskId(String value) {
        if (value.length() != LENGTH || !value.startsWith(PREFIX)) {
            throw wrong(value);
        }
        long upper = 0;
        long lower = 0;
        for (int i = LENGTH - 1; i >= PREFIX.length(); i--) {
            int digit = ALPHABET.indexOf(value.charAt(i));
            if (digit < 0 || upper >>> 59 != 0) {
                throw wrong(value);
            }
            upper = (upper << 5) | (lower >>> 59);
            lower = (lower << 5) | digit;
        }
        this.high = upper;
        this.low = lower;
    }

    private TaskId(long high, long low) {
        this.high = high;
        this.low = low;
    }

    private static IllegalArgumentException wrong(String value) {
        return new IllegalArgumentException("not a task id: '" + value + "'");
    }

    /** {@return the task with these 128 bits} */
    public static TaskId of(long high, long low) {
        return new TaskId(high, low);
    }

    /** {@return the upper 64 bits} */
    public long high() {
        return high;
    }

    /** {@return the lower 64 bits} */
    public long low() {
        return low;
    }

    /** {@return the name in writing} */
    public String value() {
        char[] text = new char[LENGTH];
        text[0] = 't';
        text[1] = '-';
        long upper = high;
        long lower = low;
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            text[i] = ALPHABET.charAt((int) (lower & 31));
            lower = (lower >>> 5) | (upper << 59);
            upper >>>= 5;
        }
        return new String(text);
    }

    @Override
    public int compareTo(TaskId other) {
        return value().compareTo(other.value());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskId that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high ^ low);
    }

    @Override
    public String toString() {
        return value();
    }
}
