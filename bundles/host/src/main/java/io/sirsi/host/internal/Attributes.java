package io.sirsi.host.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects attributes in the form that resources have them; what is unknown is left out. */
final class Attributes {

    private final Map<String, String> values = new LinkedHashMap<>();

    /** Adds text; nothing, blanks and the words for "don't know" are unknown. */
    Attributes text(String name, @Nullable String value) {
        String text = value == null ? "" : value.strip();
        if (!text.isEmpty()
                && switch (text.toLowerCase(Locale.ROOT)) {
                    case "unknown", "null", "none", "not specified", "to be filled by o.e.m." ->
                            false;
                    default -> true;
                }) {
            values.put(name, text);
        }
        return this;
    }

    /** Adds a count; a negative one is unknown. */
    Attributes count(String name, long value) {
        if (value >= 0) {
            values.put(name, Long.toString(value));
        }
        return this;
    }

    /** Adds a quantity that cannot be zero; zero is unknown, too. */
    Attributes positive(String name, long value) {
        return value > 0 ? count(name, value) : this;
    }

    Attributes flag(String name, boolean value) {
        values.put(name, Boolean.toString(value));
        return this;
    }

    /** Adds a decimal, rounded to a tenth; a negative one, or none, is unknown. */
    Attributes decimal(String name, double value) {
        if (value >= 0 && Double.isFinite(value)) {
            values.put(
                    name,
                    BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP).toPlainString());
        }
        return this;
    }

    /** Adds a part as percentage of a whole; unknown if the whole is zero. */
    Attributes percent(String name, long part, long whole) {
        return whole > 0 ? decimal(name, 100.0 * part / whole) : this;
    }

    /** Adds a time, to the second; the beginning of 1970, or before, is unknown. */
    Attributes time(String name, Instant value) {
        if (value.getEpochSecond() > 0) {
            values.put(name, Instant.ofEpochSecond(value.getEpochSecond()).toString());
        }
        return this;
    }

    Map<String, String> map() {
        return values;
    }
}
