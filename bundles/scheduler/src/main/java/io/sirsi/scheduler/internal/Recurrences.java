package io.sirsi.scheduler.internal;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.sirsi.task.Recurrence;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When a task comes again. Thread-safe: there is no state.
 *
 * <p>A cron expression is five fields as in POSIX crontab, also with names of months and days and
 * with steps; where both days are restricted, either will do. It names times on the wall of its
 * zone. When that clock is put forward, a time that is left out comes at the first moment after the
 * gap; several of them come once. When it is put back, a time that is shown twice comes the first
 * time only. But where the hour is {@code *}, the expression means each hour as it passes: nothing
 * is made up for in a gap, and both hours of an overlap count.
 */
final class Recurrences {

    private static final String ITEM =
            "(\\*|(\\d{1,4}|[A-Za-z]{3})(-(\\d{1,4}|[A-Za-z]{3}))?)(/\\d{1,4})?";
    private static final List<String> FIELDS =
            List.of("minute", "hour", "day of month", "month", "day of week");
    private static final List<String> VALUES =
            List.of(
                    "0 to 59",
                    "0 to 23",
                    "1 to 31",
                    "1 to 12 or JAN to DEC",
                    "0 to 7 or SUN to SAT");

    /** What the parser is given: it takes dialects that we do not want, and trips over others. */
    private static final Pattern FIELD = Pattern.compile("ITEM(,ITEM)*".replace("ITEM", ITEM));

    /** Of a leap year: what has not come eight years later never comes. */
    private static final LocalDateTime ANY_TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

    private Recurrences() {}

    /**
     * Checks what its constructor cannot.
     *
     * @return the same
     * @throws IllegalArgumentException with one sentence that names what is wrong with a cron
     *     expression, and where
     */
    static Recurrence check(Recurrence recurrence) {
        if (recurrence instanceof Recurrence.Cron cron
                && new Times(cron).afterOnTheWall(ANY_TIME).isEmpty()) {
            throw new IllegalArgumentException(
                    "cron '" + cron.expression() + "' never comes: no month of it has such a day");
        }
        return recurrence;
    }

    /**
     * {@return the next time after a moment, one interval later or as the calendar says; empty if
     * there is none}
     *
     * @throws IllegalArgumentException for what {@link #check} refuses
     */
    static Optional<Instant> next(Recurrence recurrence, Instant after) {
        return next(recurrence, after, after);
    }

    /**
     * {@return the first regular time that is not past: intervals are counted from the last time,
     * so that what was missed changes nothing about those that come}
     *
     * @param lastDue when it came last
     * @param now the result is later
     * @throws IllegalArgumentException for what {@link #check} refuses
     */
    static Optional<Instant> next(Recurrence recurrence, Instant lastDue, Instant now) {
        if (recurrence instanceof Recurrence.Cron cron) {
            return new Times(cron).after(now.isBefore(lastDue) ? lastDue : now);
        }
        Duration interval = ((Recurrence.Every) recurrence).interval();
        long passed =
                now.isBefore(lastDue) ? 0 : Duration.between(lastDue, now).dividedBy(interval);
        return Optional.of(lastDue.plus(interval.multipliedBy(passed + 1)));
    }

    /**
     * {@return the times after the last one that are past or are now, the oldest first}
     *
     * @param lastDue when it came last
     * @param most how many at most; there may be more
     * @throws IllegalArgumentException for what {@link #check} refuses
     */
    static List<Instant> missed(Recurrence recurrence, Instant lastDue, Instant now, int most) {
        List<Instant> missed = new ArrayList<>();
        Optional<Times> times =
                recurrence instanceof Recurrence.Cron cron
                        ? Optional.of(new Times(cron))
                        : Optional.empty();
        Instant last = lastDue;
        while (missed.size() < most) {
            Optional<Instant> next =
                    times.isPresent() ? times.get().after(last) : next(recurrence, last, last);
            if (next.isEmpty() || next.get().isAfter(now)) {
                break;
            }
            last = next.get();
            missed.add(last);
        }
        return missed;
    }

