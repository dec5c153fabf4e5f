package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditTrail;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import io.sirsi.id.RandomIds;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionOpened;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import io.sirsi.session.SessionStateChanged;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSubmitted;
import java.security.SecureRandom;
import java.time.Clock;
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
import java.util.concurrent.atomic.AtomicInteger;
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
 * Holds the sessions, in memory. A component of its own, and without the authorizer, so that
 * sessions outlive a change of security. Thread-safe; no lock is held while another service is
 * called.
 */
@Component(
        service = SessionRegistry.class,
        immediate = true,
        configurationPid = "io.sirsi.hypervisor")
public final class SessionRegistry {

    static final Set<String> UNFINISHED = Set.of("Blocked", "Ready", "Running", "RetryWait");

    private static final Logger log = LoggerFactory.getLogger(SessionRegistry.class);
    private static final Permission EXPIRE = Permission.of("session:expire");
    private static final Permission LIMIT = Permission.of("session:limit");

    private final AgentRuntime agents;
    private final TaskScheduler tasks;
    private final EventBus bus;
    private final Ledger ledger;
    private final Settings settings;
    private final Clock clock;
    private final RandomIds ids;
    private final Map<SessionId, Entry> live = new ConcurrentHashMap<>();
    private final Deque<Session> ended = new ArrayDeque<>();
    private final Set<SessionId> strays = ConcurrentHashMap.newKeySet();
    private final List<Subscription> subscriptions;
    private @Nullable OwnedTimer timer;

    /** A live session and what is about to be added to it. */
    private static final class Entry {
        private volatile Session session;
        private final AtomicInteger unfinishedTasks = new AtomicInteger();
        private final AtomicInteger comingTasks = new AtomicInteger();
        private final AtomicInteger comingAgents = new AtomicInteger();

        Entry(Session session) {
            this.session = session;
        }
    }

    /**
     * Begins, with a thread of its own.
     *
     * @param agents whose agents live in sessions
     * @param tasks whose tasks do
     * @param bus where changes are told
     * @param trail where expiry is written
     * @param config the limits of the node
     */
    @Activate
    public SessionRegistry(
            @Reference AgentRuntime agents,
            @Reference TaskScheduler tasks,
            @Reference EventBus bus,
            @Reference AuditTrail trail,
            HypervisorConfig config) {
        this(
                agents,
                tasks,
                bus,
                new Ledger(trail),
                Settings.of(config),
                Clock.systemUTC(),
                new RandomIds(new SecureRandom()));
        findStrays();
        timer = new OwnedTimer("sirsi-sessions", settings.waits().tick(), this::runDue);
    }

    SessionRegistry(
            AgentRuntime agents,
            TaskScheduler tasks,
            EventBus bus,
            Ledger ledger,
            Settings settings,
            Clock clock,
            RandomIds ids) {
        this.agents = agents;
        this.tasks = tasks;
        this.bus = bus;
        this.ledger = ledger;
        this.settings = settings;
        this.clock = clock;
        this.ids = ids;
        this.subscriptions =
                List.of(
                        bus.subscribe(
                                TaskSubmitted.class,
                                SubscriberOptions.sync("sessions-submitted"),
                                event -> submitted(event.task().session())),
                        bus.subscribe(
                                TaskFinished.class,
                                SubscriberOptions.sync("sessions-finished"),
                                event -> finished(event.task().session())));
    }

    /** Calls off what is unfinished: without its session nobody could reach it any more. */
    @Deactivate
    public void stop() {
        if (timer != null) {
            timer.close();
        }
        subscriptions.forEach(Subscription::close);
        live.keySet().forEach(id -> tasks.cancelAll(id, "the hypervisor stops"));
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
        if (asked.lifetime().compareTo(node.lifetime()) > 0) {
            throw RefusedException.limit(
                    "a session may live for at most "
                            + node.lifetime().toHours()
                            + " h here, asked were "
                            + asked.lifetime()
                            + "; ask for less");
        }
        if (live.size() >= node.sessions()) {
            throw RefusedException.limit(
                    "there are "
                            + live.size()
                            + " open sessions, which is the most that this node has; close one");
        }
        return openBeyondLimits(owner, spec);
    }

