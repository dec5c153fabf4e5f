package io.sirsi.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.audit.AuditQuery;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionSpec;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleTrial;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PermissionMatrixTest {

    /** A method, what it needs, whether it has an effect, and how it is called. */
    private record Row(List<String> needs, boolean effect, Call call) {}

    /** Calls one method of a hypervisor on things that belong to the account {@code ada}. */
    private interface Call {
        void on(Hypervisor hypervisor, Things things);
    }

    /** What there is. */
    private record Things(SessionId session, AgentId agent, TaskId task, ScanId scan) {}

    private static final AgentType MODULE = new AgentType("guest");
    private static final ModuleFile FILE = ModuleFile.of("guest", new byte[] {1});
    private static final ModuleTrial TRIAL = new ModuleTrial("", Payload.NONE, Map.of());

    private static final Map<String, Row> TABLE = new TreeMap<>();

    static {
        effect("openSession", (h, t) -> h.openSession(SessionSpec.of("x")), "session:open");
        read("session", (h, t) -> h.session(t.session()), "session:read");
        read("sessions", (h, t) -> h.sessions(), "session:read");
        effect("suspendSession", (h, t) -> h.suspendSession(t.session()), "session:suspend");
        effect("resumeSession", (h, t) -> h.resumeSession(t.session()), "session:resume");
        effect("closeSession", (h, t) -> h.closeSession(t.session()), "session:close");
        read("agentTypes", (h, t) -> h.agentTypes(), "agent:read");
        effect(
                "spawnAgent",
                (h, t) ->
                        h.spawnAgent(
                                t.session(),
                                AgentSpec.of("aws")
                                        .capabilities(c -> c.requiredPermissions("aws:read"))),
                "agent:spawn:aws",
                "aws:read");
        read("agent", (h, t) -> h.agent(t.agent()), "agent:read");
        read("agents", (h, t) -> h.agents(), "agent:read");
        read("agentHealth", (h, t) -> h.agentHealth(t.agent()), "agent:read");
        effect("terminateAgent", (h, t) -> h.terminateAgent(t.agent()), "agent:terminate:host");
        effect(
                "submitTask",
                (h, t) -> h.submitTask(t.session(), TaskSpec.of("work.hard")),
                "task:submit:work.hard");
        effect(
                "submitTasks",
                (h, t) ->
                        h.submitTasks(
                                t.session(),
                                new TaskGraph()
                                        .add("first", TaskSpec.of("work.hard"))
                                        .add("second", TaskSpec.of("work.soft"), "first")),
                "task:submit:work.hard",
                "task:submit:work.soft");
        read("task", (h, t) -> h.task(t.task()), "task:read");
        read("tasks", (h, t) -> h.tasks(TaskQuery.newest(5)), "task:read");
        effect("cancelTask", (h, t) -> h.cancelTask(t.task()), "task:cancel");
        effect("pauseTask", (h, t) -> h.pauseTask(t.task()), "task:pause");
        effect("resumeTask", (h, t) -> h.resumeTask(t.task()), "task:resume");
        effect("pauseTasks", (h, t) -> h.pauseTasks(), "task:pause", "session:any");
        effect("resumeTasks", (h, t) -> h.resumeTasks(), "task:resume", "session:any");
        read("explainTask", (h, t) -> h.explainTask(t.task()), "task:read");
        read("watchTask", (h, t) -> h.watchTask(t.task(), event -> {}).close(), "task:read");
        read("taskStats", (h, t) -> h.taskStats(), "task:read");
        read("providers", (h, t) -> h.providers(), "cloud:read");
        effect(
                "startScan",
                (h, t) -> h.startScan(ScanSpec.EVERYTHING),
                "cloud:scan",
                "agent:spawn:aws",
                "agent:spawn:host");
        read("scanProgress", (h, t) -> h.scanProgress(t.scan()), "cloud:read");
        effect("cancelScan", (h, t) -> h.cancelScan(t.scan()), "cloud:scan");
        read("scans", (h, t) -> h.scans(5), "cloud:read");
        read("scanSummary", (h, t) -> h.scanSummary(t.scan()), "cloud:read");
        read(
                "forEachResource",
                (h, t) -> h.forEachResource(ResourceQuery.all(t.scan()), resource -> {}),
                "cloud:read");
        read("findings", (h, t) -> h.findings(t.scan()), "cloud:read");
        read("modules", (h, t) -> h.modules(), "wasm:read");
        read("module", (h, t) -> h.module(MODULE), "wasm:read");
        read("moduleStats", (h, t) -> h.moduleStats(), "wasm:read");
        effect("checkModule", (h, t) -> h.checkModule(FILE), "wasm:check");
        effect("runModule", (h, t) -> h.runModule(FILE, TRIAL), "wasm:run");
        effect("installModule", (h, t) -> h.installModule(FILE), "wasm:install");
        effect("rollbackModule", (h, t) -> h.rollbackModule(MODULE), "wasm:rollback");
        effect("unloadModule", (h, t) -> h.unloadModule(MODULE), "wasm:unload");
        read("status", (h, t) -> h.status(), "hypervisor:read");
        read("myPermissions", (h, t) -> h.myPermissions());
        effect("auditRecords", (h, t) -> h.auditRecords(AuditQuery.newest(5)), "audit:read");
        effect("verifyAudit", (h, t) -> h.verifyAudit(), "audit:verify");
        read("metrics", (h, t) -> h.metrics("a"), "metrics:read");
        read("subscribers", (h, t) -> h.subscribers(), "hypervisor:read");
    }

    private final TestNode node = new TestNode();
    private Things things;

    @BeforeEach
    void make_things_of_ada() {
        Hypervisor root = node.as("ada", "*");
        node.modules.install(FILE, "root");
        SessionId session = root.openSession(SessionSpec.of("ada's")).id();
        things =
                new Things(
                        session,
                        root.spawnAgent(session, AgentSpec.of("host")),
                        root.submitTask(session, TaskSpec.of("work")),
                        root.startScan(ScanSpec.EVERYTHING));
        node.trail.records.clear();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void every_method_of_the_hypervisor_is_in_the_table() {
        assertThat(Arrays.stream(Hypervisor.class.getMethods()).map(Method::getName))
                .containsExactlyInAnyOrderElementsOf(TABLE.keySet());
    }

    @TestFactory
    Stream<DynamicTest> without_one_of_its_permissions_it_is_denied_audited_and_not_done() {
        return TABLE.entrySet().stream()
                .flatMap(
                        row ->
                                row.getValue().needs().stream()
                                        .map(
                                                missing ->
                                                        DynamicTest.dynamicTest(
                                                                row.getKey()
                                                                        + " without "
                                                                        + missing,
                                                                () ->
                                                                        deny(
                                                                                row.getValue(),
                                                                                missing))));
    }

    @TestFactory
    Stream<DynamicTest> with_exactly_its_permissions_it_is_done() {
        return TABLE.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> grant(row.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> without_an_audit_that_can_be_written_nothing_is_done() {
        return TABLE.entrySet().stream()
                .filter(row -> row.getValue().effect())
                .map(
                        row ->
                                DynamicTest.dynamicTest(
                                        row.getKey(), () -> breakTrail(row.getValue())));
    }

    private void deny(Row row, String missing) {
        List<String> rest = new ArrayList<>(row.needs());
        rest.remove(missing);
        Hypervisor hypervisor = node.as("ada", rest.toArray(String[]::new));
        node.trail.records.clear();
        String before = world();
        assertThatThrownBy(() -> row.call().on(hypervisor, things))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(RefusedException.Reason.DENIED))
                .hasMessage("'ada' may not " + missing + "; ask an administrator");
        assertThat(world()).isEqualTo(before);
        assertThat(node.trail.lines()).containsExactly("ada " + missing + " DENIED");
    }

    private void grant(Row row) {
        try (TestNode fresh = new TestNode()) {
            Hypervisor root = fresh.as("ada", "*");
            fresh.modules.install(FILE, "root");
            SessionId session = root.openSession(SessionSpec.of("ada's")).id();
            Things its =
                    new Things(
                            session,
                            root.spawnAgent(session, AgentSpec.of("host")),
                            root.submitTask(session, TaskSpec.of("work")),
                            root.startScan(ScanSpec.EVERYTHING));
            Hypervisor hypervisor = fresh.as("ada", row.needs().toArray(String[]::new));
            fresh.trail.records.clear();
            row.call().on(hypervisor, its);
            if (row.effect()) {
                assertThat(fresh.trail.lines())
                        .containsExactly("ada " + row.needs().get(0) + " DONE");
            } else {
                assertThat(fresh.trail.records).isEmpty();
            }
        }
    }

    private void breakTrail(Row row) {
        Hypervisor hypervisor = node.as("ada", row.needs().toArray(String[]::new));
        String before = world();
        node.trail.broken = true;
        try {
            assertThatThrownBy(() -> row.call().on(hypervisor, things))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("audit cannot be written");
            assertThat(world()).isEqualTo(before);
        } finally {
            node.trail.broken = false;
        }
    }

    private String world() {
        return node.sessions.list()
                + "\n"
                + node.agents.list()
                + "\n"
                + node.tasks.list(TaskQuery.newest(1000))
                + "\n"
                + node.inventory.scans
                + node.modules.installed
                + node.modules.wanted
                + "\n"
                + node.tasks.paused
                + node.tasks.pausedTasks
                + node.tasks.allPausedBy;
    }

    private static void read(String method, Call call, String... needs) {
        TABLE.put(method, new Row(List.of(needs), false, call));
    }

    private static void effect(String method, Call call, String... needs) {
        TABLE.put(method, new Row(List.of(needs), true, call));
    }
}
