package io.sirsi.jmx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentEmitted;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentStateChanged;
import io.sirsi.agent.AgentType;
import io.sirsi.agent.Health;
import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditRecord;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanEnded;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanStarted;
import io.sirsi.cloud.ScanState;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.NodeStatus;
import io.sirsi.jmx.AgentsMXBean;
import io.sirsi.jmx.ModuleStatsView;
import io.sirsi.jmx.ModuleView;
import io.sirsi.jmx.ReasonView;
import io.sirsi.jmx.SchedulerMXBean;
import io.sirsi.jmx.WasmModulesMXBean;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionOpened;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import io.sirsi.session.SessionStateChanged;
import io.sirsi.task.Explanation;
import io.sirsi.task.Payload;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleInstalled;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleRefused;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleUnloaded;
import io.sirsi.wasm.ModuleUsage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JmxDoorTest {

    private static final Instant NOW = Instant.parse("2026-11-22T14:00:00Z");
    private static final String SESSION = "s-0123456789abcdefghijklmnop";
    private static final String TASK = "t-0123456789abcdefghjkmnpqr7";
    private static final List<String> BEANS =
            List.of("Hypervisor", "Sessions", "Agents", "Scheduler", "WasmModules");
    private static final String SCAN = "scan-0123456789abcdefghijklmnop";

    private static final byte[] BINARY = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final InstalledModule MODULE =
            new InstalledModule(
                    new ModuleManifest(
                            "org.example.tag-audit",
                            "1.2.0",
                            "",
                            new AgentDescriptor(
                                    new AgentType("tag-audit"),
                                    "Reports resources that lack tags",
                                    AgentCapabilities.NONE.requiredPermissions("cloud:read"),
                                    Set.of("tag-audit"),
                                    4),
                            Map.of("memoryPages", 64L)),
                    ModuleDigest.of(BINARY),
                    "endive",
                    new InstalledModule.Origin("eve", NOW, Optional.empty(), Optional.empty()),
                    Optional.empty());

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final RecordingAccess access = new RecordingAccess();
    private final DirectBus bus = new DirectBus();
    private JMXConnectorServer connectors;
    private JmxDoor door;

    @BeforeEach
    void set_up() throws Exception {
        System.setProperty("java.rmi.server.hostname", "127.0.0.1");
        door = new JmxDoor(server, new Calls(access), bus, Clock.fixed(NOW, ZoneOffset.UTC));
        connectors =
                JMXConnectorServerFactory.newJMXConnectorServer(
                        new JMXServiceURL("service:jmx:rmi://127.0.0.1"),
                        Map.of(JMXConnectorServer.AUTHENTICATOR, (JMXAuthenticator) this::accept),
                        server);
        connectors.start();
    }

    @AfterEach
    void tear_down() throws Exception {
        connectors.stop();
        door.stop();
    }

    private Subject accept(Object credentials) {
        Subject subject = new Subject();
        for (String name : (String[]) credentials) {
            subject.getPrincipals().add(new UserPrincipal(name));
        }
        subject.getPrincipals().add(new RolePrincipal("admin"));
        return subject;
    }

    private JMXConnector connect(String... names) throws Exception {
        JMXConnector client = connectors.toJMXConnector(Map.of(JMXConnector.CREDENTIALS, names));
        client.connect();
        return client;
    }

    private static ObjectName bean(String type) throws Exception {
        return new ObjectName("io.sirsi:type=" + type);
    }

    private Object invoke(String account, String type, String operation, Object... arguments)
            throws Exception {
        try (JMXConnector client = connect(account)) {
            String[] signature =
                    Arrays.stream(arguments)
                            .map(a -> a instanceof Integer ? "int" : a.getClass().getName())
                            .toArray(String[]::new);
            return client.getMBeanServerConnection()
                    .invoke(bean(type), operation, arguments, signature);
        }
    }

    private static Session session(SessionState state) {
        return new Session(new SessionId(SESSION), "eve", SessionSpec.of("nightly"), state, NOW);
    }

    private static AgentSnapshot agent(AgentState state) {
        return new AgentSnapshot(
                new AgentId("aws-1"),
                new SessionId(SESSION),
                AgentSpec.of("aws").capabilities(c -> c.requiredPermissions("s3:read")),
                state,
                NOW);
    }

    private static TaskSnapshot task(TaskState state) {
        return new TaskSnapshot(
                new TaskId(TASK),
                new SessionId(SESSION),
                TaskSpec.of("cloud.identify").label("scan", "x"),
                state,
                NOW);
    }

    private static Scan scan(ScanState state) {
        return new Scan(
                new ScanId(SCAN),
                "eve",
                ScanSpec.EVERYTHING,
                state,
                new Scan.Span(NOW.minusSeconds(90), Optional.empty()));
    }

    @Test
    void has_nothing_but_open_types() throws Exception {
        for (String type : BEANS) {
            MBeanInfo info = server.getMBeanInfo(bean(type));
            assertThat(info.getDescriptor().getFieldValue("mxbean")).isEqualTo("true");
            for (MBeanAttributeInfo attribute : info.getAttributes()) {
                assertThat(attribute.getDescriptor().getFieldValue("openType"))
                        .as(type + "." + attribute.getName())
                        .isInstanceOf(OpenType.class);
                assertThat(attribute.isWritable()).isFalse();
            }
            for (MBeanOperationInfo operation : info.getOperations()) {
                assertThat(operation.getDescriptor().getFieldValue("openType"))
                        .as(type + "." + operation.getName())
                        .isInstanceOf(OpenType.class);
                for (MBeanParameterInfo parameter : operation.getSignature()) {
                    assertThat(parameter.getDescriptor().getFieldValue("openType"))
                            .isInstanceOf(OpenType.class);
                }
            }
        }
    }

    @Test
    void names_the_parameters_of_every_operation_as_its_interface_does() throws Exception {
        for (String type : BEANS) {
            for (MBeanOperationInfo operation : server.getMBeanInfo(bean(type)).getOperations()) {
                assertThat(operation.getSignature())
                        .extracting(MBeanParameterInfo::getName)
                        .as(type + "." + operation.getName())
                        .doesNotHaveDuplicates()
                        .allMatch(name -> name.matches("[a-z]{2,}"), "a word, as no p0 or arg0 is");
            }
        }
        assertThat(server.getMBeanInfo(bean("Agents")).getOperations())
                .filteredOn(operation -> operation.getName().equals("spawnAgent"))
                .extracting(operation -> names(operation.getSignature()))
                .containsExactlyInAnyOrder("session type", "session type settings");
    }

    @Test
    void names_the_parameter_that_is_not_given() {
        assertThatThrownBy(
                        () ->
                                server.invoke(
                                        bean("Agents"),
                                        "spawnAgent",
                                        new Object[] {"s-1", null},
                                        new String[] {
                                            String.class.getName(), String.class.getName()
                                        }))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the parameter 'type' must be given");
    }

    @Test
    void tells_reading_operations_from_others() throws Exception {
        for (MBeanOperationInfo operation : server.getMBeanInfo(bean("Agents")).getOperations()) {
            assertThat(operation.getImpact())
                    .as(operation.getName())
                    .isEqualTo(
                            operation.getName().matches("(get|is|list)\\p{Lu}.*")
                                    ? MBeanOperationInfo.INFO
                                    : MBeanOperationInfo.ACTION);
        }
    }

    private static String names(MBeanParameterInfo... parameters) {
        return Arrays.stream(parameters)
                .map(MBeanParameterInfo::getName)
                .collect(Collectors.joining(" "));
    }

    /** Access lists let a viewer call what begins with get, is or list; the rest has an effect. */
    @Test
    void names_reading_operations_so_and_effects_otherwise() throws Exception {
        Set<String> effects =
                Set.of(
                        "openSession",
                        "suspendSession",
                        "resumeSession",
                        "closeSession",
                        "spawnAgent",
                        "terminateAgent",
                        "submitTask",
                        "cancelTask",
                        "pauseTask",
                        "resumeTask",
                        "pauseTasks",
                        "resumeTasks",
                        "startScan",
                        "cancelScan",
                        "check",
                        "install",
                        "rollback",
                        "unload");
        for (String type : BEANS) {
            for (MBeanOperationInfo operation : server.getMBeanInfo(bean(type)).getOperations()) {
                assertThat(operation.getName().matches("(get|is|list)[A-Z].*"))
                        .as(operation.getName())
                        .isNotEqualTo(effects.contains(operation.getName()));
            }
        }
    }

    @Test
    void refuses_a_viewer_that_spawns_an_agent_with_one_sentence() throws Exception {
        String sentence = "'eve' (viewer) may not agent:spawn:aws; ask an administrator.";
        access.refuse("spawnAgent", RefusedException.denied(sentence));
        Throwable thrown =
                catchThrowable(() -> invoke("eve", "Agents", "spawnAgent", SESSION, "aws"));
        assertThat(thrown).isInstanceOf(RuntimeMBeanException.class);
        assertThat(thrown.getCause())
                .isExactlyInstanceOf(SecurityException.class)
                .hasMessage(sentence)
                .hasNoCause();
        assertThat(thrown.getCause().getStackTrace()).isEmpty();
        assertThat(access.callers).containsExactly(new Caller("eve", "jmx"));
        assertThat(access.calls).singleElement().asString().startsWith("spawnAgent[" + SESSION);
    }

    @Test
    void calls_in_the_name_of_each_connection() throws Exception {
        access.answer("myPermissions", Set.of(Permission.of("task:read"), Permission.ALL));
        try (JMXConnector eve = connect("eve");
                JMXConnector bob = connect("bob")) {
            for (JMXConnector client : List.of(eve, bob, eve)) {
                Object given =
                        client.getMBeanServerConnection()
                                .getAttribute(bean("Hypervisor"), "MyPermissions");
                assertThat((String[]) given).containsExactly("*", "task:read");
            }
        }
        assertThat(access.callers)
                .extracting(Caller::toString)
                .containsExactly("eve@jmx", "bob@jmx", "eve@jmx");
    }

    @Test
    void a_call_without_exactly_one_account_is_anonymous() throws Exception {
        access.answer("sessions", List.of());
        server.invoke(bean("Sessions"), "listSessions", null, null);
        try (JMXConnector none = connect();
                JMXConnector two = connect("eve", "root")) {
            none.getMBeanServerConnection().invoke(bean("Sessions"), "listSessions", null, null);
            two.getMBeanServerConnection().invoke(bean("Sessions"), "listSessions", null, null);
        }
        assertThat(access.callers).hasSize(3).containsOnly(new Caller("anonymous", "jmx"));
    }

    @Test
    void gives_each_reason_an_exception_of_the_jdk() {
        access.refuse("cancelTask", RefusedException.notFound("no such task; see task:list."));
        access.refuse("closeSession", RefusedException.conflict("it is over."));
        access.refuse("openSession", RefusedException.limit("too many sessions."));
        access.refuse("startScan", RefusedException.unavailable("no provider is there."));
        assertThatThrownBy(() -> invoke("eve", "Scheduler", "cancelTask", TASK))
                .hasRootCauseExactlyInstanceOf(IllegalArgumentException.class)
                .hasRootCauseMessage("no such task; see task:list.");
        assertThatThrownBy(() -> invoke("eve", "Sessions", "closeSession", SESSION))
                .hasRootCauseExactlyInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("it is over.");
        assertThatThrownBy(() -> invoke("eve", "Sessions", "openSession", "x"))
                .hasRootCauseExactlyInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> invoke("eve", "Hypervisor", "startScan"))
                .hasRootCauseExactlyInstanceOf(IllegalStateException.class);
    }

    @Test
    void names_a_value_that_makes_no_sense() {
        assertThatThrownBy(() -> invoke("eve", "Sessions", "closeSession", "nonsense"))
                .hasRootCauseExactlyInstanceOf(IllegalArgumentException.class)
                .hasRootCauseMessage("not a session id: 'nonsense'");
        assertThatThrownBy(() -> invoke("eve", "Agents", "spawnAgent", SESSION, "AWS!"))
                .hasRootCauseMessage("not an agent type: 'AWS!'");
        assertThatThrownBy(() -> invoke("eve", "Scheduler", "listTasks", 0))
                .hasRootCauseMessage("limit must be 1 to 1000: 0");
        assertThat(access.calls).isEmpty();
    }

    @Test
    void tells_nothing_of_a_fault_of_ours() {
        access.refuse("sessions", new IllegalStateException("secret detail"));
        assertThatThrownBy(() -> invoke("eve", "Sessions", "listSessions"))
                .hasRootCauseExactlyInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage(
                        "the node failed on this call; its log says more, at the time of the"
                                + " call.");
    }

    @Test
    void carries_effects_to_the_hypervisor() throws Exception {
        access.answer("openSession", session(SessionState.ACTIVE))
                .answer("closeSession", session(SessionState.TERMINATED))
                .answer("spawnAgent", new AgentId("aws-1"))
                .answer("terminateAgent", 3)
                .answer("submitTask", new TaskId(TASK))
                .answer("cancelTask", true)
                .answer("startScan", new ScanId(SCAN))
                .answer("cancelScan", false);
        assertThat(invoke("eve", "Sessions", "openSession", "nightly")).isEqualTo(SESSION);
        invoke("eve", "Sessions", "closeSession", SESSION);
        assertThat(invoke("eve", "Agents", "spawnAgent", SESSION, "aws")).isEqualTo("aws-1");
        assertThat(invoke("eve", "Agents", "terminateAgent", "aws-1")).isEqualTo(3);
        assertThat(invoke("eve", "Scheduler", "submitTask", SESSION, "cloud.identify"))
                .isEqualTo(TASK);
        assertThat(invoke("eve", "Scheduler", "cancelTask", TASK)).isEqualTo(true);
        assertThat(invoke("eve", "Hypervisor", "startScan")).isEqualTo(SCAN);
        String[] none = {};
        assertThat(
                        invoke(
                                "eve",
                                "Hypervisor",
                                "startScan",
                                new String[] {"aws"},
                                none,
                                new String[] {"eu-west-1"},
                                new String[] {"aws:ec2:instance"}))
                .isEqualTo(SCAN);
        assertThat(invoke("eve", "Hypervisor", "cancelScan", SCAN)).isEqualTo(false);
        assertThat(access.callers).hasSize(9).containsOnly(new Caller("eve", "jmx"));
        assertThat(access.calls.get(7)).contains("[aws]", "eu-west-1", "aws:ec2:instance");
    }

    @Test
    void shows_values_to_a_client_that_has_none_of_our_classes() throws Exception {
        access.answer("sessions", List.of(session(SessionState.ACTIVE)))
                .answer("agents", List.of(agent(AgentState.BUSY)))
                .answer("tasks", List.of(task(new TaskState.Cancelled(NOW, "by eve"))))
                .answer("scans", List.of(scan(ScanState.RUNNING)))
                .answer("taskStats", new SchedulerStats(Map.of("Ready", 2L), 7, 1))
                .answer(
                        "status",
                        new NodeStatus(
                                "0.1.0", NOW, Map.of("agents", 4L), Map.of("x", Health.ok())))
                .answer(
                        "auditRecords",
                        List.of(
                                new AuditRecord(
                                        1,
                                        NOW,
                                        new AuditRecord.Intent(
                                                AuditAction.of(
                                                        new Caller("eve", "shell"),
                                                        Permission.of("cloud:scan"),
                                                        "")),
                                        "00"),
                                new AuditRecord(
                                        2,
                                        NOW,
                                        new AuditRecord.Result(1, AuditOutcome.DONE, "fine"),
                                        "01")));
        CompositeData one = first(invoke("eve", "Sessions", "listSessions"));
        assertThat(one.get("id")).isEqualTo(SESSION);
        assertThat(one.get("state")).isEqualTo("ACTIVE");
        assertThat(one.get("expiresAt")).isEqualTo("2026-11-22T22:00:00Z");
        assertThat((String[]) first(invoke("eve", "Agents", "listAgents")).get("permissions"))
                .containsExactly("s3:read");
        one = first(invoke("eve", "Scheduler", "listTasks", 10));
        assertThat(one.get("state")).isEqualTo("Cancelled");
        assertThat(one.get("reason")).isEqualTo("by eve");
        assertThat(((TabularData) one.get("labels")).size()).isEqualTo(1);
        assertThat(first(invoke("eve", "Hypervisor", "listScans", 10)).get("seconds"))
                .isEqualTo(90L);
        CompositeData[] audited =
                (CompositeData[]) invoke("eve", "Hypervisor", "listAuditRecords", 10);
        assertThat(audited[0].get("caller")).isEqualTo("eve@shell");
        assertThat(audited[1].get("note")).isEqualTo("DONE: fine");
        try (JMXConnector client = connect("eve")) {
            MBeanServerConnection remote = client.getMBeanServerConnection();
            assertThat(remote.getAttribute(bean("Scheduler"), "Submitted")).isEqualTo(7L);
            assertThat(remote.getAttribute(bean("Hypervisor"), "Version")).isEqualTo("0.1.0");
            assertThat(first(remote.getAttribute(bean("Hypervisor"), "Health")).get("status"))
                    .isEqualTo("OK");
        }
    }

    @Test
    void explains_a_task_in_open_types() throws Exception {
        access.answer(
                "explainTask",
                new Explanation(
                        task(new TaskState.Ready(NOW)),
                        "It waits for an agent.",
                        List.of(
                                new Explanation.Reason(
                                        Explanation.Kind.NO_AGENT,
                                        "Nobody has 'gpu'.",
                                        List.of("gpu"),
                                        Optional.empty()),
                                new Explanation.Reason(
                                        Explanation.Kind.NOT_BEFORE,
                                        "Its time comes.",
                                        List.of(),
                                        Optional.of(NOW))),
                        Optional.of(
                                new Explanation.Change(
                                        Explanation.Action.SPAWN_AGENT,
                                        "spawn one",
                                        List.of("gpu")))));
        CompositeData why = (CompositeData) invoke("eve", "Scheduler", "getTaskExplanation", TASK);
        assertThat(why.get("task")).isEqualTo(TASK);
        assertThat(why.get("sentence")).isEqualTo("It waits for an agent.");
        CompositeData[] reasons = (CompositeData[]) why.get("reasons");
        assertThat(reasons[0].get("kind")).isEqualTo("NO_AGENT");
        assertThat((String[]) reasons[0].get("subjects")).containsExactly("gpu");
        assertThat(reasons[0].get("until")).isEqualTo("");
        assertThat(reasons[1].get("until")).isEqualTo(NOW.toString());
        CompositeData change = (CompositeData) why.get("change");
        assertThat(change.get("action")).isEqualTo("SPAWN_AGENT");
        assertThat((String[]) change.get("subjects")).containsExactly("gpu");
        try (JMXConnector client = connect("eve")) {
            SchedulerMXBean proxy =
                    JMX.newMXBeanProxy(
                            client.getMBeanServerConnection(),
                            bean("Scheduler"),
                            SchedulerMXBean.class);
            assertThat(proxy.getTaskExplanation(TASK).getReasons())
                    .extracting(ReasonView::getSentence)
                    .containsExactly("Nobody has 'gpu'.", "Its time comes.");
        }
    }

    @Test
    void a_task_that_runs_needs_no_change() throws Exception {
        access.answer(
                "explainTask",
                new Explanation(
                        task(new TaskState.Ready(NOW)), "It runs.", List.of(), Optional.empty()));
        CompositeData why = (CompositeData) invoke("eve", "Scheduler", "getTaskExplanation", TASK);
        assertThat((CompositeData[]) why.get("reasons")).isEmpty();
        assertThat(((CompositeData) why.get("change")).get("action")).isEqualTo("");
    }

    @Test
    void pauses_and_resumes_a_task_and_everything() throws Exception {
        access.answer("pauseTask", true)
                .answer("resumeTask", false)
                .answer("pauseTasks", (Object) null)
                .refuse("resumeTasks", RefusedException.denied("'eve' may not session:any."));
        assertThat(invoke("eve", "Scheduler", "pauseTask", TASK)).isEqualTo(true);
        assertThat(invoke("eve", "Scheduler", "resumeTask", TASK)).isEqualTo(false);
        invoke("eve", "Scheduler", "pauseTasks");
        assertThatThrownBy(() -> invoke("eve", "Scheduler", "resumeTasks"))
                .hasRootCauseExactlyInstanceOf(SecurityException.class)
                .hasRootCauseMessage("'eve' may not session:any.");
        assertThat(access.calls)
                .containsExactly(
                        "pauseTask[" + TASK + "]",
                        "resumeTask[" + TASK + "]",
                        "pauseTasks[]",
                        "resumeTasks[]");
    }

    @Test
    void says_until_when_a_task_waits_what_a_session_weighs_and_what_troubles_the_scheduler()
            throws Exception {
        access.answer(
                        "tasks",
                        List.of(
                                task(new TaskState.Blocked(Set.of(), Optional.of(NOW))),
                                task(new TaskState.Blocked(Set.of(new TaskId(TASK))))))
                .answer("sessions", List.of(session(SessionState.ACTIVE)))
                .answer(
                        "taskStats",
                        new SchedulerStats(
                                Map.of(), 0, 0, SchedulerStats.Times.NONE, "the disk is full"));
        CompositeData[] waiting = (CompositeData[]) invoke("eve", "Scheduler", "listTasks", 10);
        assertThat(waiting[0].get("reason")).isEqualTo("waits for its time");
        assertThat(waiting[0].get("until")).isEqualTo(NOW.toString());
        assertThat(waiting[1].get("reason")).isEqualTo("waits for 1 task");
        assertThat(waiting[1].get("until")).isEqualTo("");
        assertThat(first(invoke("eve", "Sessions", "listSessions")).get("weight")).isEqualTo(1);
        try (JMXConnector client = connect("eve")) {
            assertThat(client.getMBeanServerConnection().getAttribute(bean("Scheduler"), "Trouble"))
                    .isEqualTo("the disk is full");
        }
    }

    @Test
    void spawns_an_agent_with_settings_through_a_proxy() throws Exception {
        access.answer("spawnAgent", new AgentId("host-1"));
        try (JMXConnector client = connect("eve")) {
            AgentsMXBean proxy =
                    JMX.newMXBeanProxy(
                            client.getMBeanServerConnection(), bean("Agents"), AgentsMXBean.class);
            assertThat(proxy.spawnAgent(SESSION, "host", Map.of("account", "local")))
                    .isEqualTo("host-1");
        }
        assertThat(access.calls).singleElement().asString().contains("account", "local");
    }

    @Test
    void shows_modules_and_how_they_fare() throws Exception {
        access.answer("modules", List.of(MODULE))
                .answer("module", MODULE)
                .answer(
                        "moduleStats",
                        List.of(
                                new ModuleStats(
                                        new AgentType("tag-audit"),
                                        Map.of("succeeded", 5L),
                                        Map.of("DEADLINE", 1L),
                                        Map.of("busy", 0L, "idle", 2L),
                                        new ModuleUsage(
                                                Duration.ofMillis(41),
                                                Duration.ofMillis(40),
                                                131_072,
                                                7,
                                                900))));
        try (JMXConnector client = connect("eve")) {
            WasmModulesMXBean proxy =
                    JMX.newMXBeanProxy(
                            client.getMBeanServerConnection(),
                            bean("WasmModules"),
                            WasmModulesMXBean.class);
            ModuleView module = proxy.getModules().get(0);
            assertThat(module.getType()).isEqualTo("tag-audit");
            assertThat(module.getTrouble()).isEmpty();
            assertThat(module.getManifest().getLimits()).containsEntry("memoryPages", 64L);
            assertThat(module.getManifest().getPermissions()).containsExactly("cloud:read");
            assertThat(module.getOrigin().getAt()).isEqualTo(NOW.toString());
            assertThat(module.getOrigin().getPrevious()).isEmpty();
            assertThat(proxy.getModule("tag-audit").getDigest()).hasSize(64);
            ModuleStatsView stats = proxy.getStats().get(0);
            assertThat(stats.getTasks()).containsExactly(Map.entry("succeeded", 5L));
            assertThat(stats.getUsage().getCpuMillis()).isEqualTo(40);
            assertThat(stats.getUsage().getMemoryBytes()).isEqualTo(131_072);
        }
        assertThat(access.calls).containsExactly("modules[]", "module[tag-audit]", "moduleStats[]");
    }

    @Test
    void checks_installs_rolls_back_and_unloads_a_module() throws Exception {
        List<ModuleFile> files = new ArrayList<>();
        access.answer(
                        "checkModule",
                        given -> {
                            files.add((ModuleFile) given[0]);
                            return new ModuleReport(
                                    ModuleDigest.of(BINARY),
                                    8,
                                    Optional.empty(),
                                    List.of(
                                            new ModuleReport.Check(
                                                    "memory",
                                                    ModuleReport.Verdict.FAILED,
                                                    "300 of 256 pages")));
                        })
                .answer(
                        "installModule",
                        given -> {
                            files.add((ModuleFile) given[0]);
                            return MODULE;
                        })
                .answer("rollbackModule", MODULE)
                .answer("unloadModule", 2);
        byte[] json = {'{', '}'};
        CompositeData report =
                (CompositeData)
                        invoke(
                                "eve",
                                "WasmModules",
                                "check",
                                BINARY,
                                new byte[0],
                                new byte[0],
                                "tag-audit.wasm");
        assertThat(report.get("passed")).isEqualTo(false);
        assertThat(report.get("type")).isEqualTo("");
        assertThat(((CompositeData[]) report.get("checks"))[0].get("verdict")).isEqualTo("FAILED");
        try (JMXConnector client = connect("eve")) {
            WasmModulesMXBean proxy =
                    JMX.newMXBeanProxy(
                            client.getMBeanServerConnection(),
                            bean("WasmModules"),
                            WasmModulesMXBean.class);
            assertThat(proxy.install(BINARY, json, null, "tag-audit.wasm").getVersion())
                    .isEqualTo("1.2.0");
            assertThat(proxy.rollback("tag-audit").getType()).isEqualTo("tag-audit");
            assertThat(proxy.unload("tag-audit")).isEqualTo(2);
        }
        assertThat(files.get(0).binary()).isEqualTo(BINARY);
        assertThat(files.get(0).metadata()).isEmpty();
        assertThat(files.get(0).signature()).isEmpty();
        assertThat(files.get(1).metadata().orElseThrow()).isEqualTo(json);
        assertThat(files.get(1).signature()).isEmpty();
        assertThat(access.calls)
                .endsWith("rollbackModule[tag-audit]", "unloadModule[tag-audit]")
                .hasSize(4);
    }

    @Test
    void a_module_that_makes_no_sense_is_refused_before_the_hypervisor_is_asked() {
        for (String name :
                List.of(
                        "../a.wasm",
                        "/a.wasm",
                        "b\\a.wasm",
                        "a\n.wasm",
                        "..",
                        "",
                        "a".repeat(256))) {
            assertThatThrownBy(() -> check(BINARY, name))
                    .hasRootCauseExactlyInstanceOf(IllegalArgumentException.class)
                    .rootCause()
                    .hasMessageContaining("1 to 255 characters without a folder");
        }
        assertThatThrownBy(() -> check(new byte[0], "a.wasm"))
                .hasRootCauseMessage("'a.wasm' is empty; give its bytes.");
        assertThatThrownBy(() -> check(new byte[Modules.MOST + 1], "a.wasm"))
                .hasRootCauseMessage("'a.wasm' is, with what lies beside it, longer than 9 MiB.");
        assertThatThrownBy(() -> invoke("eve", "WasmModules", "unload", "Tag Audit"))
                .hasRootCauseMessage("not an agent type: 'Tag Audit'");
        assertThat(access.calls).isEmpty();
    }

    @Test
    void a_node_without_a_loader_says_what_to_install() throws Exception {
        String sentence = "this node runs no WebAssembly now; install the feature sirsi-wasm";
        access.refuse("modules", RefusedException.unavailable(sentence));
        try (JMXConnector client = connect("eve")) {
            assertThatThrownBy(
                            () ->
                                    client.getMBeanServerConnection()
                                            .getAttribute(bean("WasmModules"), "Modules"))
                    .hasRootCauseExactlyInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage(sentence);
        }
    }

    private Object check(byte[] binary, String name) throws Exception {
        return invoke("eve", "WasmModules", "check", binary, new byte[0], new byte[0], name);
    }

    private static CompositeData first(Object values) {
        return ((CompositeData[]) values)[0];
    }

    @Test
    void notifies_in_order_with_numbers_and_without_ids() throws Exception {
        BlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
        try (JMXConnector client = connect("eve")) {
            MBeanServerConnection remote = client.getMBeanServerConnection();
            for (String type : BEANS) {
                remote.addNotificationListener(
                        bean(type), (notification, none) -> heard.add(notification), null, null);
            }
            bus.publish(new SessionOpened(session(SessionState.ACTIVE), NOW));
            bus.publish(new AgentSpawned(agent(AgentState.READY), NOW));
            bus.publish(new AgentStateChanged(agent(AgentState.BUSY), AgentState.READY, NOW));
            bus.publish(
                    new TaskFinished(
                            task(new TaskState.Cancelled(NOW, "by eve")), Duration.ZERO, NOW));
            bus.publish(
                    new SessionStateChanged(
                            session(SessionState.TERMINATED), SessionState.ACTIVE, NOW));
            bus.publish(new ScanStarted(scan(ScanState.RUNNING), NOW));
            bus.publish(new ScanEnded(scan(ScanState.COMPLETE), 5, NOW));
            bus.publish(new ModuleInstalled(MODULE, NOW));
            bus.publish(
                    new AgentEmitted(
                            new AgentId("aws-1"),
                            new SessionId(SESSION),
                            "disk-full",
                            Payload.json("{}"),
                            NOW));
            bus.publish(new ModuleRefused("tag-audit.wasm", "nightly trouble", NOW));
            bus.publish(new ModuleUnloaded(new AgentType("tag-audit"), NOW));
            List<String> expected =
                    List.of(
                            "io.sirsi.session.opened 1 session ACTIVE " + print(SESSION),
                            "io.sirsi.agent.spawned 1 aws READY " + print("aws-1"),
                            "io.sirsi.agent.changed 2 aws BUSY " + print("aws-1"),
                            "io.sirsi.task.finished 1 cloud.identify Cancelled " + print(TASK),
                            "io.sirsi.session.changed 2 session TERMINATED " + print(SESSION),
                            "io.sirsi.scan.started 1 scan RUNNING " + print(SCAN),
                            "io.sirsi.scan.ended 2 scan COMPLETE " + print(SCAN),
                            "io.sirsi.module.installed 1 module INSTALLED " + print("tag-audit"),
                            "io.sirsi.module.refused 2 module REFUSED " + print("tag-audit.wasm"),
                            "io.sirsi.module.unloaded 3 module UNLOADED " + print("tag-audit"));
            for (String line : expected) {
                Notification notification = heard.poll(20, TimeUnit.SECONDS);
                assertThat(notification).as(line).isNotNull();
                CompositeData fact = (CompositeData) notification.getUserData();
                assertThat(
                                notification.getType()
                                        + " "
                                        + notification.getSequenceNumber()
                                        + " "
                                        + fact.get("kind")
                                        + " "
                                        + fact.get("state")
                                        + " "
                                        + fact.get("fingerprint"))
                        .isEqualTo(line);
                assertThat(notification.getTimeStamp()).isEqualTo(NOW.toEpochMilli());
                assertThat(notification.getSource()).isInstanceOf(ObjectName.class);
                assertThat(notification.getMessage() + fact)
                        .doesNotContain("0123456789abcdefgh", "nightly", "by eve", "tag-audit");
            }
            assertThat(heard).as("what an agent emits is for its session").isEmpty();
        }
    }

    private static String print(String id) {
        return Notices.fingerprint(id);
    }

    @Test
    void the_fingerprint_is_what_sha256sum_prints() {
        // printf aws-1 | sha256sum | cut -c1-16
        assertThat(Notices.fingerprint("aws-1")).isEqualTo("db032d3bcf7584cf");
    }

    @Test
    void closes_behind_itself() throws Exception {
        assertThat(bus.listeners()).isEqualTo(1);
        door.stop();
        assertThat(server.queryNames(new ObjectName("io.sirsi:*"), null)).isEmpty();
        assertThat(bus.listeners()).isZero();
    }

    @Test
    void does_not_stay_half_open_when_a_name_is_taken() throws Exception {
        door.stop();
        server.registerMBean(new Sessions(new Calls(access)), bean("Agents"));
        assertThatThrownBy(() -> new JmxDoor(server, new Calls(access), bus, Clock.systemUTC()))
                .isInstanceOf(InstanceAlreadyExistsException.class);
        assertThat(server.queryNames(new ObjectName("io.sirsi:*"), null)).hasSize(1);
        assertThat(bus.listeners()).isZero();
    }
}