    /** The times of one expression in its zone. */
    private static final class Times {
        private final ExecutionTime calendar;
        private final ZoneId zone;
        private final boolean eachHour;

        private Times(Recurrence.Cron cron) {
            String[] fields = cron.expression().strip().split("\\s+");
            calendar = ExecutionTime.forCron(parse(cron.expression(), fields));
            zone = cron.zone();
            eachHour = fields[1].equals("*");
        }

        private static Cron parse(String expression, String[] fields) {
            if (fields.length != FIELDS.size()) {
                throw new IllegalArgumentException(
                        "cron '"
                                + expression
                                + "' has not five fields but "
                                + fields.length
                                + ": they are "
                                + String.join(", ", FIELDS));
            }
            for (int i = 0; i < fields.length; i++) {
                if (!FIELD.matcher(fields[i]).matches()) {
                    throw wrong(expression, fields, i);
                }
            }
            CronParser parser =
                    new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            try {
                return parser.parse(String.join(" ", fields));
            } catch (IllegalArgumentException e) {
                // Its text names no field, so look for the one that is wrong by itself.
                for (int i = 0; i < fields.length; i++) {
                    if (!isRight(parser, fields[i], i)) {
                        throw wrong(expression, fields, i);
                    }
                }
                throw new IllegalArgumentException(
                        "cron '" + expression + "' is wrong: " + e.getMessage(), e);
            }
        }

        private static boolean isRight(CronParser parser, String field, int place) {
            String[] alone = {"*", "*", "*", "*", "*"};
            alone[place] = field;
            try {
                parser.parse(String.join(" ", alone));
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        private static IllegalArgumentException wrong(
                String expression, String[] fields, int place) {
            return new IllegalArgumentException(
                    "cron '"
                            + expression
                            + "' has a wrong "
                            + FIELDS.get(place)
                            + " '"
                            + fields[place]
                            + "': possible are "
                            + VALUES.get(place)
                            + ", *, lists, ranges and steps");
        }

        /** {@return the next time on a clock that is never put forward or back} */
        private Optional<LocalDateTime> afterOnTheWall(LocalDateTime after) {
            return calendar.nextExecution(
                            after.truncatedTo(ChronoUnit.MINUTES).atZone(ZoneOffset.UTC))
                    .map(ZonedDateTime::toLocalDateTime);
        }

        private Optional<Instant> after(Instant after) {
            return eachHour ? asItPasses(after) : asItIsShown(after);
        }

        private Optional<Instant> asItIsShown(Instant after) {
            Optional<LocalDateTime> shown = afterOnTheWall(LocalDateTime.ofInstant(after, zone));
            while (shown.isPresent()) {
                Instant moment = firstShown(shown.get());
                if (moment.isAfter(after)) {
                    return Optional.of(moment);
                }
                shown = afterOnTheWall(shown.get()); // the clock was put back: that has been
            }
            return Optional.empty();
        }

        /** In an overlap the rules give the offset that comes first. */
        private Instant firstShown(LocalDateTime shown) {
            ZoneRules rules = zone.getRules();
            ZoneOffsetTransition change = rules.getTransition(shown);
            return change != null && change.isGap()
                    ? change.getInstant()
                    : shown.toInstant(rules.getOffset(shown));
        }

        private Optional<Instant> asItPasses(Instant after) {
            ZoneRules rules = zone.getRules();
            Instant begin = after;
            ZoneOffset offset = rules.getOffset(begin);
            LocalDateTime from = LocalDateTime.ofInstant(begin, offset);
            while (true) {
                Optional<LocalDateTime> shown = afterOnTheWall(from);
                if (shown.isEmpty()) {
                    return Optional.empty();
                }
                Instant moment = shown.get().toInstant(offset);
                ZoneOffsetTransition change = rules.nextTransition(begin);
                if (change == null || moment.isBefore(change.getInstant())) {
                    return Optional.of(moment);
                }
                begin = change.getInstant();
                offset = change.getOffsetAfter();
                from = change.getDateTimeAfter().minusMinutes(1); // that very minute may be one
            }
        }
    }
}
