package io.sirsi.audit.internal;

import static io.sirsi.audit.internal.Trails.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditVerification;
import io.sirsi.failure.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamageTest {

    @TempDir Path folder;

    private Path file = Path.of("");
    private byte[] good = new byte[0];
    private String head = "";

    /** Four records: a remark, two intents, a result. */
    @BeforeEach
    void write() throws IOException {
        FileAuditTrail trail = Trails.open(folder);
        long first = trail.intent(spawn("ada", "aws-1"));
        trail.intent(spawn("bob", "aws-2"));
        trail.result(first, AuditOutcome.DONE, "");
        head = trail.verify().head();
        trail.close();
        file = Trails.file(folder);
        good = Files.readAllBytes(file);
    }

    private List<String> lines() {
        return new ArrayList<>(
                new String(good, StandardCharsets.US_ASCII).lines().map(s -> s + "\n").toList());
    }

    private void replace(List<String> lines) throws IOException {
        Files.writeString(file, String.join("", lines));
    }

    private void assertRefused(String where) {
        assertThatThrownBy(() -> Trails.open(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(where);
    }

    @Test
    void any_changed_byte_keeps_the_trail_from_opening() throws IOException {
        for (int offset = 0; offset < good.length; offset++) {
            for (int other : Set.of(good[offset] ^ 1, (int) '\n')) {
                if ((byte) other == good[offset]) {
                    continue;
                }
                byte[] bad = good.clone();
                bad[offset] = (byte) other;
                Files.write(file, bad);

                assertRefused("at byte ");
                assertThat(Files.readAllBytes(file)).as("evidence is kept").isEqualTo(bad);
            }
        }
    }

    @Test
    void any_changed_byte_is_found_by_a_running_trail() throws IOException {
        Path elsewhere = folder.resolve("running");
        Trails.copy(folder, elsewhere);
        FileAuditTrail trail = Trails.open(elsewhere);
        Path running = Trails.file(elsewhere);
        byte[] whole = Files.readAllBytes(running);
        assertThat(trail.verify().whole()).isTrue();
        int recordStart = lines().get(0).length();
        int recordEnd = recordStart + lines().get(1).length();
        for (int offset = 0; offset < whole.length; offset++) {
            byte[] bad = whole.clone();
            bad[offset] ^= (byte) 0x84;
            Files.write(running, bad);

            AuditVerification verification = trail.verify();

            assertThat(verification.whole()).as("byte %d", offset).isFalse();
            if (offset >= recordStart && offset < recordEnd) {
                assertThat(verification.records()).isEqualTo(1);
                assertThat(verification.damage())
                        .hasValue(
                                "Record 2, at byte %d of %s, is not as it was written."
                                        .formatted(recordStart, running));
            }
        }
        trail.close();
    }

    @Test
    void a_torn_end_is_cut_off_and_remarked_wherever_it_was_torn() throws IOException {
        List<String> lines = lines();
        int begin = good.length - lines.get(3).length();
        for (int length = begin + 1; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));

            FileAuditTrail trail = Trails.open(folder);

            assertThat(trail.read(AuditQuery.newest(2)))
                    .extracting(AuditRecord::entry)
                    .containsExactly(
                            new AuditRecord.Remark(
                                    "A torn end of %d bytes was cut off after record 3, at byte %d of %s."
                                            .formatted(length - begin, begin, file.getFileName())),
                            new AuditRecord.Remark(
                                    "The trail was opened; the 3 records before this one hold."));
            assertThat(trail.intent(spawn("ada", "after"))).isEqualTo(6);
            assertThat(trail.verify().whole()).isTrue();
            trail.close();
        }
    }

    @Test
    void zeros_that_a_power_loss_left_at_the_end_are_a_torn_end() throws IOException {
        Files.write(file, Arrays.copyOf(good, good.length + 4_096));

        FileAuditTrail trail = Trails.open(folder);

        assertThat(trail.verify().whole()).isTrue();
        assertThat(trail.verify().records()).isEqualTo(6);
        trail.close();
    }

    @Test
    void an_exchanged_order_is_found() throws IOException {
        List<String> lines = lines();
        Collections.swap(lines, 1, 2);
        replace(lines);

        assertRefused("Record 2, at byte " + lines.get(0).length());
    }

    @Test
    void a_record_that_is_gone_from_the_middle_is_found() throws IOException {
        List<String> lines = lines();
        lines.remove(1);
        replace(lines);

        assertRefused("Record 2, at byte " + lines.get(0).length());
    }

    @Test
    void a_record_that_is_there_twice_is_found() throws IOException {
        List<String> lines = lines();
        lines.add(lines.get(3));
        replace(lines);

        assertRefused("Record 5, at byte " + good.length);
    }

    @Test
    void an_end_that_is_gone_is_found_by_comparing_the_head() throws IOException {
        List<String> lines = lines();
        lines.remove(3);
        replace(lines);

        FileAuditTrail trail = Trails.open(folder);

        assertThat(trail.verify().whole()).isTrue();
        assertThat(trail.read(AuditQuery.newest(10)))
                .extracting(AuditRecord::hash)
                .doesNotContain(head);
        trail.close();
    }

    @Test
    void an_end_that_is_cut_off_under_a_running_trail_is_found() throws IOException {
        Path elsewhere = folder.resolve("running");
        Trails.copy(folder, elsewhere);
        FileAuditTrail trail = Trails.open(elsewhere);
        Path running = Trails.file(elsewhere);
        Files.write(running, good);

        AuditVerification verification = trail.verify();

        assertThat(verification.records()).isEqualTo(4);
        assertThat(verification.damage())
                .hasValue(
                        "The records from 5 to 5 are missing at the end of %s.".formatted(running));
        trail.close();
    }

    @Test
    void what_others_write_under_a_running_trail_is_found_and_nothing_is_added_to_it()
            throws IOException {
        Path elsewhere = folder.resolve("running");
        FileAuditTrail trail = Trails.open(elsewhere);
        Path running = Trails.file(elsewhere);
        Files.write(running, good);

        assertThat(trail.verify().damage())
                .hasValue(
                        "From byte %d on, %s holds what this node did not write."
                                .formatted(lines().get(0).length(), running));
        assertThatThrownBy(() -> trail.intent(spawn("ada", "aws-3")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("someone else wrote to it");
        assertThat(Files.readAllBytes(running)).isEqualTo(good);
        trail.close();
    }

    @Test
    void a_chain_that_was_made_anew_under_a_running_trail_is_found() throws IOException {
        Path elsewhere = folder.resolve("running");
        Trails.copy(folder, elsewhere);
        FileAuditTrail trail = Trails.open(elsewhere);
        Path forged = folder.resolve("forged");
        FileAuditTrail forger = Trails.open(forged);
        long first = forger.intent(spawn("ada", "aws-1"));
        forger.intent(spawn("eve", "aws-2"));
        forger.result(first, AuditOutcome.DONE, "");
        forger.close();
        Trails.open(forged).close();
        Files.copy(
                Trails.file(forged), Trails.file(elsewhere), StandardCopyOption.REPLACE_EXISTING);

        assertThat(trail.verify().damage().orElseThrow())
                .contains("are not those that this node wrote");
        Files.delete(Trails.file(elsewhere));
        assertThat(trail.verify().damage().orElseThrow()).contains("cannot be read");
        trail.close();
    }

    @Test
    void a_file_that_is_gone_from_the_middle_or_from_the_beginning_is_found() throws IOException {
        Path many = folder.resolve("many");
        FileAuditTrail trail = Trails.open(many, 600);
        for (int i = 0; i < 10; i++) {
            trail.intent(spawn("ada", "aws-" + i));
        }
        trail.close();
        for (int gone = 0; gone < 2; gone++) {
            Path fewer = folder.resolve("fewer-" + gone);
            Trails.copy(many, fewer);
            List<Path> segments = Segments.list(fewer);
            assertThat(segments).hasSizeGreaterThan(3);
            Files.delete(segments.get(gone));

            assertThatThrownBy(() -> Trails.open(fewer, 600))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("are missing before " + segments.get(gone + 1));
        }
    }

    @Test
    void a_torn_file_in_the_middle_is_no_torn_end() throws IOException {
        Path many = folder.resolve("many");
        FileAuditTrail trail = Trails.open(many, 600);
        for (int i = 0; i < 10; i++) {
            trail.intent(spawn("ada", "aws-" + i));
        }
        trail.close();
        Path first = Segments.list(many).get(0);
        byte[] whole = Files.readAllBytes(first);
        Files.write(first, Arrays.copyOf(whole, whole.length - 10));

        assertThatThrownBy(() -> Trails.open(many, 600))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(first.toString());
    }

    @Test
    void a_last_file_that_was_begun_and_has_no_record_yet_is_fine() throws IOException {
        Files.createFile(folder.resolve(Segments.name(5)));

        FileAuditTrail trail = Trails.open(folder);

        assertThat(trail.intent(spawn("ada", "aws-1"))).isEqualTo(6);
        assertThat(trail.verify().whole()).isTrue();
        trail.close();
    }
}
