package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.agent.Health;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditVerification;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ProviderInfo;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanProgress;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.event.SubscriberStats;
import io.sirsi.event.Subscription;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.NodeStatus;
import io.sirsi.hypervisor.TaskListener;
import io.sirsi.security.Permission;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionSpec;
import io.sirsi.task.Explanation;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.telemetry.MetricSample;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleTrial;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** One caller's desks behind one counter. */
record CallerHypervisor(
        SessionDesk sessionDesk,
        AgentDesk agentDesk,
        TaskDesk taskDesk,
        CloudDesk cloudDesk,
        WasmDesk wasmDesk,
        NodeDesk nodeDesk)
        implements Hypervisor {

    @Override
    public Session openSession(SessionSpec spec) {
        return sessionDesk.openSession(spec);
    }

    @Override
    public Session session(SessionId session) {
        return sessionDesk.session(session);
    }

    @Override
    public List<Session> sessions() {
        return sessionDesk.sessions();
    }

    @Override
    public Session suspendSession(SessionId session) {
        return sessionDesk.suspendSession(session);
    }

    @Override
    public Session resumeSession(SessionId session) {
        return sessionDesk.resumeSession(session);
    }

    @Override
    public Session closeSession(SessionId session) {
        return sessionDesk.closeSession(session);
    }

    @Override
    public List<AgentDescriptor> agentTypes() {
        return agentDesk.agentTypes();
    }

    @Override
    public AgentId spawnAgent(SessionId session, AgentSpec spec) {
        return agentDesk.spawnAgent(session, spec);
    }

    @Override
    public AgentSnapshot agent(AgentId agent) {
        return agentDesk.agent(agent);
    }

    @Override
    public List<AgentSnapshot> agents() {
        return agentDesk.agents();
    }

    @Override
    public Health agentHealth(AgentId agent) {
        return agentDesk.agentHealth(agent);
    }

    @Override
    public int terminateAgent(AgentId agent) {
        return agentDesk.terminateAgent(agent);
    }

    @Override
    public TaskId submitTask(SessionId session, TaskSpec spec) {
        return taskDesk.submitTask(session, spec);
    }

    @Override
    public TaskSnapshot task(TaskId task) {
        return taskDesk.task(task);
    }

    @Override
    public List<TaskSnapshot> tasks(TaskQuery query) {
        return taskDesk.tasks(query);
    }

    @Override
    public boolean cancelTask(TaskId task) {
        return taskDesk.cancelTask(task);
    }

    @Override
    public List<TaskId> submitTasks(SessionId session, TaskGraph graph) {
        return taskDesk.submitTasks(session, graph);
    }

    @Override
    public boolean pauseTask(TaskId task) {
        return taskDesk.pauseTask(task);
    }

    @Override
    public boolean resumeTask(TaskId task) {
        return taskDesk.resumeTask(task);
    }

    @Override
    public void pauseTasks() {
        taskDesk.pauseTasks();
    }

    @Override
    public void resumeTasks() {
        taskDesk.resumeTasks();
    }

    @Override
    public Explanation explainTask(TaskId task) {
        return taskDesk.explainTask(task);
    }

    @Override
    public Subscription watchTask(TaskId task, TaskListener listener) {
        return taskDesk.watchTask(task, listener);
    }

    @Override
    public SchedulerStats taskStats() {
        return taskDesk.taskStats();
    }

    @Override
    public List<ProviderInfo> providers() {
        return cloudDesk.providers();
    }

    @Override
    public ScanId startScan(ScanSpec spec) {
        return cloudDesk.startScan(spec);
    }

    @Override
    public ScanProgress scanProgress(ScanId scan) {
        return cloudDesk.scanProgress(scan);
    }

    @Override
    public boolean cancelScan(ScanId scan) {
        return cloudDesk.cancelScan(scan);
    }

    @Override
    public List<Scan> scans(int limit) {
        return cloudDesk.scans(limit);
    }

    @Override
    public ScanSummary scanSummary(ScanId scan) {
        return cloudDesk.scanSummary(scan);
    }

    @Override
    public void forEachResource(ResourceQuery query, Consumer<CloudResource> reader) {
        cloudDesk.forEachResource(query, reader);
    }

    @Override
    public List<Finding> findings(ScanId scan) {
        return cloudDesk.findings(scan);
    }

    @Override
    public List<InstalledModule> modules() {
        return wasmDesk.modules();
    }

    @Override
    public InstalledModule module(AgentType type) {
        return wasmDesk.module(type);
    }

    @Override
    public List<ModuleStats> moduleStats() {
        return wasmDesk.moduleStats();
    }

    @Override
    public ModuleReport checkModule(ModuleFile file) {
        return wasmDesk.checkModule(file);
    }

    @Override
    public ModuleTrial.Result runModule(ModuleFile file, ModuleTrial trial) {
        return wasmDesk.runModule(file, trial);
    }

    @Override
    public InstalledModule installModule(ModuleFile file) {
        return wasmDesk.installModule(file);
    }

    @Override
    public InstalledModule rollbackModule(AgentType type) {
        return wasmDesk.rollbackModule(type);
    }

    @Override
    public int unloadModule(AgentType type) {
        return wasmDesk.unloadModule(type);
    }

    @Override
    public NodeStatus status() {
        return nodeDesk.status();
    }

    @Override
    public Set<Permission> myPermissions() {
        return nodeDesk.myPermissions();
    }

    @Override
    public List<AuditRecord> auditRecords(AuditQuery query) {
        return nodeDesk.auditRecords(query);
    }

    @Override
    public AuditVerification verifyAudit() {
        return nodeDesk.verifyAudit();
    }

    @Override
    public List<MetricSample> metrics(String prefix) {
        return nodeDesk.metrics(prefix);
    }

    @Override
    public List<SubscriberStats> subscribers() {
        return nodeDesk.subscribers();
    }
}
