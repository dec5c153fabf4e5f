package io.sirsi.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.Health;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.internal.SessionLog.Kept;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalDamagedException;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of sessions on the real journal. */
class SessionLogTest {

    private static final Kept FIRST = kept("1", SessionState.ACTIVE, false);
    private static final Kept SECOND = kept("2", SessionState.ACTIVE, true);

    @TempDir Path folder;

    @Test
    void what_was_written_is_read_in_the_order_of_its_last_change() throws IOException {
        try (LocalJournals journals = LocalJournals.in(folder)) {
            try (SessionLog log = SessionLog.open(journals)) {
                assertThat(log.found()).isEmpty();
                log.begin(FIRST);
                log.begin(SECOND);
                log.put(kept("1", SessionState.SUSPENDED, false));
            }
            try (SessionLog log = SessionLog.open(journals)) {
                assertThat(log.found())
                        .containsExactly(SECOND, kept("1", SessionState.SUSPENDED, false));
                assertThat(log.tornBytes()).isZero();
                assertThat(log.health()).isEqualTo(Health.ok());
            }
        }
    }

    @Test
    void a_snapshot_takes_the_place_of_what_was_before_it_and_what_follows_counts()
            throws IOException {
        try (LocalJournals journals = LocalJournals.in(folder)) {
            try (SessionLog log = SessionLog.open(journals)) {
                log.begin(FIRST);
                log.begin(SECOND);
                long grown = log.grown();
                assertThat(grown).isPositive();
                Journal.Snapshot snapshot = log.beginSnapshot();
                log.put(kept("2", SessionState.EXPIRED, true));
                SessionLog.write(snapshot, List.of(FIRST, SECOND));
                assertThat(log.grown()).isLessThan(grown);
            }
            try (SessionLog log = SessionLog.open(journals)) {
                assertThat(log.found())
                        .containsExactly(FIRST, kept("2", SessionState.EXPIRED, true));
            }
        }
    }

    @Test
    void a_log_that_is_closed_takes_nothing_and_says_so() throws IOException {
        try (LocalJournals journals = LocalJournals.in(folder)) {
            SessionLog log = SessionLog.open(journals);
            log.close();
            assertThatThrownBy(() -> log.begin(FIRST))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e ->
                                    assertThat(e.reason())
                                            .isEqualTo(RefusedException.Reason.UNAVAILABLE))
                    .hasMessageContaining("could not be written");
            assertThat(log.health().status()).isEqualTo(Health.Status.CRITICAL);
        }
    }

    @Test
    void a_record_of_a_newer_node_is_not_guessed_at() throws IOException {
        try (LocalJournals journals = LocalJournals.in(folder)) {
            byte[] newer = SessionLog.encode(FIRST);
            newer[0] = 9;
            append(journals, newer);
            assertThatThrownBy(() -> SessionLog.open(journals))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("version 9")
                    .hasMessageContaining("newer node");
        }
    }

    @Test
    void a_record_that_makes_no_sense_is_refused() throws IOException {
        try (LocalJournals journals = LocalJournals.in(folder)) {
            byte[] cut = SessionLog.encode(FIRST);
            append(journals, Arrays.copyOf(cut, cut.length - 3));
            assertThatThrownBy(() -> SessionLog.open(journals))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(JournalDamagedException.class);
        }
    }

    @Test
    void of_ended_sessions_the_last_ones_are_remembered() {
        Kept one = kept("1", SessionState.EXPIRED, false);
        Kept two = kept("2", SessionState.ACTIVE, false);
        Kept three = kept("3", SessionState.TERMINATED, false);
        Kept four = kept("4", SessionState.TERMINATED, false);
        assertThat(SessionLog.remembered(List.of(one, two, three, four), 2))
                .containsExactly(two, three, four);
        assertThat(SessionLog.remembered(List.of(one, two), 0)).containsExactly(two);
    }

    private static void append(LocalJournals journals, byte[] record) throws IOException {
        JournalReader nobody =
                new JournalReader() {
                    @Override
                    public void snapshot(ByteBuffer bytes) {}

                    @Override
                    public void record(long position, ByteBuffer bytes) {}
                };
        try (Journal journal = journals.open(SessionLog.NAME, JournalOptions.SMALL, nobody)) {
            journal.append(record, 0, record.length);
        }
    }

    private static Kept kept(String digit, SessionState state, boolean ofNode) {
        return new Kept(
                new Session(
                        new SessionId("s-" + digit.repeat(26)),
                        "ada",
                        new SessionSpec(
                                "nächtlich",
                                new SessionLimits(3, 5, Duration.ofMillis(90_500), 12)),
                        state,
                        Instant.parse("2026-11-25T10:00:00.123456789Z")),
                ofNode);
    }
}
