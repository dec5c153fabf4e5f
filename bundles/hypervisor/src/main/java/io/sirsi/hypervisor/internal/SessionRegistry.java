package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.Health;
import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditTrail;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import io.sirsi.id.RandomIds;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.Journals;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionOpened;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import io.sirsi.session.SessionStateChanged;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskState;
import io.sirsi.task.TaskSubmitted;
import io.sirsi.task.TasksRecovered;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the sessions: in memory, and in a log from which they come back after a restart. A change
 * is acknowledged when it is on disk. A component of its own, and without the authorizer, so that
 * sessions outlive a change of security. Thread-safe; no lock is held while another service is
 * called, but for the log, which has one writer at a time.
 */
@Component(
        service = SessionRegistry.class,
        immediate = true,
        configurationPid = "io.sirsi.hypervisor")
public final class SessionRegistry {

    private static final Logger log = LoggerFactory.getLogger(SessionRegistry.class);
    private static final Permission EXPIRE = Permission.of("session:expire");
    private static final Permission LIMIT = Permission.of("session:limit");
    private static final Permission RECOVER = Permission.of("session:recover");
    private static final Duration EXPIRE_AGAIN = Duration.ofMinutes(1);
    private static final long SNAPSHOT_BYTES = 1 << 20;
    private static final Duration SNAPSHOT_AGAIN = Duration.ofMinutes(1);

    private final AgentRuntime agents;
    private final TaskScheduler tasks;
    private final EventBus bus;
    private final Ledger ledger;
    private final Settings settings;
    private final Clock clock;
    private final RandomIds ids;
    private final SessionLog onDisk;

    /** Held while a change is written and becomes visible, so that memory and disk agree. */
    private final Object changes = new Object();

    private final Map<SessionId, Entry> live = new ConcurrentHashMap<>();
    private final Deque<SessionLog.Kept> ended = new ArrayDeque<>();
    private final Set<SessionId> strays = ConcurrentHashMap.newKeySet();
    private final List<Subscription> subscriptions;
    private Instant nextSnapshot = Instant.MIN;

    /** Whether the scheduler knows what sessions weigh and whether they are suspended. */
    private final AtomicBoolean told = new AtomicBoolean();

    private boolean waitsForScheduler;
    private @Nullable OwnedTimer timer;

    /** What the registry works with. */
    record Node(AgentRuntime agents, TaskScheduler tasks, EventBus bus, Ledger ledger) {}

    /** A live session and what is about to be added to it. */
    private static final class Entry {
        private volatile Session session;
        private final boolean ofNode;
        private volatile Instant expireFrom = Instant.MIN;
        private final AtomicLong comingTasks = new AtomicLong();
        private final AtomicInteger comingAgents = new AtomicInteger();

        /** Whether tasks came since they were counted. */
        private final AtomicBoolean grown = new AtomicBoolean(true);

        Entry(Session session, boolean ofNode) {
            this.session = session;
            this.ofNode = ofNode;
        }

        SessionLog.Kept with(SessionState state) {
            return new SessionLog.Kept(
                    new Session(
                            session.id(),
                            session.owner(),
                            session.spec(),
                            state,
                            session.openedAt()),
                    ofNode);
        }
    }

    /**
     * Begins, with the sessions that were there, and with a thread of its own.
     *
     * @param journals where sessions are kept
     * @param agents whose agents live in sessions
     * @param tasks whose tasks do
     * @param bus where changes are told
     * @param trail where expiry is written
     * @param config the limits of the node
     */
    @Activate
    public SessionRegistry(
            @Reference Journals journals,
            @Reference AgentRuntime agents,
            @Reference TaskScheduler tasks,
            @Reference EventBus bus,
            @Reference AuditTrail trail,
            HypervisorConfig config) {
        this(
                journals,
                new Node(agents, tasks, bus, new Ledger(trail)),
                Settings.of(config),
                Clock.systemUTC(),
                new RandomIds(new SecureRandom()));
        timer = new OwnedTimer("sirsi-sessions", settings.waits().tick(), this::runDue);
    }

    SessionRegistry(Journals journals, Node node, Settings settings, Clock clock, RandomIds ids) {
        this.agents = node.agents();
        this.tasks = node.tasks();
        this.bus = node.bus();
        this.ledger = node.ledger();
        this.settings = settings;
        this.clock = clock;
        this.ids = ids;
        this.onDisk = recover(journals);
        this.subscriptions =
                List.of(
                        bus.subscribe(
                                TaskSubmitted.class,
                                SubscriberOptions.sync("sessions-submitted"),
                                event -> submitted(event.task().session())),
                        bus.subscribe(
                                TasksRecovered.class,
                                SubscriberOptions.sync("sessions-recovered"),
                                event -> told.set(false)));
        lookAfterTasks();
    }