    /** Opens a session for the node's own work in an owner's name. */
    Session openBeyondLimits(String owner, SessionSpec spec) {
        Instant now = clock.instant();
        Session session =
                new Session(new SessionId(ids.next("s")), owner, spec, SessionState.ACTIVE, now);
        live.put(session.id(), new Entry(session));
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
            return ended.stream().filter(session -> session.id().equals(id)).findFirst();
        }
    }

    /** {@return all sessions, live and remembered, newest first} */
    List<Session> list() {
        List<Session> remembered;
        synchronized (ended) {
            remembered = List.copyOf(ended);
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
        Session session = change(id, SessionState.SUSPENDED);
        tasks.pause(id, true);
        return session;
    }

    /** {@return the session, Active} */
    Session resume(SessionId id) {
        Session session = change(id, SessionState.ACTIVE);
        tasks.pause(id, false);
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
     * Adds a task to a session.
     *
     * @param id the session
     * @param submit adds it
     * @throws RefusedException CONFLICT if the session is not Active, LIMIT if it is full
     */
    <T> T withTask(SessionId id, Supplier<T> submit) {
        Entry entry = active(id);
        int coming = entry.comingTasks.incrementAndGet();
        try {
            int most = entry.session.spec().limits().maxTasks();
            // The count from events is quick; only where it says no, the scheduler is asked.
            if (entry.unfinishedTasks.get() + coming > most) {
                int there = unfinished(id).size();
                if (there + coming > most) {
                    throw full(id, there, "unfinished tasks", most);
                }
            }
            T result = submit.get();
            if (entry.session.state().isFinal()) {
                tasks.cancelAll(id, "its session has ended");
                throw notActive(entry.session);
            }
            return result;
        } finally {
            entry.comingTasks.decrementAndGet();
        }
    }

    /**
     * One turn: ends sessions whose time ran out, takes away what agents spawned and submitted
     * beyond their session's limits, and ends what lives in no session.
     */
    void runDue() {
        Instant now = clock.instant();
        for (Entry entry : live.values()) {
            if (!now.isBefore(entry.session.expiresAt())) {
                audited(
                        EXPIRE,
                        entry.session.id(),
                        () -> end(entry.session.id(), SessionState.EXPIRED, "its time ran out"));
            }
        }
        Map<SessionId, List<AgentSnapshot>> bySession =
                agents.list().stream().collect(Collectors.groupingBy(AgentSnapshot::session));
        bySession.forEach(this::trimAgents);
        live.values().forEach(this::trimTasks);
        for (SessionId stray : Set.copyOf(strays)) {
            strays.remove(stray);
            if (!live.containsKey(stray)) {
                int cancelled = tasks.cancelAll(stray, "it lives in no session");
                log.info("cancelled {} tasks of {}, which is no open session", cancelled, stray);
            }
        }
    }

    /** After a restart, what earlier sessions left behind belongs to nobody. */
    private void findStrays() {
        tasks.list(new TaskQuery(Optional.empty(), UNFINISHED, Map.of(), 1_000_000)).stream()
                .map(TaskSnapshot::session)
                .filter(id -> !live.containsKey(id))
                .forEach(strays::add);
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
        if (entry.unfinishedTasks.get() <= most) {
            return;
        }
        SessionId id = entry.session.id();
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
        synchronized (entry) {
            before = entry.session;
            if (before.state() == to) {
                return before;
            }
            if (before.state().isFinal()) {
                throw notActive(before);
            }
            after = with(before, to);
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
        Session after;
        synchronized (entry) {
            before = entry.session;
            if (before.state().isFinal()) {
                return before;
            }
            after = with(before, to);
            entry.session = after;
        }
        try {
            tasks.cancelAll(id, reason);
            agents.terminateAll(id, reason);
        } finally {
            synchronized (ended) {
                ended.addFirst(after);
                while (ended.size() > settings.rememberedSessions()) {
                    ended.removeLast();
                }
            }
            live.remove(id);
            bus.publish(new SessionStateChanged(after, before.state(), clock.instant()));
        }
        return after;
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
            entry.unfinishedTasks.incrementAndGet();
        }
    }

    private void finished(SessionId id) {
        Entry entry = live.get(id);
        if (entry != null) {
            entry.unfinishedTasks.decrementAndGet();
        }
    }

    private List<AgentSnapshot> agentsOf(SessionId id) {
        return agents.list().stream().filter(agent -> agent.session().equals(id)).toList();
    }

    private List<TaskSnapshot> unfinished(SessionId id) {
        return new ArrayList<>(
                tasks.list(new TaskQuery(Optional.of(id), UNFINISHED, Map.of(), 1_000_000)));
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

    private static Session with(Session session, SessionState state) {
        return new Session(
                session.id(), session.owner(), session.spec(), state, session.openedAt());
    }
}
