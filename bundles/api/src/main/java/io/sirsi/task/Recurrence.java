package io.sirsi.task;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;

/**
 * How a task comes again. Each time is a task of its own; the next one is submitted in the same
 * moment in which one becomes due, so that a chain never breaks and never doubles.
 */
public sealed interface Recurrence {

    /** {@return what happens to times that passed while the node was down or the task paused} */
    Misfire misfire();

    /** What happens to times that were missed. */
    enum Misfire {
        /** One run makes up for all of them. */
        FIRE_ONCE,
        /** They are left out; the next regular time counts. */
        SKIP,
        /** Each is made up for, one after the other, at most a thousand. */
        FIRE_ALL
    }

    /**
     * At equal distances, counted on a clock that no one sets.
     *
     * @param interval from one time to the next: 1 ms to 366 days
     * @param misfire what happens to missed times
     */
    record Every(Duration interval, Misfire misfire) implements Recurrence {
        public Every {
            Objects.requireNonNull(misfire, "misfire");
            if (interval.compareTo(Duration.ofSeconds(1)) < 0
                    || interval.compareTo(Duration.ofDays(366)) > 0) {
                throw new IllegalArgumentException(
                        "an interval is 1 second to 366 days: " + interval);
            }
        }
    }

    /**
     * By the calendar of a time zone.
     *
     * @param expression five fields as in <a
     *     href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/crontab.html">crontab</a>;
     *     checked when the task is submitted
     * @param zone whose days and hours are meant
     * @param misfire what happens to missed times
     */
    record Cron(String expression, ZoneId zone, Misfire misfire) implements Recurrence {
        public Cron {
            Objects.requireNonNull(zone, "zone");
            Objects.requireNonNull(misfire, "misfire");
            if (expression.isBlank() || expression.length() > 200) {
                throw new IllegalArgumentException(
                        "a cron expression is 1 to 200 characters: '" + expression + "'");
            }
        }
    }

    /** {@return at equal distances; one run makes up for missed ones} */
    static Recurrence every(Duration interval) {
        return new Every(interval, Misfire.FIRE_ONCE);
    }

    /** {@return by the calendar of a time zone; one run makes up for missed ones} */
    static Recurrence cron(String expression, ZoneId zone) {
        return new Cron(expression, zone, Misfire.FIRE_ONCE);
    }
}