    /** Ends nothing: sessions, their tasks and their agents are there for the next one. */
    @Deactivate
    public void stop() {
        if (timer != null) {
            timer.close();
        }
        subscriptions.forEach(Subscription::close);
        synchronized (changes) {
            onDisk.close();
        }
    }

    /**
     * Opens a session.
     *
     * @throws RefusedException LIMIT if it asks for more than the node gives, or the node is full
     */
    Session open(String owner, SessionSpec spec) {
        Settings.NodeLimits node = settings.limits();
        SessionLimits asked = spec.limits();
        refuseAbove("maxAgents", asked.maxAgents(), node.agents());
        refuseAbove("maxTasks", asked.maxTasks(), node.tasks());
        refuseAbove("weight", asked.weight(), node.weight());
        if (asked.lifetime().compareTo(node.lifetime()) > 0) {
            throw RefusedException.limit(
                    "a session may live for at most "
                            + node.lifetime().toHours()
                            + " h here, asked were "
                            + asked.lifetime()
                            + "; ask for less");
        }
        return opened(owner, spec, false);
    }

    /** Opens a session for the node's own work in an owner's name. */
    Session openBeyondLimits(String owner, SessionSpec spec) {
        return opened(owner, spec, true);
    }

    /** {@return the open sessions of the node's own work} */
    List<Session> ofNode() {
        return live.values().stream()
                .filter(entry -> entry.ofNode)
                .map(entry -> entry.session)
                .toList();
    }

    private Session opened(String owner, SessionSpec spec, boolean ofNode) {
        Instant now = clock.instant();
        Entry entry =
                new Entry(
                        new Session(
                                new SessionId(ids.next("s")),
                                owner,
                                spec,
                                SessionState.ACTIVE,
                                now),
                        ofNode);
        Session session = entry.session;
        synchronized (changes) {
            int most = settings.limits().sessions();
            if (!ofNode && live.size() >= most) {
                throw RefusedException.limit(
                        "there are "
                                + live.size()
                                + " open sessions, which is the most that this node has; close"
                                + " one");
            }
            onDisk.begin(entry.with(SessionState.ACTIVE));
            live.put(session.id(), entry);
        }
        weigh(session, spec.limits().weight());
        bus.publish(new SessionOpened(session, now));
        return session;
    }

    /** {@return the session, live or remembered} */
    Optional<Session> find(SessionId id) {
        Entry entry = live.get(id);
        if (entry != null) {
            return Optional.of(entry.session);
        }
        synchronized (ended) {
            return ended.stream()
                    .map(SessionLog.Kept::session)
                    .filter(session -> session.id().equals(id))
                    .findFirst();
        }
    }

    /** {@return all sessions, live and remembered, newest first} */
    List<Session> list() {
        List<Session> remembered;
        synchronized (ended) {
            remembered = ended.stream().map(SessionLog.Kept::session).toList();
        }
        return Stream.concat(
                        live.values().stream().map(entry -> entry.session), remembered.stream())
                .distinct()
                .sorted(
                        Comparator.comparing(Session::openedAt)
                                .thenComparing(Session::id)
                                .reversed())
                .toList();
    }

    /** {@return how many sessions are not ended} */
    int liveCount() {
        return live.size();
    }

    /** {@return the session, Suspended} */
    Session suspend(SessionId id) {
        return pause(id, SessionState.SUSPENDED);
    }

    /** {@return the session, Active} */
    Session resume(SessionId id) {
        return pause(id, SessionState.ACTIVE);
    }

    private Session pause(SessionId id, SessionState to) {
        SessionState before = find(id).orElseThrow(() -> absent(id)).state();
        Session session = change(id, to);
        try {
            tasks.pause(id, to == SessionState.SUSPENDED);
        } catch (RefusedException e) {
            // What the session says and what the scheduler does must not differ.
            told.set(false);
            change(id, before);
            throw e;
        }
        return session;
    }

    /**
     * Ends a session with all its tasks and agents; waits for the agents.
     *
     * @return the session, Terminated, or as it ended before
     */
    Session close(SessionId id, String reason) {
        return end(id, SessionState.TERMINATED, reason);
    }

