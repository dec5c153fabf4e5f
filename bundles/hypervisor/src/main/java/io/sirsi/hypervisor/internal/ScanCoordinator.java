package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.cloud.CloudAccount;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Inventory;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanEnded;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanProgress;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanStarted;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import io.sirsi.id.RandomIds;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionSpec;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskSubmitted;
import io.sirsi.telemetry.AgentMetrics;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads scans from their start to their end: identify, discover, findings, summary. It learns of
 * tasks from events, which only update what it knows of them; {@link #runDue} draws the
 * conclusions, on one thread. A component of its own, and without the authorizer, so that a scan
 * outlives a change of security. Thread-safe; no lock is held while another service is called.
 */
@Component(
        service = ScanCoordinator.class,
        immediate = true,
        configurationPid = "io.sirsi.hypervisor")
public final class ScanCoordinator {

    static final String METRIC = "infrastructure_scan";

    private static final Logger log = LoggerFactory.getLogger(ScanCoordinator.class);
    private static final Duration IDENTIFY_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration FINDINGS_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration SUMMARY_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration REFRESH = Duration.ofSeconds(5);
    private static final int REMEMBERED = 16;
    private static final int MAX_AGENTS = 100_000;
    private static final int MAX_TASKS = 10_000_000;

    private final CloudProviders providers;
    private final SessionRegistry sessions;
    private final Node node;
    private final Settings settings;
    private final Clock clock;
    private final RandomIds ids;
    private final Executor closer;
    private final AtomicReference<@Nullable AgentMetrics> metrics = new AtomicReference<>();
    private final Map<ScanId, RunningScan> running = new ConcurrentHashMap<>();
    private final AtomicInteger places = new AtomicInteger();
    private final Deque<ScanProgress> remembered = new ArrayDeque<>();
    private final List<Subscription> subscriptions;

    /** Sessions of scans that ran when the node, or this component, went down. */
    private final Set<SessionId> orphans;

    private volatile boolean recovered;
    private volatile Runnable nudge = () -> {};
    private @Nullable OwnedTimer timer;
    private @Nullable ExecutorService ownedCloser;

    /** The services that a scan uses. */
    record Node(AgentRuntime agents, TaskScheduler tasks, Inventory inventory, EventBus bus) {}

    /**
     * Begins, with a thread of its own; scans that a crash left running are marked interrupted.
     *
     * @param providers the clouds
     * @param sessions where scans live
     * @param agents who does the work
     * @param tasks when
     * @param inventory where it is kept
     * @param bus where facts are told
     * @param config how many scans, how long they wait
     */
    @Activate
    public ScanCoordinator(
            @Reference CloudProviders providers,
            @Reference SessionRegistry sessions,
            @Reference AgentRuntime agents,
            @Reference TaskScheduler tasks,
            @Reference Inventory inventory,
            @Reference EventBus bus,
            HypervisorConfig config) {
        this(
                providers,
                sessions,
                new Node(agents, tasks, inventory, bus),
                Settings.of(config),
                Clock.systemUTC(),
                new RandomIds(new SecureRandom()),
                closingThreads());
        ownedCloser = (ExecutorService) closer;
        recover();
        OwnedTimer started = new OwnedTimer("sirsi-scans", settings.waits().tick(), this::runDue);
        timer = started;
        nudge = started::nudge;
    }

    ScanCoordinator(
            CloudProviders providers,
            SessionRegistry sessions,
            Node node,
            Settings settings,
            Clock clock,
            RandomIds ids,
            Executor closer) {
        this.providers = providers;
        this.sessions = sessions;
        this.node = node;
        this.settings = settings;
        this.clock = clock;
        this.ids = ids;
        this.closer = closer;
        this.orphans =
                sessions.ofNode().stream().map(Session::id).collect(Collectors.toUnmodifiableSet());
        this.subscriptions =
                List.of(
                        node.bus()
                                .subscribe(
                                        TaskSubmitted.class,
                                        SubscriberOptions.sync("scans-submitted"),
                                        event -> see(event.task())),
                        node.bus()
                                .subscribe(
                                        TaskFinished.class,
                                        SubscriberOptions.sync("scans-finished"),
                                        event -> see(event.task())),
                        node.bus()
                                .subscribe(
                                        TaskProgressed.class,
                                        SubscriberOptions.sync("scans-progress"),
                                        event ->
                                                running.values()
                                                        .forEach(
                                                                scan ->
                                                                        scan.progressed(
                                                                                event.task(),
                                                                                event.done()))));
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setMetrics(AgentMetrics newMetrics) {
        metrics.set(newMetrics);
    }

    void unsetMetrics(AgentMetrics oldMetrics) {
        metrics.compareAndSet(oldMetrics, null);
    }

    /** Ends what runs as interrupted. */
    @Deactivate
    public void stop() {
        if (timer != null) {
            timer.close();
        }
        subscriptions.forEach(Subscription::close);
        for (RunningScan scan : running.values()) {
            try {
                node.tasks().cancelAll(scan.session, "the hypervisor stops");
                end(scan, ScanState.INTERRUPTED);
                sessions.close(scan.session, "the hypervisor stops");
            } catch (RuntimeException e) {
                // The next activation finds it Running and marks it.
                log.warn("{} could not be marked interrupted", scan.scan.id(), e);
            } finally {
                // Whoever still holds this instance and asks must hear that it is over.
                remember(scan.progress(ended(scan.scan, ScanState.INTERRUPTED, clock.instant())));
                release(scan);
            }
        }
        if (ownedCloser != null) {
            ownedCloser.shutdown();
        }
    }

    /** {@return how many scans run} */
    int runningCount() {
        return running.size();
    }

    /** {@return the providers that a scan would cover; unknown names are ignored} */
    List<CloudProviders.Known> chosen(ScanSpec spec) {
        return ScanPlan.choose(spec, providers.all());
    }

    /**
     * Starts a scan. Waits for the providers to look for their accounts.
     *
     * @param owner who wants it
     * @param spec what is wanted
     * @return its name
     * @throws RefusedException INVALID for what nobody knows, LIMIT if too many scans run
     */
    ScanId start(String owner, ScanSpec spec) {
        ScanPlan.check(spec, providers.all());
        if (places.incrementAndGet() > settings.maxScans()) {
            places.decrementAndGet();
            throw RefusedException.limit(
                    "there are "
                            + settings.maxScans()
                            + " scans under way, which is the most at once; wait for one, or cancel"
                            + " it");
        }
        boolean placed = false;
        try {
            List<CloudProviders.Answer> answers = providers.ask(chosen(spec));
            ScanPlan.checkAccounts(spec, answers);
            RunningScan scan = begin(owner, spec);
            placed = true;
            try {
                prepare(scan, answers);
            } catch (RuntimeException e) {
                log.warn("{} could not be prepared", scan.scan.id(), e);
                finish(scan, ScanState.INTERRUPTED);
                throw e;
            }
            nudge.run();
            return scan.scan.id();
        } finally {
            if (!placed) {
                places.decrementAndGet();
            }
        }
    }

    /** {@return how far a scan is; empty if there is none with this name} */
    Optional<ScanProgress> progress(ScanId id) {
        RunningScan scan = running.get(id);
        if (scan != null) {
            return Optional.of(scan.progress(scan.scan));
        }
        synchronized (remembered) {
            Optional<ScanProgress> last =
                    remembered.stream()
                            .filter(progress -> progress.scan().id().equals(id))
                            .findFirst();
            if (last.isPresent()) {
                return last;
            }
        }
        return node.inventory().summary(id).map(ScanCoordinator::progressOf);
    }

    /**
     * Calls a scan off.
     *
     * @return whether it was running
     * @throws RefusedException NOT_FOUND if there is none with this name
     */
    boolean cancel(ScanId id, String reason) {
        RunningScan scan = running.get(id);
        if (scan == null) {
            if (node.inventory().scan(id).isEmpty()) {
                throw absent(id);
            }
            return false;
        }
        boolean first = scan.cancel(reason);
        node.tasks().cancelAll(scan.session, reason);
        nudge.run();
        return first;
    }

    /** {@return the refusal for a scan that is not there} */
    static RefusedException absent(ScanId id) {
        return RefusedException.notFound(
                "there is no scan '" + id + "'; list the scans to see their names");
    }

    /** One turn: moves every running scan on as far as it can go now. */
    void runDue() {
        if (!recovered) {
            recover();
        }
        for (RunningScan scan : running.values()) {
            try {
                step(scan);
                scan.calm();
            } catch (RuntimeException e) {
                if (scan.trouble()) {
                    log.warn("{} cannot go on for now", scan.scan.id(), e);
                }
                giveUpLate(scan);
            }
        }
    }

    private RunningScan begin(String owner, ScanSpec spec) {
        Instant now = clock.instant();
        Scan scan =
                new Scan(
                        new ScanId(ids.next("scan")),
                        owner,
                        spec,
                        ScanState.RUNNING,
                        new Scan.Span(now, Optional.empty()));
        Duration life = spec.timeout().plus(settings.waits().scanGrace().multipliedBy(4));
        Session session =
                sessions.openBeyondLimits(
                        owner,
                        new SessionSpec(
                                scan.id().value(), new SessionLimits(MAX_AGENTS, MAX_TASKS, life)));
        RunningScan begun = new RunningScan(scan, session.id());
        running.put(scan.id(), begun);
        try {
            node.inventory().begin(scan);
        } catch (RuntimeException e) {
            running.remove(scan.id());
            sessions.close(session.id(), "the scan could not begin");
            throw e;
        }
        node.bus().publish(new ScanStarted(scan, now));
        log.info("{} started by {}: {}", scan.id(), owner, describe(spec));
        return begun;
    }

    private void prepare(RunningScan scan, List<CloudProviders.Answer> answers) {
        ScanSpec spec = scan.scan.spec();
        for (CloudProviders.Answer answer : answers) {
            String provider = answer.provider().name();
            CloudScope everything = new CloudScope(provider, provider, CloudScope.GLOBAL);
            if (answer.failure().isPresent()) {
                gap(scan, everything, answer.failure().get());
            } else if (answer.accounts().isEmpty() && spec.providers().contains(provider)) {
                gap(
                        scan,
                        everything,
                        AgentFailure.of(
                                AgentFailure.Code.UNAUTHENTICATED,
                                answer.hint()
                                        .orElse(
                                                provider
                                                        + " has no account; configure one and scan"
                                                        + " again")));
            }
            for (CloudAccount account : answer.accounts()) {
                if (spec.accounts().isEmpty() || spec.accounts().contains(account.name())) {
                    identify(scan, answer.provider(), account);
                }
            }
        }
        scan.prepared(scan.looksAtSomething() ? inventoryAgent(scan) : null);
    }

    private void identify(RunningScan scan, CloudProviders.Known provider, CloudAccount account) {
        ScanSpec spec = scan.scan.spec();
        try {
            AgentId agent =
                    node.agents()
                            .spawn(
                                    scan.session,
                                    AgentSpec.of(provider.name())
                                            .capabilities(none -> provider.offers())
                                            .setting(CloudTasks.ACCOUNT, account.name()))
                            .id();
            TaskId task =
                    node.tasks()
                            .schedule(
                                    scan.session,
                                    TaskSpec.of(CloudTasks.IDENTIFY)
                                            .constraint(AgentConstraint.named(agent))
                                            .timeout(shorter(IDENTIFY_TIMEOUT, spec.timeout()))
                                            .label(CloudTasks.SCAN, scan.scan.id().value())
                                            .label(CloudTasks.PROVIDER, provider.name())
                                            .label(CloudTasks.ACCOUNT, account.name())
                                            .input(
                                                    Payload.fields(
                                                            Map.of(
                                                                    CloudTasks.REGIONS,
                                                                    String.join(
                                                                            ",", spec.regions()),
                                                                    CloudTasks.TYPES,
                                                                    spec.types().stream()
                                                                            .map(
                                                                                    ResourceType
                                                                                            ::value)
                                                                            .collect(
                                                                                    Collectors
                                                                                            .joining(
                                                                                                    ","))))));
            node.tasks().find(task).ifPresent(scan::see);
        } catch (RefusedException e) {
            gap(
                    scan,
                    new CloudScope(provider.name(), account.name(), CloudScope.GLOBAL),
                    AgentFailure.of(codeOf(e.reason()), String.valueOf(e.getMessage())));
        }
    }

    private @Nullable AgentId inventoryAgent(RunningScan scan) {
        try {
            return node.agents().spawn(scan.session, AgentSpec.of("inventory")).id();
        } catch (RefusedException e) {
            log.warn("{} goes on without findings: {}", scan.scan.id(), e.getMessage());
            gap(
                    scan,
                    new CloudScope("inventory", "inventory", CloudScope.GLOBAL),
                    AgentFailure.of(
                            codeOf(e.reason()), "nothing was checked by rules: " + e.getMessage()));
            return null;
        }
    }

    private void see(TaskSnapshot task) {
        String label = task.spec().labels().get(CloudTasks.SCAN);
        if (label == null) {
            return;
        }
        for (RunningScan scan : running.values()) {
            // A label can be written by anyone; the session cannot.
            if (scan.session.equals(task.session()) && scan.scan.id().value().equals(label)) {
                scan.see(task);
                if (task.state().isFinal()) {
                    nudge.run();
                }
            }
        }
    }

    private void step(RunningScan scan) {
        if (!scan.isPrepared()) {
            return;
        }
        Instant now = clock.instant();
        if (scan.refreshDue(now, REFRESH)) {
            refresh(scan);
            giveUpAbsent(scan, now);
        }
        writeGaps(scan, false);
        Duration grace = settings.waits().scanGrace();
        noteClosedSession(scan);
        if (scan.isCancelled()) {
            boolean late = !now.isBefore(scan.stoppingSince(now).plus(grace));
            if (scan.allEnded() || late) {
                refresh(scan);
                writeGaps(scan, true);
                finish(scan, ScanState.CANCELLED);
            }
            return;
        }
        Instant deadline = scan.scan.span().startedAt().plus(scan.scan.spec().timeout());
        if (!now.isBefore(deadline)) {
            overdue(scan, now, deadline);
        }
        if (!running.containsKey(scan.scan.id()) || !scan.identifiesEnded()) {
            return;
        }
        if (!scan.findingsSubmitted()) {
            refresh(scan);
            submitFindings(scan);
        }
        if (scan.allEnded()) {
            refresh(scan);
            if (scan.allEnded()) {
                writeGaps(scan, false);
                finish(scan, null);
            }
        }
    }

    /**
     * An agent whose bundle went away waits for it, and a scan waits with it, but not for long:
     * what only that agent could see is a gap then.
     */
    private void giveUpAbsent(RunningScan scan, Instant now) {
        Duration grace = settings.waits().scanGrace();
        for (AgentSnapshot agent : node.agents().list()) {
            if (agent.session().equals(scan.session)
                    && agent.state() == AgentState.INITIALIZING
                    && !now.isBefore(agent.since().plus(grace))) {
                String reason = node.agents().health(agent.id()).sentence();
                scan.unfinishedLooks(agent.spec().type().value())
                        .forEach(task -> node.tasks().cancel(task, reason));
            }
        }
    }

    /**
     * Its time ran out: what looks is called off, findings of what was seen get one grace, and
     * after a second one nobody is waited for.
     */
    private void overdue(RunningScan scan, Instant now, Instant deadline) {
        Duration grace = settings.waits().scanGrace();
        String reason =
                "the scan's time of " + scan.scan.spec().timeout().toSeconds() + " s ran out";
        if (!scan.isCutShort()) {
            log.info("{}: {}", scan.scan.id(), reason);
            scan.cutShort();
        }
        scan.unfinishedLooks().forEach(task -> node.tasks().cancel(task, reason));
        if (!now.isBefore(deadline.plus(grace))) {
            node.tasks().cancelAll(scan.session, reason);
        }
        if (!now.isBefore(deadline.plus(grace.multipliedBy(2)))) {
            writeGaps(scan, true);
            finish(scan, null);
        }
    }

    private void submitFindings(RunningScan scan) {
        Optional<AgentId> agent = scan.inventoryAgent();
        if (agent.isEmpty() || !scan.takeFindings()) {
            return;
        }
        TaskSpec findings = onInventory(scan, CloudTasks.FINDINGS, agent.get(), FINDINGS_TIMEOUT);
        for (TaskId look : scan.unfinishedLooks()) {
            findings = findings.afterAnyEnd(look);
        }
        try {
            TaskId first = node.tasks().schedule(scan.session, findings);
            TaskId second =
                    node.tasks()
                            .schedule(
                                    scan.session,
                                    onInventory(
                                                    scan,
                                                    CloudTasks.SUMMARY,
                                                    agent.get(),
                                                    SUMMARY_TIMEOUT)
                                            .afterAnyEnd(first));
            node.tasks().find(first).ifPresent(scan::see);
            node.tasks().find(second).ifPresent(scan::see);
        } catch (RefusedException e) {
            gap(
                    scan,
                    new CloudScope("inventory", "inventory", CloudScope.GLOBAL),
                    AgentFailure.of(
                            codeOf(e.reason()), "nothing was checked by rules: " + e.getMessage()));
        }
    }

    private static TaskSpec onInventory(
            RunningScan scan, String type, AgentId agent, Duration timeout) {
        return TaskSpec.of(type)
                .constraint(AgentConstraint.named(agent))
                .timeout(timeout)
                .label(CloudTasks.SCAN, scan.scan.id().value());
    }

    private void noteClosedSession(RunningScan scan) {
        boolean closed =
                sessions.find(scan.session).map(session -> session.state().isFinal()).orElse(true);
        if (closed) {
            scan.cancel("the session of the scan was closed");
        }
    }

    /** Asks the scheduler for what an event may have missed. */
    private void refresh(RunningScan scan) {
        node.tasks()
                .list(
                        new TaskQuery(
                                Optional.of(scan.session),
                                Set.of(),
                                Map.of(CloudTasks.SCAN, scan.scan.id().value()),
                                1_000_000))
                .forEach(scan::see);
    }

    private void writeGaps(RunningScan scan, boolean withUnfinished) {
        for (RunningScan.Loss loss : scan.losses(withUnfinished)) {
            loss.gaps().forEach(gap -> node.inventory().gap(scan.scan.id(), gap));
            scan.settle(loss.task());
        }
    }

    /** Ends a scan in a state, or in the one that its gaps say. */
    private void finish(RunningScan scan, @Nullable ScanState wanted) {
        ScanSummary summary = node.inventory().summary(scan.scan.id()).orElseThrow();
        ScanState state =
                wanted != null
                        ? wanted
                        : summary.gaps().isEmpty() ? ScanState.COMPLETE : ScanState.PARTIAL;
        Scan ended = end(scan, state);
        remember(scan.progress(ended));
        release(scan);
        closer.execute(
                () -> {
                    closeSession(scan.session, "the scan ended");
                    told(ended, summary.resources());
                });
        log.info(
                "{} ended {}: {} resources, {} gaps",
                ended.id(),
                state,
                summary.resources(),
                summary.gaps().size());
    }

    private void told(Scan ended, long resources) {
        Instant at = ended.span().endedAt().orElseThrow();
        node.bus().publish(new ScanEnded(ended, resources, at));
        AgentMetrics measured = metrics.get();
        if (measured != null) {
            measured.recordAgentOperation(
                    METRIC,
                    Duration.between(ended.span().startedAt(), at),
                    ended.state() == ScanState.COMPLETE,
                    false);
        }
    }

    private Scan end(RunningScan scan, ScanState state) {
        Scan ended = ended(scan.scan, state, clock.instant());
        node.inventory().end(ended, scan.apiCalls());
        return ended;
    }

    private void release(RunningScan scan) {
        if (running.remove(scan.scan.id()) != null) {
            places.decrementAndGet();
        }
    }

    /** A scan whose end cannot even be written is let go; the next activation marks it. */
    private void giveUpLate(RunningScan scan) {
        Instant deadline = scan.scan.span().startedAt().plus(scan.scan.spec().timeout());
        if (clock.instant().isAfter(deadline.plus(settings.waits().scanGrace().multipliedBy(3)))) {
            log.error("{} is given up: its end cannot be recorded", scan.scan.id());
            recovered = false;
            release(scan);
            closer.execute(() -> closeSession(scan.session, "the scan was given up"));
        }
    }

    /** Nobody leads these scans any more: they end, and nothing runs for them. */
    private void recover() {
        orphans.forEach(
                session -> closer.execute(() -> closeSession(session, "its scan was interrupted")));
        try {
            for (Scan scan : node.inventory().scans(1_000_000)) {
                if (scan.state() == ScanState.RUNNING && !running.containsKey(scan.id())) {
                    node.inventory().end(ended(scan, ScanState.INTERRUPTED, clock.instant()), 0);
                    log.warn("{} was interrupted when the node went down", scan.id());
                }
            }
            recovered = true;
        } catch (RefusedException e) {
            log.warn("interrupted scans are marked later: {}", e.getMessage());
        }
    }

    /**
     * Ends a session if it has not ended; if it cannot be, the next activation or its time will.
     */
    private void closeSession(SessionId session, String reason) {
        try {
            if (sessions.find(session).filter(one -> !one.state().isFinal()).isPresent()) {
                sessions.close(session, reason);
            }
        } catch (RefusedException e) {
            log.warn("{} could not be closed: {}", session, e.getMessage());
        }
    }

    private void gap(RunningScan scan, CloudScope scope, AgentFailure failure) {
        node.inventory().gap(scan.scan.id(), new CoverageGap(scope, Optional.empty(), failure));
    }

    private void remember(ScanProgress progress) {
        synchronized (remembered) {
            remembered.addFirst(progress);
            while (remembered.size() > REMEMBERED) {
                remembered.removeLast();
            }
        }
    }

    private static ScanProgress progressOf(ScanSummary summary) {
        Map<CloudScope, Long> counts =
                summary.counts().stream()
                        .collect(
                                Collectors.groupingBy(
                                        ScanSummary.Count::scope,
                                        Collectors.summingLong(ScanSummary.Count::count)));
        return new ScanProgress(
                summary.scan(),
                summary.scan().state() == ScanState.RUNNING ? "unknown" : "ended",
                counts.entrySet().stream()
                        .map(
                                entry ->
                                        new ScanProgress.ScopeProgress(
                                                entry.getKey(), 0, 0, 0, entry.getValue()))
                        .sorted(Comparator.comparing(progress -> progress.scope().toString()))
                        .toList());
    }

    private static Scan ended(Scan scan, ScanState state, Instant at) {
        return new Scan(
                scan.id(),
                scan.owner(),
                scan.spec(),
                state,
                new Scan.Span(scan.span().startedAt(), Optional.of(at)));
    }

    private static AgentFailure.Code codeOf(RefusedException.Reason reason) {
        return switch (reason) {
            case DENIED -> AgentFailure.Code.FORBIDDEN;
            case NOT_FOUND -> AgentFailure.Code.GONE;
            case INVALID, CONFLICT -> AgentFailure.Code.INVALID;
            case LIMIT -> AgentFailure.Code.LIMIT;
            case UNAVAILABLE -> AgentFailure.Code.UNREACHABLE;
        };
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String describe(ScanSpec spec) {
        return "providers "
                + (spec.providers().isEmpty() ? "all" : spec.providers())
                + ", accounts "
                + (spec.accounts().isEmpty() ? "all" : spec.accounts())
                + ", regions "
                + (spec.regions().isEmpty() ? "all" : spec.regions())
                + ", types "
                + (spec.types().isEmpty() ? "all" : spec.types());
    }

    /** Ending a session waits for its agents; that must not hold up the other scans. */
    private static ExecutorService closingThreads() {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                5,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> {
                    Thread thread = new Thread(work, "sirsi-scan-end-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
