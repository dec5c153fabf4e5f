package io.sirsi.audit.internal;

import static io.sirsi.audit.internal.Trails.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.failure.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFailureTest {

    @TempDir Path folder;

    private final FailingDisk disk = new FailingDisk();

    private @Nullable FileAuditTrail opened;

    private FileAuditTrail open(long segmentBytes) {
        FileAuditTrail trail = new FileAuditTrail(folder, segmentBytes, Trails.CLOCK, disk);
        opened = trail;
        return trail;
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private void assertRefused(FileAuditTrail trail, String reason) {
        assertThatThrownBy(() -> trail.intent(spawn("ada", "refused")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(RefusedException.Reason.UNAVAILABLE);
                            assertThat(e)
                                    .hasMessageContaining(reason)
                                    .hasMessageContaining(folder.toString())
                                    .hasMessageContaining("nothing was done");
                        });
    }

    @Test
    void a_full_disk_refuses_leaves_the_file_whole_and_goes_on_when_there_is_room()
            throws IOException {
        FileAuditTrail trail = open(Trails.LARGE);
        trail.intent(spawn("ada", "before"));
        byte[] before = Files.readAllBytes(Trails.file(folder));

        for (int room : new int[] {0, 1, 100}) {
            disk.room.set(room);
            assertRefused(trail, "No space left on device");
            assertThat(Files.readAllBytes(Trails.file(folder))).isEqualTo(before);
            assertThat(trail.verify().whole()).isTrue();
        }
        disk.room.set(Long.MAX_VALUE);

        assertThat(trail.intent(spawn("ada", "after"))).isEqualTo(3);
        assertThat(trail.verify().records()).isEqualTo(3);
    }

    @Test
    void a_result_that_finds_the_disk_full_leaves_its_intent_open() {
        FileAuditTrail trail = open(Trails.LARGE);
        long intent = trail.intent(spawn("ada", "aws-1"));
        disk.room.set(10);

        trail.result(intent, AuditOutcome.DONE, "");

        disk.room.set(Long.MAX_VALUE);
        assertThat(trail.read(AuditQuery.newest(1)).get(0).entry())
                .isEqualTo(new AuditRecord.Intent(spawn("ada", "aws-1")));
        trail.result(intent, AuditOutcome.DONE, "");
        assertThat(trail.read(AuditQuery.newest(1)).get(0).entry())
                .isEqualTo(new AuditRecord.Result(intent, AuditOutcome.DONE, ""));
    }

    @Test
    void a_force_that_fails_refuses_and_takes_the_record_back() throws IOException {
        FileAuditTrail trail = open(Trails.LARGE);
        byte[] before = Files.readAllBytes(Trails.file(folder));
        disk.failingForces.set(1);

        assertRefused(trail, "Input/output error");

        assertThat(Files.readAllBytes(Trails.file(folder))).isEqualTo(before);
        assertThat(trail.intent(spawn("ada", "after"))).isEqualTo(2);
        assertThat(trail.verify().whole()).isTrue();
    }

    @Test
    void what_cannot_be_taken_back_at_once_is_taken_back_before_the_next_record() {
        FileAuditTrail trail = open(Trails.LARGE);
        disk.room.set(20);
        disk.failingTruncations.set(2);
        assertRefused(trail, "No space left on device");
        disk.room.set(Long.MAX_VALUE);
        assertRefused(trail, "Input/output error");

        assertThat(trail.intent(spawn("ada", "after"))).isEqualTo(2);
        assertThat(trail.verify().whole()).isTrue();
        assertThat(trail.read(AuditQuery.newest(10))).hasSize(2);
    }

    @Test
    void a_trail_that_is_opened_on_a_full_disk_says_so_later() {
        disk.room.set(0);
        FileAuditTrail trail = open(Trails.LARGE);
        assertRefused(trail, "No space left on device");
        assertThat(trail.verify().whole()).isTrue();
        assertThat(trail.read(AuditQuery.newest(10))).isEmpty();
        disk.room.set(Long.MAX_VALUE);

        assertThat(trail.intent(spawn("ada", "aws-1"))).isEqualTo(2);
        assertThat(trail.read(AuditQuery.newest(10)).get(0).entry())
                .isInstanceOf(AuditRecord.Remark.class);
    }

    @Test
    void a_new_file_that_cannot_be_made_is_tried_again() throws IOException {
        FileAuditTrail trail = open(300);
        while (Segments.list(folder).size() < 2) {
            trail.intent(spawn("ada", "aws-1"));
        }
        trail.intent(spawn("ada", "fills the second"));
        long records = trail.verify().records();
        Path next = folder.resolve(Segments.name(records + 1));
        Files.createDirectories(next.resolve("in the way"));
        assertRefused(trail, next.toString());
        Files.delete(next.resolve("in the way"));
        Files.delete(next);

        assertThat(trail.intent(spawn("ada", "after"))).isEqualTo(records + 1);
        assertThat(trail.verify().whole()).isTrue();
        assertThat(Segments.list(folder)).hasSize(3);
    }
}