    /**
     * Adds an agent to a session.
     *
     * @param id the session
     * @param spawn adds it
     * @throws RefusedException CONFLICT if the session is not Active, LIMIT if it is full
     */
    <T> T withAgent(SessionId id, Supplier<T> spawn) {
        Entry entry = active(id);
        int coming = entry.comingAgents.incrementAndGet();
        try {
            int most = entry.session.spec().limits().maxAgents();
            long there = agentsOf(id).size();
            if (there + coming > most) {
                throw full(id, there, "agents", most);
            }
            T result = spawn.get();
            if (entry.session.state().isFinal()) {
                agents.terminateAll(id, "its session has ended");
                throw notActive(entry.session);
            }
            return result;
        } finally {
            entry.comingAgents.decrementAndGet();
        }
    }

    /**
     * Adds tasks to a session, all or none.
     *
     * @param id the session
     * @param count how many
     * @param submit adds them
     * @throws RefusedException CONFLICT if the session is not Active, LIMIT if it is full
     */
    <T> T withTasks(SessionId id, int count, Supplier<T> submit) {
        Entry entry = active(id);
        long coming = entry.comingTasks.addAndGet(count);
        try {
            int most = entry.session.spec().limits().maxTasks();
            // The scheduler knows it for certain: events may be late, and were not there at all
            // while this bundle was not.
            int there = tasks.unfinished(id);
            if (there + coming > most) {
                throw count == 1
                        ? full(id, there, "unfinished tasks", most)
                        : RefusedException.limit(
                                "the session '"
                                        + id
                                        + "' has "
                                        + there
                                        + " unfinished tasks and may have "
                                        + most
                                        + ", so "
                                        + count
                                        + " more do not fit; submit fewer, or open a session with"
                                        + " more room");
            }
            T result = submit.get();
            if (entry.session.state().isFinal()) {
                tasks.cancelAll(id, "its session has ended");
                throw notActive(entry.session);
            }
            return result;
        } finally {
            entry.comingTasks.addAndGet(-count);
        }
    }

    /**
     * One turn: ends sessions whose time ran out, takes away what agents spawned and submitted
     * beyond their session's limits, and ends what lives in no session.
     */
    void runDue() {
        Instant now = clock.instant();
        for (Entry entry : live.values()) {
            if (!now.isBefore(entry.session.expiresAt()) && !now.isBefore(entry.expireFrom)) {
                audited(EXPIRE, entry.session.id(), () -> expire(entry, now));
            }
        }
        Map<SessionId, List<AgentSnapshot>> bySession =
                agents.list().stream().collect(Collectors.groupingBy(AgentSnapshot::session));
        bySession.forEach(this::trimAgents);
        lookAfterTasks();
        snapshotWhenGrown(now);
    }

    /** What needs the scheduler. While it cannot, nothing starts either: it can wait. */
    private void lookAfterTasks() {
        try {
            if (!told.getAndSet(true)) {
                tell();
            }
            live.values().forEach(this::trimTasks);
            Set.copyOf(strays).forEach(this::callOff);
            waitsForScheduler = false;
        } catch (RefusedException e) {
            if (!waitsForScheduler) {
                log.warn("the tasks of sessions are looked after later: {}", e.getMessage());
            }
            waitsForScheduler = true;
        }
    }

    /** Says anew what the scheduler may have missed, and finds what belongs to nobody. */
    private void tell() {
        try {
            for (Entry entry : live.values()) {
                Session session = entry.session;
                weigh(session, session.spec().limits().weight());
                // The node may have gone down between the change here and the one there.
                tasks.pause(session.id(), session.state() == SessionState.SUSPENDED);
                entry.grown.set(true);
            }
            tasks.sessions().stream().filter(id -> !live.containsKey(id)).forEach(strays::add);
        } catch (RefusedException e) {
            told.set(false);
            throw e;
        }
    }

    /** What lives in a session that does not exist, or has ended, belongs to nobody. */
    private void callOff(SessionId stray) {
        strays.remove(stray);
        if (live.containsKey(stray)) {
            return;
        }
        try {
            int cancelled = tasks.cancelAll(stray, "it lives in no session");
            log.info("cancelled {} tasks of {}, which is no open session", cancelled, stray);
        } catch (RefusedException e) {
            strays.add(stray);
            throw e;
        }
    }

