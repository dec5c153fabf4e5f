package io.sirsi.wasm.internal.guest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a task in a guest may use, by the names of {@code ABI.md}. The values are within the ranges
 * of {@link Name}.
 *
 * @param values the value of every limit
 */
public record GuestLimits(Map<Name, Long> values) {

    /** The limits, with their greatest value and the one that they have by default. */
    public enum Name {
        /** Pages of 64 KiB. */
        MEMORY_PAGES("memoryPages", 65_536, 256),
        /** Elements of each table. */
        TABLE_ELEMENTS("tableElements", 10_000_000, 10_000),
        /** The longest call, in milliseconds. */
        DEADLINE_MS("deadlineMs", 86_400_000, 30_000),
        /** Bytes of an outcome, and of each request and response. */
        OUTPUT_BYTES("outputBytes", 64 << 20, 1 << 20),
        /** Calls of host functions in one task. */
        HOST_CALLS("hostCalls", 1_000_000_000, 10_000),
        /** Bytes into and out of host functions in one task. */
        HOST_BYTES("hostBytes", 1L << 40, 16 << 20),
        /** Lines that are kept of one task. */
        LOG_LINES("logLines", 1_000_000, 1_000),
        /** Events that one task emits. */
        EVENTS("events", 1_000_000, 100),
        /** HTTP calls in one task. */
        HTTP_CALLS("httpCalls", 1_000_000, 100),
        /** The longest HTTP call, in milliseconds. */
        HTTP_MS("httpMs", 3_600_000, 10_000);

        private final String key;
        private final long max;
        private final long usual;

        Name(String key, long max, long usual) {
            this.key = key;
            this.max = max;
            this.usual = usual;
        }

        /** {@return its name in metadata and configuration} */
        public String key() {
            return key;
        }
    }

    /** What a node gives where nothing is configured. */
    public static final GuestLimits DEFAULTS = of(Map.of());

    public GuestLimits {
        values = Map.copyOf(values);
        for (Name name : Name.values()) {
            Long value = values.get(name);
            if (value == null || value < 1 || value > name.max) {
                throw new IllegalArgumentException(
                        name.key + " must be 1 to " + name.max + ": " + value);
            }
        }
    }

    /**
     * {@return the usual limits, with these instead of some}
     *
     * @param some values by the names of {@code ABI.md}
     * @throws IllegalArgumentException for an unknown name, or a value that is not from 1 to the
     *     greatest of its limit
     */
    public static GuestLimits of(Map<String, Long> some) {
        Map<String, Long> left = new LinkedHashMap<>(some);
        Map<Name, Long> all = new LinkedHashMap<>();
        for (Name name : Name.values()) {
            Long value = left.remove(name.key);
            all.put(name, value == null ? Long.valueOf(name.usual) : value);
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "not a limit: '" + left.keySet().iterator().next() + "'");
        }
        return new GuestLimits(all);
    }

    /** {@return the value of a limit} */
    public long get(Name name) {
        return values.getOrDefault(name, name.usual);
    }

    /** {@return the longest call} */
    public Duration deadline() {
        return Duration.ofMillis(get(Name.DEADLINE_MS));
    }

    /** {@return the values by the names of {@code ABI.md}, in its order} */
    public Map<String, Long> byKey() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Name name : Name.values()) {
            all.put(name.key, get(name));
        }
        return all;
    }
}
