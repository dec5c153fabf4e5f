package io.sirsi.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.Health;
import io.sirsi.audit.AuditRecord;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.journal.JournalState;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import io.sirsi.task.TasksRecovered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionRecoveryTest {

    private static final SessionLimits TEN_MINUTES =
            new SessionLimits(7, 3, Duration.ofMinutes(10), 9);

    private final TestNode node = new TestNode();

    @AfterEach
    void close() {
        node.close();
    }

    private Hypervisor ada() {
        return node.as("ada", "*");
    }

    private Session open(SessionLimits limits) {
        return ada().openSession(new SessionSpec("nightly", limits));
    }

    @Test
    void a_restart_of_the_hypervisor_leaves_sessions_agents_and_tasks_alone() {
        Session session = open(TEN_MINUTES);
        ada().spawnAgent(session.id(), AgentSpec.of("aws"));
        TaskId task = ada().submitTask(session.id(), TaskSpec.of("work"));
        node.restart();
        node.sessions.runDue();
        assertThat(ada().session(session.id())).isEqualTo(session);
        assertThat(ada().task(task).state()).isInstanceOf(TaskState.Ready.class);
        assertThat(ada().agents()).hasSize(1);
        ada().submitTask(session.id(), TaskSpec.of("work"));
    }

    @Test
    void after_a_power_cut_sessions_are_there_with_their_state_their_limits_and_their_weight() {
        Session active = open(TEN_MINUTES);
        Session suspended = open(SessionLimits.DEFAULT);
        ada().suspendSession(suspended.id());
        Session closed = open(SessionLimits.DEFAULT);
        ada().closeSession(closed.id());
        node.tasks.paused.clear();
        node.tasks.weights.clear();
        node.crash();
        assertThat(ada().session(active.id())).isEqualTo(active);
        assertThat(ada().session(suspended.id()).state()).isEqualTo(SessionState.SUSPENDED);
        assertThat(ada().session(closed.id()).state()).isEqualTo(SessionState.TERMINATED);
        assertThat(node.tasks.paused).containsExactly(suspended.id());
        assertThat(node.tasks.weights).containsEntry(active.id(), 9);
        assertThat(ada().resumeSession(suspended.id()).state()).isEqualTo(SessionState.ACTIVE);
        assertThat(node.tasks.paused).isEmpty();
    }

    @Test
    void a_session_expires_by_the_wall_clock_also_while_the_node_is_down() {
        Session session = open(TEN_MINUTES);
        TaskId task = ada().submitTask(session.id(), TaskSpec.of("work"));
        node.clock.advance(Duration.ofMinutes(11));
        node.crash();
        node.sessions.runDue();
        assertThat(ada().session(session.id()).state()).isEqualTo(SessionState.EXPIRED);
        assertThat(ada().task(task).state()).isInstanceOf(TaskState.Cancelled.class);
    }

    @Test
    void what_lives_in_a_session_that_ended_or_never_was_is_called_off_and_nothing_else() {
        Session open = open(SessionLimits.DEFAULT);
        TaskId kept = ada().submitTask(open.id(), TaskSpec.of("work"));
        Session ended = open(SessionLimits.DEFAULT);
        ada().closeSession(ended.id());
        TaskId left = node.tasks.schedule(ended.id(), TaskSpec.of("work"));
        TaskId foundling =
                node.tasks.schedule(new SessionId("s-" + "9".repeat(26)), TaskSpec.of("work"));
        node.crash();
        node.sessions.runDue();
        assertThat(node.tasks.find(kept).orElseThrow().state().isFinal()).isFalse();
        assertThat(node.tasks.find(left).orElseThrow().state().isFinal()).isTrue();
        assertThat(node.tasks.find(foundling).orElseThrow().state().isFinal()).isTrue();
    }

    @Test
    void a_session_is_acknowledged_only_when_it_is_on_disk() {
        node.journals.diskHolds = true;
        assertRefused(() -> open(SessionLimits.DEFAULT), "the disk did not take");
        assertThat(ada().sessions()).isEmpty();
        node.crash();
        assertThat(ada().sessions()).isEmpty();
    }

    @Test
    void a_session_whose_opening_was_refused_does_not_come_back_even_if_the_disk_took_it() {
        node.journals.diskHolds = true;
        assertRefused(() -> open(SessionLimits.DEFAULT), "the disk did not take");
        node.journals.diskHolds = false;
        Session next = open(SessionLimits.DEFAULT);
        node.crash();
        assertThat(ada().sessions())
                .filteredOn(session -> !session.state().isFinal())
                .containsExactly(next);
    }

    @Test
    void a_change_that_cannot_be_written_is_not_made() {
        Session session = open(SessionLimits.DEFAULT);
        TaskId task = ada().submitTask(session.id(), TaskSpec.of("work"));
        node.journals.state = JournalState.FAILED;
        assertRefused(() -> open(SessionLimits.DEFAULT), "could not be written: the disk is");
        assertRefused(() -> ada().suspendSession(session.id()), "could not be written");
        assertRefused(() -> ada().closeSession(session.id()), "could not be written");
        assertThat(ada().session(session.id())).isEqualTo(session);
        assertThat(node.tasks.paused).isEmpty();
        assertThat(ada().task(task).state().isFinal()).isFalse();
        assertThat(ada().status().health().get("sessions").status())
                .isEqualTo(Health.Status.CRITICAL);
    }

    @Test
    void on_a_full_disk_sessions_can_be_closed_and_none_opened() {
        Session session = open(SessionLimits.DEFAULT);
        node.journals.state = JournalState.FULL;
        assertRefused(() -> open(SessionLimits.DEFAULT), "could not be written");
        assertThat(ada().status().health().get("sessions").status()).isEqualTo(Health.Status.WARN);
        assertThat(ada().closeSession(session.id()).state()).isEqualTo(SessionState.TERMINATED);
        node.crash();
        assertThat(ada().session(session.id()).state()).isEqualTo(SessionState.TERMINATED);
    }

    @Test
    void an_expiry_that_cannot_be_written_is_tried_and_audited_once_a_minute() {
        Session session = open(TEN_MINUTES);
        node.journals.state = JournalState.FAILED;
        node.clock.advance(Duration.ofMinutes(11));
        node.trail.records.clear();
        node.sessions.runDue();
        node.sessions.runDue();
        assertThat(node.trail.lines()).containsExactly("system session:expire REFUSED");
        node.journals.state = JournalState.OPEN;
        node.clock.advance(Duration.ofMinutes(1));
        node.sessions.runDue();
        assertThat(ada().session(session.id()).state()).isEqualTo(SessionState.EXPIRED);
    }

    @Test
    void a_log_that_has_grown_is_replaced_by_a_snapshot_of_what_is_there() {
        Session session = open(TEN_MINUTES);
        for (int i = 0; i < 8_000; i++) {
            ada().suspendSession(session.id());
            ada().resumeSession(session.id());
        }
        Session closed = open(SessionLimits.DEFAULT);
        ada().closeSession(closed.id());
        node.sessions.runDue();
        assertThat(node.journals.recordsInSnapshot()).isEqualTo(2);
        Session later = open(SessionLimits.DEFAULT);
        ada().suspendSession(session.id());
        node.crash();
        assertThat(ada().session(session.id()).state()).isEqualTo(SessionState.SUSPENDED);
        assertThat(ada().session(closed.id()).state()).isEqualTo(SessionState.TERMINATED);
        assertThat(ada().session(later.id())).isEqualTo(later);
    }

    @Test
    void a_snapshot_that_fails_loses_nothing_and_is_tried_again_a_minute_later() {
        Session session = open(TEN_MINUTES);
        for (int i = 0; i < 8_000; i++) {
            ada().suspendSession(session.id());
            ada().resumeSession(session.id());
        }
        node.journals.snapshotsFail = true;
        node.sessions.runDue();
        node.journals.snapshotsFail = false;
        node.sessions.runDue();
        assertThat(node.journals.recordsInSnapshot()).isZero();
        node.clock.advance(Duration.ofMinutes(1));
        node.sessions.runDue();
        assertThat(node.journals.recordsInSnapshot()).isEqualTo(1);
        node.crash();
        assertThat(ada().session(session.id())).isEqualTo(session);
    }

    @Test
    void ended_sessions_are_remembered_as_configured_the_newest_of_them() {
        List<SessionId> all =
                List.of(
                        open(SessionLimits.DEFAULT).id(),
                        open(SessionLimits.DEFAULT).id(),
                        open(SessionLimits.DEFAULT).id());
        ada().closeSession(all.get(2));
        ada().closeSession(all.get(0));
        ada().closeSession(all.get(1));
        node.crash();
        assertThat(node.sessions.list())
                .extracting(Session::id)
                .containsExactlyInAnyOrder(all.get(0), all.get(1));
    }

    @Test
    void what_was_found_is_audited_with_what_was_torn_off() {
        open(SessionLimits.DEFAULT);
        node.journals.torn = 17;
        node.trail.records.clear();
        node.crash();
        assertThat(node.trail.lines()).containsExactly("system session:recover DONE");
        assertThat(node.trail.records.get(1).entry())
                .isInstanceOfSatisfying(
                        AuditRecord.Result.class,
                        result ->
                                assertThat(result.note())
                                        .startsWith("1 open sessions; 17 bytes of a record"));
    }

    @Test
    void a_damaged_log_is_not_opened_and_the_audit_says_why() {
        node.restart();
        node.sessions.stop();
        node.journals.damaged = true;
        node.trail.records.clear();
        assertRefused(node::newSessions, "0.log is damaged at byte 4711");
        assertThat(node.trail.lines()).containsExactly("system session:recover REFUSED");
        node.journals.damaged = false;
    }

    @Test
    void what_ran_for_a_scan_does_not_run_for_nobody_after_a_power_cut() {
        ScanId scan = ada().startScan(ScanSpec.EVERYTHING);
        Session other = open(SessionLimits.DEFAULT);
        TaskId task = ada().submitTask(other.id(), TaskSpec.of("work"));
        assertThat(node.tasks.open(CloudTasks.IDENTIFY)).isNotEmpty();
        node.crash();
        node.scans.runDue();
        assertThat(ada().scanProgress(scan).scan().state()).isEqualTo(ScanState.INTERRUPTED);
        assertThat(node.tasks.open(CloudTasks.IDENTIFY)).isEmpty();
        assertThat(ada().sessions())
                .filteredOn(session -> !session.state().isFinal())
                .containsExactly(other);
        assertThat(ada().task(task).state().isFinal()).isFalse();
    }

    @Test
    void a_session_that_only_looks_like_that_of_a_scan_is_left_alone() {
        ScanId scan = ada().startScan(ScanSpec.EVERYTHING);
        Session like = ada().openSession(SessionSpec.of(scan.value()));
        node.crash();
        node.scans.runDue();
        assertThat(ada().session(like.id()).state()).isEqualTo(SessionState.ACTIVE);
    }

    @Test
    void the_limit_of_tasks_counts_what_was_there_before_a_restart() {
        Session session = open(TEN_MINUTES);
        ada().submitTask(session.id(), TaskSpec.of("work"));
        ada().submitTask(session.id(), TaskSpec.of("work"));
        node.crash();
        ada().submitTask(session.id(), TaskSpec.of("work"));
        assertThatThrownBy(() -> ada().submitTask(session.id(), TaskSpec.of("work")))
                .hasMessageContaining("has 3 unfinished tasks and may have 3");
    }

    @Test
    void sessions_are_there_before_the_scheduler_is_and_are_told_to_it_when_it_is() {
        Session heavy = open(TEN_MINUTES);
        Session suspended = open(SessionLimits.DEFAULT);
        ada().suspendSession(suspended.id());
        TaskId stray =
                node.tasks.schedule(new SessionId("s-" + "9".repeat(26)), TaskSpec.of("work"));
        node.tasks.weights.clear();
        node.tasks.paused.clear();
        node.tasks.away = true;
        node.crash();
        node.sessions.runDue();
        assertThat(ada().session(suspended.id()).state()).isEqualTo(SessionState.SUSPENDED);
        assertThat(ada().closeSession(open(TEN_MINUTES).id()).state())
                .isEqualTo(SessionState.TERMINATED);
        assertThat(node.tasks.weights).isEmpty();
        node.tasks.away = false;
        node.sessions.runDue();
        assertThat(node.tasks.weights).isEqualTo(Map.of(heavy.id(), 9));
        assertThat(node.tasks.paused).containsExactly(suspended.id());
        assertThat(node.tasks.find(stray).orElseThrow().state().isFinal()).isTrue();
    }

    @Test
    void a_scheduler_that_read_its_log_anew_is_told_anew() {
        Session heavy = open(TEN_MINUTES);
        node.tasks.weights.clear();
        node.sessions.runDue();
        assertThat(node.tasks.weights).isEmpty();
        node.bus.publish(new TasksRecovered(0, 0, 0, 0, Duration.ZERO, node.clock.instant()));
        node.sessions.runDue();
        assertThat(node.tasks.weights).isEqualTo(Map.of(heavy.id(), 9));
    }

    @Test
    void a_session_that_the_scheduler_cannot_suspend_stays_active() {
        Session session = open(SessionLimits.DEFAULT);
        node.tasks.away = true;
        assertRefused(() -> ada().suspendSession(session.id()), "cannot read its log");
        node.tasks.away = false;
        assertThat(ada().session(session.id())).isEqualTo(session);
        node.crash();
        assertThat(ada().session(session.id())).isEqualTo(session);
    }

    @Test
    void a_session_ends_also_while_the_scheduler_is_away_and_its_tasks_when_it_is_back() {
        Session session = open(SessionLimits.DEFAULT);
        TaskId task = ada().submitTask(session.id(), TaskSpec.of("work"));
        ada().spawnAgent(session.id(), AgentSpec.of("aws"));
        node.tasks.away = true;
        assertThat(ada().closeSession(session.id()).state()).isEqualTo(SessionState.TERMINATED);
        assertThat(node.agents.alive).isEmpty();
        node.sessions.runDue();
        node.tasks.away = false;
        node.sessions.runDue();
        assertThat(ada().task(task).state()).isInstanceOf(TaskState.Cancelled.class);
    }

    private static void assertRefused(ThrowingCallable call, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining(words);
    }
}