    private Session expire(Entry entry, Instant now) {
        // If it cannot be written, it is not tried, and audited, at every turn.
        entry.expireFrom = now.plus(EXPIRE_AGAIN);
        return end(entry.session.id(), SessionState.EXPIRED, "its time ran out");
    }

    /** {@return how well sessions can be kept} */
    Health health() {
        return onDisk.health();
    }

    /** Takes the sessions from the log; says so in the audit, for there may have been damage. */
    private SessionLog recover(Journals journals) {
        AuditAction action = AuditAction.of(Caller.SYSTEM, RECOVER, SessionLog.NAME);
        SessionLog opened;
        try {
            opened = SessionLog.open(journals);
        } catch (IOException e) {
            ledger.told(action, AuditOutcome.REFUSED, String.valueOf(e.getMessage()));
            throw new RefusedException(
                    RefusedException.Reason.UNAVAILABLE,
                    "the sessions cannot be read: " + e.getMessage(),
                    e);
        }
        ledger.told(action, AuditOutcome.DONE, found(opened));
        for (SessionLog.Kept kept :
                SessionLog.remembered(opened.found(), settings.rememberedSessions())) {
            Session session = kept.session();
            if (session.state().isFinal()) {
                ended.addFirst(kept);
                continue;
            }
            live.put(session.id(), new Entry(session, kept.ofNode()));
        }
        return opened;
    }

    private static String found(SessionLog opened) {
        long open =
                opened.found().stream().filter(kept -> !kept.session().state().isFinal()).count();
        return open + " open sessions; " + RecoveryAudit.torn(opened.tornBytes());
    }

    private void snapshotWhenGrown(Instant now) {
        if (onDisk.grown() < SNAPSHOT_BYTES || now.isBefore(nextSnapshot)) {
            return;
        }
        nextSnapshot = now.plus(SNAPSHOT_AGAIN);
        try {
            Journal.Snapshot snapshot;
            List<SessionLog.Kept> all = new ArrayList<>();
            synchronized (changes) {
                snapshot = onDisk.beginSnapshot();
                synchronized (ended) {
                    ended.descendingIterator().forEachRemaining(all::add);
                }
                live.values().forEach(entry -> all.add(entry.with(entry.session.state())));
            }
            SessionLog.write(snapshot, all);
        } catch (IOException | JournalException e) {
            log.warn("the log of sessions goes on without a new snapshot: {}", e.getMessage());
        }
    }

    private void weigh(Session session, int weight) {
        if (session.spec().limits().weight() == 1) {
            return; // What was never named weighs that.
        }
        try {
            tasks.weigh(session.id(), weight);
        } catch (RefusedException e) {
            told.set(false);
            log.debug("what {} weighs is told later", session.id(), e);
        }
    }

    private void trimAgents(SessionId id, List<AgentSnapshot> there) {
        Entry entry = live.get(id);
        if (entry == null) {
            log.info("ending {} agents of {}, which is no open session", there.size(), id);
            agents.terminateAll(id, "it lives in no session");
            return;
        }
        int most = entry.session.spec().limits().maxAgents();
        if (there.size() > most) {
            // Parents come before children: from the end, leaves go first.
            List<AgentSnapshot> excess = there.subList(most, there.size());
            audited(
                    LIMIT,
                    id,
                    () -> {
                        for (int i = excess.size() - 1; i >= 0; i--) {
                            agents.terminate(
                                    excess.get(i).id(), "its session may have " + most + " agents");
                        }
                        return "ended " + excess.size() + " agents beyond " + most;
                    });
        }
    }

    private void trimTasks(Entry entry) {
        int most = entry.session.spec().limits().maxTasks();
        SessionId id = entry.session.id();
        if (!entry.grown.getAndSet(false) || !isOver(entry, most)) {
            return;
        }
        List<TaskSnapshot> newestFirst = unfinished(id);
        if (newestFirst.size() > most) {
            List<TaskSnapshot> excess = newestFirst.subList(0, newestFirst.size() - most);
            audited(
                    LIMIT,
                    id,
                    () -> {
                        excess.forEach(
                                task ->
                                        tasks.cancel(
                                                task.id(),
                                                "its session may have "
                                                        + most
                                                        + " unfinished tasks"));
                        return "cancelled " + excess.size() + " tasks beyond " + most;
                    });
        }
    }

    private boolean isOver(Entry entry, int most) {
        try {
            return tasks.unfinished(entry.session.id()) > most;
        } catch (RefusedException e) {
            entry.grown.set(true);
            throw e;
        }
    }

