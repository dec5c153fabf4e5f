package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.audit.AuditVerification;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanProgress;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.failure.RefusedException;
import io.sirsi.report.ReportSource;
import io.sirsi.report.ScanReport;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import io.sirsi.shell.internal.command.AgentSpawn;
import io.sirsi.shell.internal.command.AuditVerify;
import io.sirsi.shell.internal.command.CloudFindings;
import io.sirsi.shell.internal.command.CloudReport;
import io.sirsi.shell.internal.command.CloudScan;
import io.sirsi.shell.internal.command.SessionList;
import io.sirsi.shell.internal.command.SessionShow;
import io.sirsi.shell.internal.command.TaskList;
import io.sirsi.shell.internal.command.TaskSubmit;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CommandsTest {

    private static final SessionId SESSION = new SessionId("s-0123456789abcdefghjkmnpqrs");
    private static final ScanId SCAN = new ScanId("scan-0123456789abcdefghjkmnpqrs");
    private static final TaskId TASK = new TaskId("t-0123456789abcdefghjkmnpqr7");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Session OPEN =
            new Session(SESSION, "ada", SessionSpec.of("nightly"), SessionState.ACTIVE, NOW);

    private static final AgentDescriptor INVENTORY =
            new AgentDescriptor(
                    new AgentType("inventory"),
                    "adds up",
                    AgentCapabilities.NONE,
                    Set.of("cloud.summary"),
                    1);

    private final ScriptedHypervisor hypervisor = new ScriptedHypervisor();
    private final FakeShell script = new FakeShell(hypervisor, false);

    @Test
    void a_list_is_a_table_for_people() throws Exception {
        hypervisor.answer("sessions", none -> List.of(OPEN));

        FakeShell.Ran ran = script.run(new SessionList());

        assertThat(ran.result()).isNull();
        assertThat(ran.out())
                .contains("owner")
                .contains("ada")
                .contains(SESSION.value())
                .contains("Active");
    }

    @Test
    void the_same_list_is_json_for_scripts() throws Exception {
        hypervisor.answer("sessions", none -> List.of(OPEN));
        SessionList list = new SessionList();
        FakeShell.set(list, "json", true);

        JsonNode json = new ObjectMapper().readTree(script.run(list).out());

        assertThat(json.get(0).get("owner").asText()).isEqualTo("ada");
        assertThat(json.get(0).get("openedAt").asText()).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(json.get(0).get("maxAgents").asInt()).isEqualTo(64);
    }

    @Test
    void an_empty_list_is_an_empty_array() throws Exception {
        hypervisor.answer("sessions", none -> List.of());
        SessionList list = new SessionList();
        FakeShell.set(list, "json", true);

        assertThat(script.run(list).out().strip()).isEqualTo("[]");
    }

    @Test
    void a_refusal_is_one_sentence_and_exit_code_1() throws Exception {
        hypervisor.answer(
                "sessions",
                none -> {
                    throw RefusedException.denied("'eve' may not session:read.");
                });

        FakeShell.Ran ran = script.run(new SessionList());

        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.err().strip()).isEqualTo("'eve' may not session:read.");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void a_fault_of_ours_is_told_without_its_stack() throws Exception {
        hypervisor.answer(
                "sessions",
                none -> {
                    throw new IllegalStateException("secret internals");
                });

        FakeShell.Ran ran = script.run(new SessionList());

        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.err()).contains("fault of the node").doesNotContain("secret internals");
    }

    @Test
    void without_a_hypervisor_a_command_says_what_is_missing() throws Exception {
        FakeShell.Ran ran = new FakeShell(null, false).run(new SessionList());

        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.err()).contains("the hypervisor is not active");
    }

    @Test
    void a_malformed_id_is_named_with_the_command_that_lists_good_ones() throws Exception {
        SessionShow show = new SessionShow();
        FakeShell.set(show, "sessionId", "nonsense");

        assertThat(script.run(show).err())
                .contains("not a session id: 'nonsense'")
                .contains("session:list");
        assertThat(hypervisor.asked).isEmpty();
    }

    @Test
    void who_has_not_logged_in_asks_as_nobody() throws Exception {
        hypervisor.answer("sessions", none -> List.of());

        script.run(new SessionList());

        assertThat(hypervisor.callers).singleElement().hasToString("anonymous@shell");
    }

    @Test
    void spawning_without_a_session_opens_one_and_passes_settings_on() throws Exception {
        AgentSpec[] spawned = new AgentSpec[1];
        hypervisor
                .answer("openSession", none -> OPEN)
                .answer(
                        "spawnAgent",
                        given -> {
                            spawned[0] = (AgentSpec) given[1];
                            return new AgentId("host-1");
                        });
        AgentSpawn spawn = new AgentSpawn();
        FakeShell.set(spawn, "type", "host");
        FakeShell.set(spawn, "settings", List.of("account=local", "note=a=b"));
        FakeShell.set(spawn, "permissions", List.of("host:read"));

        assertThat(script.run(spawn).out()).contains("spawned host-1 in " + SESSION);
        assertThat(spawned[0])
                .isEqualTo(
                        AgentSpec.of("host")
                                .capabilities(none -> none.requiredPermissions("host:read"))
                                .setting("account", "local")
                                .setting("note", "a=b"));
    }

    @Test
    void a_spawn_that_is_refused_leaves_no_session_behind() throws Exception {
        hypervisor
                .answer("openSession", none -> OPEN)
                .answer("closeSession", none -> OPEN)
                .answer(
                        "spawnAgent",
                        none -> {
                            throw RefusedException.notFound("there is no agent type 'nosuch'.");
                        });
        AgentSpawn spawn = new AgentSpawn();
        FakeShell.set(spawn, "type", "nosuch");

        assertThat(script.run(spawn).err()).contains("'nosuch'");
        assertThat(hypervisor.asked).contains("closeSession[" + SESSION + "]");
    }

    @Test
    void a_task_that_no_agent_runs_is_refused_instead_of_waiting_for_ever() throws Exception {
        hypervisor.answer("agentTypes", none -> List.of(INVENTORY));
        TaskSubmit submit = new TaskSubmit();
        FakeShell.set(submit, "type", "nosuch.type");
        FakeShell.set(submit, "sessionId", SESSION.value());

        assertThat(script.run(submit).err()).contains("'nosuch.type'").contains("cloud.summary");
    }

    @Test
    void a_setting_without_an_equals_sign_is_named() throws Exception {
        hypervisor.answer("openSession", none -> OPEN);
        AgentSpawn spawn = new AgentSpawn();
        FakeShell.set(spawn, "type", "host");
        FakeShell.set(spawn, "settings", List.of("account"));

        assertThat(script.run(spawn).err()).contains("'account'").contains("key=value");
        assertThat(hypervisor.asked).isEmpty();
    }

    @Test
    void a_task_is_submitted_with_all_that_was_wished() throws Exception {
        TaskSpec[] submitted = new TaskSpec[1];
        hypervisor
                .answer("agentTypes", none -> List.of(INVENTORY))
                .answer(
                        "submitTask",
                        given -> {
                            submitted[0] = (TaskSpec) given[1];
                            return TASK;
                        });
        TaskSubmit submit = new TaskSubmit();
        FakeShell.set(submit, "type", "cloud.summary");
        FakeShell.set(submit, "sessionId", SESSION.value());
        FakeShell.set(submit, "priority", "High");
        FakeShell.set(submit, "timeout", "90s");
        FakeShell.set(submit, "input", List.of("a=1"));
        FakeShell.set(submit, "idempotencyKey", "once");

        assertThat(script.run(submit).out()).contains(TASK.value());
        assertThat(submitted[0].timeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(submitted[0].priority()).isEqualTo(Priority.HIGH);
        assertThat(submitted[0].input().fields()).isEqualTo(Map.of("a", "1"));
        assertThat(submitted[0].idempotencyKey()).contains("once");
    }

    @Test
    void an_unknown_priority_is_named_with_the_known_ones() throws Exception {
        TaskSubmit submit = new TaskSubmit();
        FakeShell.set(submit, "type", "cloud.summary");
        FakeShell.set(submit, "sessionId", SESSION.value());
        hypervisor.answer("agentTypes", none -> List.of(INVENTORY));
        FakeShell.set(submit, "priority", "urgent");

        assertThat(script.run(submit).err())
                .contains("'urgent'")
                .contains("low, normal, high, critical, emergency");
    }

    @Test
    void an_unknown_state_is_named_with_the_known_ones() throws Exception {
        TaskList list = new TaskList();
        FakeShell.set(list, "states", List.of("stuck"));

        assertThat(script.run(list).err())
                .contains("'stuck'")
                .contains("RetryWait")
                .contains("Quarantined");
    }

    @Test
    void a_broken_audit_is_exit_code_1() throws Exception {
        hypervisor.answer(
                "verifyAudit",
                none -> new AuditVerification(3, "abc", Optional.of("record 4 does not fit")));

        FakeShell.Ran ran = script.run(new AuditVerify());

        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.out()).contains("record 4 does not fit");
    }

    @Test
    void a_scan_with_a_gap_warns_and_exits_with_0() throws Exception {
        FakeShell.Ran ran = script.run(scan(false));

        assertThat(ran.result()).isNull();
        assertThat(ran.out())
                .contains("warning: 1 gap")
                .contains("aws/1/eu-west-1: no answer from there");
        assertThat(ran.out().strip()).endsWith("scan " + SCAN + " PARTIAL");
    }

    @Test
    void a_strict_scan_with_a_gap_exits_with_2() throws Exception {
        assertThat(script.run(scan(true)).result()).isEqualTo(2);
    }

    @Test
    void a_scan_as_json_is_what_the_report_writes_and_nothing_else() throws Exception {
        CloudScan scan = scan(false);
        FakeShell.set(scan, "json", true);

        assertThat(script.run(scan).out()).isEqualTo("{}\n");
    }

    @Test
    void a_report_without_a_writer_says_which_bundle_is_missing() throws Exception {
        scan(false);
        FakeShell empty = new FakeShell(hypervisor, false);
        hypervisor.answer(
                "scans",
                none ->
                        List.of(
                                new Scan(
                                        SCAN,
                                        "ada",
                                        ScanSpec.EVERYTHING,
                                        ScanState.COMPLETE,
                                        new Scan.Span(NOW, Optional.of(NOW)))));
        assertThat(empty.run(new CloudReport()).err()).contains("io.sirsi.report is not active");
    }

    @Test
    void findings_of_a_scan_that_did_not_see_everything_say_so() throws Exception {
        scan(false);
        CloudFindings findings = new CloudFindings();
        FakeShell.set(findings, "scan", SCAN.value());

        PrintStream before = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
        try {
            script.run(findings);
        } finally {
            System.setErr(before);
        }
        assertThat(told.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines(
                        "the scan '"
                                + SCAN
                                + "' is PARTIAL, so findings may be missing; 'cloud:show "
                                + SCAN
                                + "' says of what");
    }

    private CloudScan scan(boolean strict) throws ReflectiveOperationException {
        Scan ended =
                new Scan(
                        SCAN,
                        "ada",
                        ScanSpec.EVERYTHING,
                        ScanState.PARTIAL,
                        new Scan.Span(NOW, Optional.of(NOW.plusSeconds(2))));
        CoverageGap gap =
                new CoverageGap(
                        new CloudScope("aws", "1", "eu-west-1"),
                        Optional.empty(),
                        AgentFailure.unreachable("there"));
        hypervisor
                .answer("startScan", none -> SCAN)
                .answer("scanProgress", none -> new ScanProgress(ended, "done", List.of()))
                .answer(
                        "scanSummary",
                        none -> new ScanSummary(ended, List.of(), Map.of(), List.of(gap), 7))
                .answer("findings", none -> List.of())
                .answer("providers", none -> List.of());
        CloudScan scan = new CloudScan();
        FakeShell.set(scan, "strict", strict);
        script.with(
                ScanReport.class,
                new ScanReport() {
                    @Override
                    public void writeHtml(ReportSource source, OutputStream out) {
                        throw new AssertionError("not expected");
                    }

                    @Override
                    public void writeJsonLines(ReportSource source, OutputStream out)
                            throws java.io.IOException {
                        out.write("{}\n".getBytes(StandardCharsets.UTF_8));
                    }
                });
        return scan;
    }
}
