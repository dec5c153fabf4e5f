package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sirsi.task.Recurrence;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecurrencesTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static List<String> times(String expression, ZoneId zone, String after, int count) {
        Recurrence cron = Recurrence.cron(expression, zone);
        List<String> times = new ArrayList<>();
        Instant last = Instant.parse(after);
        for (int i = 0; i < count; i++) {
            Optional<Instant> next = Recurrences.next(cron, last);
            if (next.isEmpty()) {
                break;
            }
            last = next.get();
            times.add(last.toString());
        }
        return times;
    }

    // The calendar

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/15 * * * *  | 2026-11-25T10:00:00Z    | 2026-11-25T10:15:00Z",
                "* * * * *     | 2026-11-25T10:00:00Z    | 2026-11-25T10:01:00Z",
                "* * * * *     | 2026-11-25T10:00:00.5Z  | 2026-11-25T10:01:00Z",
                "* * * * *     | 2026-11-25T10:00:59.99Z | 2026-11-25T10:01:00Z",
                "5 4 * * *     | 2026-11-25T04:04:59.99Z | 2026-11-25T04:05:00Z",
                "5 4 * * *     | 2026-11-25T04:05:00Z    | 2026-11-26T04:05:00Z",
                "0 0 29 2 *    | 2026-11-25T10:00:00Z    | 2028-02-29T00:00:00Z",
                "0 0 29 2 *    | 2096-02-29T00:00:00Z    | 2104-02-29T00:00:00Z",
                "0 0 31 * *    | 2026-01-31T00:00:00Z    | 2026-03-31T00:00:00Z",
                "0 0 30 * *    | 2028-01-30T00:00:00Z    | 2028-03-30T00:00:00Z",
                "59 23 31 12 * | 2026-12-31T23:58:00Z    | 2026-12-31T23:59:00Z",
                "59 23 31 12 * | 2026-12-31T23:59:00Z    | 2027-12-31T23:59:00Z",
                "0 0 * * 0     | 2026-11-25T10:00:00Z    | 2026-11-29T00:00:00Z",
                "0 0 * * 7     | 2026-11-25T10:00:00Z    | 2026-11-29T00:00:00Z",
                "0 0 * * sun   | 2026-11-25T10:00:00Z    | 2026-11-29T00:00:00Z",
                "0 9 * * MON-FRI | 2026-11-27T09:00:00Z  | 2026-11-30T09:00:00Z",
                "0 0 1 JAN,jul * | 2026-11-25T10:00:00Z  | 2027-01-01T00:00:00Z",
                "0 0 13 * 5    | 2026-12-11T00:00:00Z    | 2026-12-13T00:00:00Z",
            })
    void comes_when_the_calendar_says(String expression, String after, String next) {
        assertThat(times(expression, ZoneOffset.UTC, after, 1)).containsExactly(next);
    }

    @ParameterizedTest
    @CsvSource({
        "UTC,               2026-11-25T00:30:00Z",
        "Asia/Kolkata,      2026-11-24T19:00:00Z",
        "Asia/Kathmandu,    2026-11-24T18:45:00Z",
        "America/New_York,  2026-11-25T05:30:00Z",
        "Pacific/Auckland,  2026-11-24T11:30:00Z",
        "+02:00,            2026-11-24T22:30:00Z",
    })
    void means_the_hours_of_its_zone(String zone, String first) {
        Instant day = Instant.parse(first);
        assertThat(times("30 0 * * *", ZoneId.of(zone), day.minusSeconds(1).toString(), 2))
                .containsExactly(first, day.plus(1, ChronoUnit.DAYS).toString());
    }

    @Test
    void a_time_in_a_gap_comes_at_the_first_moment_after_it() {
        // On 29 March 2026 02:00 is 03:00.
        assertThat(times("30 2 * * *", BERLIN, "2026-03-27T12:00:00Z", 3))
                .containsExactly(
                        "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    }

    @Test
    void several_times_in_a_gap_come_once() {
        assertThat(times("*/20 2,3 * * *", BERLIN, "2026-03-28T23:00:00Z", 4))
                .containsExactly(
                        "2026-03-29T01:00:00Z",
                        "2026-03-29T01:20:00Z",
                        "2026-03-29T01:40:00Z",
                        "2026-03-30T00:00:00Z");
    }

    @Test
    void a_time_that_is_shown_twice_comes_the_first_time_only() {
        // On 25 October 2026 03:00 is 02:00 again.
        assertThat(times("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        // Also if one asks between both, or in the second.
        assertThat(times("30 2 * * *", BERLIN, "2026-10-25T01:15:00Z", 1))
                .containsExactly("2026-10-26T01:30:00Z");
        assertThat(times("30 2,3 * * *", BERLIN, "2026-10-25T01:15:00Z", 1))
                .containsExactly("2026-10-25T02:30:00Z");
    }

    @Test
    void each_hour_means_each_hour_as_it_passes() {
        assertThat(times("30 * * * *", BERLIN, "2026-03-29T00:00:00Z", 3))
                .containsExactly(
                        "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z");
        assertThat(times("0 * * * *", BERLIN, "2026-10-24T23:30:00Z", 4))
                .containsExactly(
                        "2026-10-25T00:00:00Z",
                        "2026-10-25T01:00:00Z",
                        "2026-10-25T02:00:00Z",
                        "2026-10-25T03:00:00Z");
        // Lord Howe puts its clock back by half an hour: 02:00 is 01:30 again, at 15:00 UTC.
        assertThat(
                        times(
                                "*/20 * * * *",
                                ZoneId.of("Australia/Lord_Howe"),
                                "2026-04-04T14:30:00Z",
                                4))
                .containsExactly(
                        "2026-04-04T14:40:00Z",
                        "2026-04-04T15:10:00Z",
                        "2026-04-04T15:30:00Z",
                        "2026-04-04T15:50:00Z");
    }

    @Test
    void a_day_that_a_zone_left_out_comes_at_its_end() {
        // Samoa had no 30 December 2011.
        assertThat(times("0 12 30 12 *", ZoneId.of("Pacific/Apia"), "2011-12-29T00:00:00Z", 2))
                .containsExactly("2011-12-30T10:00:00Z", "2012-12-29T22:00:00Z");
        assertThat(times("0 * 30 12 *", ZoneId.of("Pacific/Apia"), "2011-12-29T00:00:00Z", 1))
                .containsExactly("2012-12-29T10:00:00Z");
    }

    /** Written by hand from the same sets that the expression is made of. */
    private record Fields(
            TreeSet<Integer> minutes,
            TreeSet<Integer> hours,
            TreeSet<Integer> days,
            TreeSet<Integer> months,
            TreeSet<Integer> weekdays) {

        private static TreeSet<Integer> draw(Random random, int from, int to) {
            TreeSet<Integer> values = new TreeSet<>();
            if (random.nextInt(3) == 0) {
                return values; // any
            }
            for (int i = random.nextInt(4); i >= 0; i--) {
                values.add(from + random.nextInt(to - from + 1));
            }
            return values;
        }

        private static Fields draw(Random random) {
            return new Fields(
                    draw(random, 0, 59),
                    draw(random, 0, 23),
                    draw(random, 1, 28),
                    draw(random, 1, 12),
                    draw(random, 1, 7));
        }

        private static String written(TreeSet<Integer> values) {
            return values.isEmpty()
                    ? "*"
                    : values.stream().map(String::valueOf).collect(Collectors.joining(","));
        }

        private String expression() {
            return String.join(
                    " ",
                    written(minutes),
                    written(hours),
                    written(days),
                    written(months),
                    written(weekdays));
        }

        private static boolean has(TreeSet<Integer> values, int value) {
            return values.isEmpty() || values.contains(value);
        }

        private boolean match(LocalDateTime time) {
            boolean day = has(days, time.getDayOfMonth());
            boolean weekday = has(weekdays, time.getDayOfWeek().getValue());
            return has(minutes, time.getMinute())
                    && has(hours, time.getHour())
                    && has(months, time.getMonthValue())
                    && ((days.isEmpty() || weekdays.isEmpty()) ? day && weekday : day || weekday);
        }

        private LocalDateTime next(LocalDateTime after) {
            LocalDateTime time = after.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
            while (!match(time)) {
                time =
                        has(hours, time.getHour())
                                ? time.plusMinutes(1)
                                : time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            }
            return time;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void comes_whenever_one_who_looks_each_minute_says_so(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            Fields fields = Fields.draw(random);
            Recurrence cron = Recurrence.cron(fields.expression(), ZoneOffset.UTC);
            LocalDateTime time =
                    LocalDateTime.of(2027, 1, 1, 0, 0).plusSeconds(random.nextInt(60_000_000));
            for (int step = 0; step < 5; step++) {
                Instant next = Recurrences.next(cron, time.toInstant(ZoneOffset.UTC)).orElseThrow();
                LocalDateTime looked = fields.next(time);
                assertThat(next)
                        .as("%s after %s", fields.expression(), time)
                        .isEqualTo(looked.toInstant(ZoneOffset.UTC));
                time = looked;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 3 * * *",
                "*/7 * * * *",
                "30 2 * * SUN",
                "0 */2 * * *",
                "15,45 1-3 * * *"
            })
    void never_stands_still_or_goes_back_in_any_zone(String expression) {
        for (String name : List.of("Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns")) {
            Recurrence cron = Recurrence.cron(expression, ZoneId.of(name));
            for (String begin : List.of("2026-03-28T00:00:00Z", "2026-10-24T00:00:00Z")) {
                Instant last = Instant.parse(begin);
                Instant end = last.plus(Duration.ofDays(3));
                while (last.isBefore(end)) {
                    Instant next = Recurrences.next(cron, last).orElseThrow();
                    assertThat(next).isAfter(last);
                    // Whoever asks a moment later gets the same: no time is passed over.
                    assertThat(Recurrences.next(cron, next.minusMillis(1))).contains(next);
                    last = next;
                }
            }
        }
    }

    @Test
    void all_days_of_the_week_have_their_names() {
        for (DayOfWeek day : DayOfWeek.values()) {
            String name = day.name().substring(0, 3).toLowerCase(Locale.ROOT);
            Instant next =
                    Recurrences.next(
                                    Recurrence.cron("0 0 * * " + name, ZoneOffset.UTC),
                                    Instant.parse("2026-11-25T10:00:00Z"))
                            .orElseThrow();
            assertThat(next.atZone(ZoneOffset.UTC).getDayOfWeek()).isEqualTo(day);
        }
    }

    // Nonsense

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "61 * * * *      | has a wrong minute '61'",
                "-1 * * * *      | has a wrong minute '-1'",
                "*/90 * * * *    | has a wrong minute '*/90'",
                "*/0 * * * *     | has a wrong minute '*/0'",
                "10-5 * * * *    | has a wrong minute '10-5'",
                "1,,2 * * * *    | has a wrong minute '1,,2'",
                "1;2 * * * *     | has a wrong minute '1;2'",
                "'0|1 * * * *'   | has a wrong minute '0|1'",
                "99999999999 * * * * | has a wrong minute '99999999999'",
                "* 24 * * *      | has a wrong hour '24'",
                "* 22-2 * * *    | has a wrong hour '22-2'",
                "0 0 0 * *       | has a wrong day of month '0'",
                "0 0 32 * *      | has a wrong day of month '32'",
                "0 0 L * *       | has a wrong day of month 'L'",
                "0 0 15W * *     | has a wrong day of month '15W'",
                "0 0 ? * 1       | has a wrong day of month '?'",
                "0 0 1 13 *      | has a wrong month '13'",
                "0 0 1 FOO *     | has a wrong month 'FOO'",
                "0 0 * * 8       | has a wrong day of week '8'",
                "0 0 * * 1#2     | has a wrong day of week '1#2'",
                "banana          | has not five fields but 1: they are minute, hour",
                "@daily          | has not five fields but 1",
                "* * * *         | has not five fields but 4",
                "* * * * * *     | has not five fields but 6",
                "0 0 31 2 *      | never comes",
                "0 0 30 2 *      | never comes",
                "0 0 31 4,6,9,11 * | never comes",
            })
    void nonsense_is_named(String quoted, String what) {
        String expression = quoted.replace("'", "");
        Recurrence cron = Recurrence.cron(expression, ZoneOffset.UTC);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recurrences.check(cron))
                .withMessageStartingWith("cron '" + expression + "' " + what);
    }

    @Test
    void what_makes_sense_is_given_back() {
        for (String expression :
                List.of("* * * * *", " 0  0\t1 1 * ", "0 0 29 2 *", "0 0 31 2 1", "5/10 * * * *")) {
            Recurrence cron = Recurrence.cron(expression, BERLIN);
            assertThat(Recurrences.check(cron)).isSameAs(cron);
        }
        Recurrence every = Recurrence.every(Duration.ofSeconds(1));
        assertThat(Recurrences.check(every)).isSameAs(every);
    }

    @Test
    void a_wrong_letter_anywhere_is_refused_or_understood_and_nothing_else_happens() {
        Random random = new Random(7);
        String letters = "0123456789*,-/ LW#?@|JANMONsun";
        List<String> fields = List.of("*", "5", "*/5", "1-5", "1,3", "1-9/2", "10/5", "2,4-6");
        int understood = 0;
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int field = 0; field < 5; field++) {
                text.append(' ').append(fields.get(random.nextInt(fields.size())));
            }
            int at = 1 + random.nextInt(text.length() - 1);
            String letter = "" + letters.charAt(random.nextInt(letters.length()));
            text.replace(at, at + random.nextInt(2), letter);
            try {
                Recurrences.check(Recurrence.cron(text.toString(), BERLIN));
                understood++;
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("cron '" + text + "' ");
                refused++;
            }
        }
        assertThat(understood).isGreaterThan(500);
        assertThat(refused).isGreaterThan(500);
    }

    // Intervals and missed times

    @Test
    void an_interval_is_counted_from_the_last_time() {
        Recurrence every = Recurrence.every(Duration.ofMinutes(10));
        Instant due = Instant.parse("2026-11-25T10:00:00Z");
        assertThat(Recurrences.next(every, due)).contains(due.plusSeconds(600));
        assertThat(Recurrences.next(every, due, due.plusSeconds(599)))
                .contains(due.plusSeconds(600));
        assertThat(Recurrences.next(every, due, due.plusSeconds(600)))
                .contains(due.plusSeconds(1_200));
        assertThat(Recurrences.next(every, due, due.plusSeconds(86_401)))
                .contains(due.plusSeconds(87_000));
        assertThat(Recurrences.next(every, due, due.minusSeconds(5)))
                .contains(due.plusSeconds(600));
    }

    @Test
    void what_was_missed_is_counted_and_no_more_than_wanted() {
        Instant due = Instant.parse("2026-11-25T10:00:00Z");
        for (Recurrence each :
                List.of(
                        Recurrence.every(Duration.ofMinutes(1)),
                        Recurrence.cron("* * * * *", BERLIN))) {
            assertThat(Recurrences.missed(each, due, due.plusSeconds(59), 1_000)).isEmpty();
            assertThat(Recurrences.missed(each, due, due.plusSeconds(180), 1_000))
                    .containsExactly(
                            due.plusSeconds(60), due.plusSeconds(120), due.plusSeconds(180));
            assertThat(Recurrences.missed(each, due, due.plus(Duration.ofDays(30)), 1_000))
                    .hasSize(1_000)
                    .startsWith(due.plusSeconds(60))
                    .isSorted();
            assertThat(Recurrences.missed(each, due, due.plusSeconds(180), 0)).isEmpty();
            assertThat(Recurrences.missed(each, due, due.minusSeconds(180), 5)).isEmpty();
        }
    }

    @Test
    void a_cron_that_was_paused_over_a_change_of_the_clock_misses_what_was_shown() {
        Recurrence cron = Recurrence.cron("30 2 * * *", BERLIN);
        assertThat(
                        Recurrences.missed(
                                cron,
                                Instant.parse("2026-03-28T01:30:00Z"),
                                Instant.parse("2026-03-30T12:00:00Z"),
                                1_000))
                .containsExactly(
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-30T00:30:00Z"));
    }
}