    private <T> void audited(Permission what, SessionId id, Supplier<T> effect) {
        try {
            ledger.run(
                    AuditAction.of(Caller.SYSTEM, what, id.value()),
                    effect,
                    result -> result instanceof String words ? words : "");
        } catch (RefusedException e) {
            log.warn("{} of {} has to wait: {}", what, id, e.getMessage());
        }
    }

    private Session change(SessionId id, SessionState to) {
        Entry entry = live.get(id);
        if (entry == null) {
            throw notActive(find(id).orElseThrow(() -> absent(id)));
        }
        Session before;
        Session after;
        synchronized (changes) {
            before = entry.session;
            if (before.state() == to) {
                return before;
            }
            if (before.state().isFinal()) {
                throw notActive(before);
            }
            SessionLog.Kept changed = entry.with(to);
            onDisk.put(changed);
            after = changed.session();
            entry.session = after;
        }
        bus.publish(new SessionStateChanged(after, before.state(), clock.instant()));
        return after;
    }

    private Session end(SessionId id, SessionState to, String reason) {
        Entry entry = live.get(id);
        if (entry == null) {
            return find(id).orElseThrow(() -> absent(id));
        }
        Session before;
        SessionLog.Kept after;
        synchronized (changes) {
            before = entry.session;
            if (before.state().isFinal()) {
                return before;
            }
            after = entry.with(to);
            // First on disk: if the node goes down now, the next start ends what lives in it.
            onDisk.put(after);
            entry.session = after.session();
        }
        try {
            cancelTasks(id, reason);
            agents.terminateAll(id, reason);
        } finally {
            synchronized (changes) {
                synchronized (ended) {
                    ended.addFirst(after);
                    while (ended.size() > settings.rememberedSessions()) {
                        ended.removeLast();
                    }
                }
                live.remove(id);
            }
            weigh(after.session(), 1);
            bus.publish(new SessionStateChanged(after.session(), before.state(), clock.instant()));
        }
        return after.session();
    }

    /** While the scheduler cannot, nothing starts; then it is done at the first turn. */
    private void cancelTasks(SessionId id, String reason) {
        try {
            tasks.cancelAll(id, reason);
        } catch (RefusedException e) {
            strays.add(id);
            log.info("the tasks of {} are cancelled later: {}", id, e.getMessage());
        }
    }

    private Entry active(SessionId id) {
        Entry entry = live.get(id);
        if (entry == null) {
            throw notActive(find(id).orElseThrow(() -> absent(id)));
        }
        if (entry.session.state() != SessionState.ACTIVE) {
            throw notActive(entry.session);
        }
        return entry;
    }

    private void submitted(SessionId id) {
        Entry entry = live.get(id);
        if (entry == null) {
            strays.add(id);
        } else {
            entry.grown.set(true);
        }
    }

    private List<AgentSnapshot> agentsOf(SessionId id) {
        return agents.list().stream().filter(agent -> agent.session().equals(id)).toList();
    }

    private List<TaskSnapshot> unfinished(SessionId id) {
        return new ArrayList<>(
                tasks.list(
                        new TaskQuery(Optional.of(id), TaskState.UNFINISHED, Map.of(), 1_000_000)));
    }

    /** {@return the refusal for a session that is not there, or not for this caller} */
    static RefusedException absent(SessionId id) {
        return RefusedException.notFound(
                "there is no session '" + id + "'; list yours to see their names");
    }

    private static RefusedException notActive(Session session) {
        return RefusedException.conflict(
                switch (session.state()) {
                    case SUSPENDED ->
                            "the session '" + session.id() + "' is suspended; resume it first";
                    case EXPIRED ->
                            "the session '"
                                    + session.id()
                                    + "' expired at "
                                    + session.expiresAt()
                                    + "; open a new one";
                    default -> "the session '" + session.id() + "' has ended; open a new one";
                });
    }

    private static RefusedException full(SessionId id, long there, String what, int most) {
        return RefusedException.limit(
                "the session '"
                        + id
                        + "' has "
                        + there
                        + " "
                        + what
                        + " and may have "
                        + most
                        + "; wait until some end, or open another session");
    }

    private static void refuseAbove(String what, int asked, int most) {
        if (asked > most) {
            throw RefusedException.limit(
                    what
                            + " of a session may be at most "
                            + most
                            + " here, asked were "
                            + asked
                            + "; ask for less");
        }
    }
}
