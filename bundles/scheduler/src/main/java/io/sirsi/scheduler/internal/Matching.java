package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentType;
import io.sirsi.session.SessionId;
import io.sirsi.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings tasks in line and agents with a place together. Among sessions the one that has had least
 * for its weight goes first (stride scheduling, after Waldspurger and Weihl, 1995); within a
 * session the most urgent task, whichever demand it is of. Guarded by the engine's baton.
 */
final class Matching {

    private static final int MOST_IDLE_KINDS = 256;

    /** A task that has left its line for an agent whose place is taken. */
    record Pick(TaskEntry entry, AgentView view) {}

    private final Ageing ageing;
    private final Limits limits;
    private final CapabilityBits bits = new CapabilityBits();
    private final Map<SessionId, SessionState> sessions = new LinkedHashMap<>();
    private final Map<AgentId, AgentView> views = new LinkedHashMap<>();
    private final List<SessionState> active = new ArrayList<>();
    private @Nullable SessionState lastSession;

    /** Agents and types as they were seen last, also those that take no tasks. */
    private List<AgentSnapshot> seenAgents = List.of();

    private List<AgentDescriptor> seenTypes = List.of();

    /** Types that are there, and those that agents wait for, as they were when they were there. */
    private Map<AgentType, AgentDescriptor> known = new HashMap<>();

    private double leastShare;
    @Nullable String pausedBy;

    /** When a limit frees its next place by time alone; asked after each turn. */
    private final Set<Demand> limited = new HashSet<>();

    Matching(Ageing ageing, Limits limits) {
        this.ageing = ageing;
        this.limits = limits;
    }

    // ---- sessions, kinds ----

    SessionState session(SessionId id) {
        SessionState last = lastSession;
        if (last != null && last.id.equals(id)) {
            return last;
        }
        SessionState found = sessions.computeIfAbsent(id, SessionState::new);
        lastSession = found;
        return found;
    }

    @Nullable SessionState known(SessionId id) {
        return sessions.get(id);
    }

    Collection<SessionState> sessions() {
        return sessions.values();
    }

    TaskKind kind(SessionState session, TaskSpec base) {
        TaskKind known = session.kindOf(base);
        if (known != null) {
            return known;
        }
        Demand.Key key = new Demand.Key(base.type(), base.constraints(), base.limitKeys());
        Demand demand = session.demands.computeIfAbsent(key, wanted -> open(session, wanted));
        TaskKind kind = new TaskKind(session, base, demand);
        session.addKind(kind);
        if (session.kinds.size() > MOST_IDLE_KINDS) {
            forgetIdleKinds(session, kind);
        }
        return kind;
    }

    private Demand open(SessionState session, Demand.Key key) {
        Demand demand =
                new Demand(
                        session,
                        key,
                        limits.gate(key.limitKeys()),
                        new Wish(key.constraints(), bits));
        session.agents.forEach(view -> introduce(demand, view));
        return demand;
    }

    private void forgetIdleKinds(SessionState session, TaskKind but) {
        Set<Demand> used = new HashSet<>();
        for (TaskKind kind : List.copyOf(session.kinds.values())) {
            if (kind.live == 0 && kind != but) {
                session.removeKind(kind);
            } else {
                used.add(kind.demand);
            }
        }
        for (Demand demand : List.copyOf(session.demands.values())) {
            if (!used.contains(demand) && demand.size() == 0) {
                session.demands.remove(demand.key);
                session.stalled.remove(demand);
                limited.remove(demand);
                demand.gate.leave(demand);
                withdraw(demand);
                for (AgentView view : demand.candidates) {
                    int at = view.demands.indexOf(demand);
                    view.demands.remove(at);
                    view.numbers.remove(at);
                }
            }
        }
    }

    /** Forgets a session that has nothing any more. */
    void forgetIfIdle(SessionState session) {
        if (session.idle()) {
            sessions.remove(session.id);
            lastSession = null;
        }
    }

    void weigh(SessionState session, int weight) {
        session.weight = weight;
    }

    // ---- agents ----

    /** Takes over who is there now; agents that are there already keep their counts. */
    void sync(List<AgentSnapshot> agents, List<AgentDescriptor> types) {
        seenAgents = agents;
        seenTypes = types;
        Map<AgentType, AgentDescriptor> byType = new HashMap<>();
        types.forEach(type -> byType.put(type.type(), type));
        Map<AgentId, AgentSnapshot> alive = new LinkedHashMap<>();
        for (AgentSnapshot agent : agents) {
            if (agent.state().takesTasks() && byType.containsKey(agent.spec().type())) {
                alive.put(agent.id(), agent);
            }
        }
        for (AgentView view : List.copyOf(views.values())) {
            AgentSnapshot agent = alive.get(view.id());
            // Also one that is there again, of a type that has become another meanwhile.
            if (agent == null || !view.descriptor.equals(byType.get(agent.spec().type()))) {
                remove(view);
            }
        }
        alive.forEach(
                (id, agent) -> {
                    AgentDescriptor descriptor = byType.get(agent.spec().type());
                    if (descriptor != null && !views.containsKey(id)) {
                        add(agent, descriptor);
                    }
                });
        remember(agents, byType);
    }

    private void remember(List<AgentSnapshot> agents, Map<AgentType, AgentDescriptor> there) {
        Map<AgentType, AgentDescriptor> next = new HashMap<>(there);
        for (AgentSnapshot agent : agents) {
            AgentDescriptor last = known.get(agent.spec().type());
            if (last != null) {
                next.putIfAbsent(last.type(), last);
            }
        }
        known = next;
    }

    @Nullable AgentView view(AgentId agent) {
        return views.get(agent);
    }

    private void add(AgentSnapshot agent, AgentDescriptor descriptor) {
        AgentView view = new AgentView(agent, descriptor, bits.of(agent));
        views.put(view.id(), view);
        SessionState session = session(agent.session());
        session.agents.add(view);
        view.toldPlace = view.hasPlace();
        for (Demand demand : session.demands.values()) {
            introduce(demand, view);
            recheck(demand);
        }
        retryStalled(session);
    }

    private static void introduce(Demand demand, AgentView view) {
        if (view.descriptor.taskTypes().contains(demand.key.taskType())
                && demand.wish.fits(view.agent, view.capabilities)) {
            int number = demand.addCandidate(view);
            view.demands.add(demand);
            view.numbers.add(number);
            demand.place(number, view.toldPlace);
        }
    }

    private void remove(AgentView view) {
        view.gone = true;
        views.remove(view.id());
        SessionState session = session(view.agent.session());
        session.agents.remove(view);
        session.unpin(view);
        for (Demand demand : List.copyOf(view.demands)) {
            List<AgentView> left = new ArrayList<>(demand.candidates);
            left.remove(view);
            demand.clearCandidates();
            for (AgentView other : left) {
                int number = demand.addCandidate(other);
                other.numbers.set(other.demands.indexOf(demand), number);
                demand.place(number, other.toldPlace);
            }
            recheck(demand);
        }
        view.demands.clear();
        view.numbers.clear();
        retryStalled(session);
        forgetIfIdle(session);
    }

    /** Notes that an agent took a task, ended one, refuses for a while, or takes some again. */
    void placeChanged(AgentView view) {
        boolean hasPlace = view.hasPlace();
        if (hasPlace == view.toldPlace) {
            return;
        }
        view.toldPlace = hasPlace;
        for (int i = 0; i < view.demands.size(); i++) {
            Demand demand = view.demands.get(i);
            demand.place(view.numbers.get(i), hasPlace);
            recheck(demand);
        }
    }

    // ---- lines ----

    void enqueue(TaskEntry entry) {
        Demand demand = entry.kind.demand;
        demand.add(entry);
        recheck(demand);
    }

    void putBack(TaskEntry entry) {
        Demand demand = entry.kind.demand;
        demand.putBack(entry);
        recheck(demand);
    }

    void dequeue(TaskEntry entry) {
        Demand demand = entry.kind.demand;
        demand.remove(entry);
        recheck(demand);
    }

    private void recheck(Demand demand) {
        boolean offer = demand.ready() && demand.session.pausedBy == null;
        if (offer == demand.offered) {
            return;
        }
        if (offer) {
            demand.offered = true;
            SessionState session = demand.session;
            session.offered.add(demand);
            if (!session.active) {
                session.active = true;
                session.share = Math.max(session.share, leastShare);
                active.add(session);
            }
        } else {
            withdraw(demand);
        }
    }

    private void withdraw(Demand demand) {
        if (!demand.offered) {
            return;
        }
        demand.offered = false;
        SessionState session = demand.session;
        session.offered.remove(demand);
        if (session.offered.isEmpty()) {
            session.active = false;
            active.remove(session);
        }
    }

    void pause(SessionState session, @Nullable String by) {
        session.pausedBy = by;
        session.demands.values().forEach(this::recheck);
    }

    boolean hasWork() {
        return pausedBy == null && !active.isEmpty();
    }

    /**
     * Takes the next task out of its line, and a place at an agent and in its limits.
     *
     * @param now the reading of the monotonic clock by which tasks have aged
     * @return the task and its agent; null if nothing can start
     */
    @Nullable Pick pick(long now) {
        while (hasWork()) {
            SessionState session = leastServed();
            Demand demand = mostUrgent(session, now);
            AgentView view = demand.nextAgent();
            if (view == null) {
                stall(demand);
                session.stalled.add(demand);
                continue;
            }
            if (!demand.gate.tryAcquire(now)) {
                stall(demand);
                demand.gate.await(demand, now);
                limited.add(demand);
                continue;
            }
            TaskEntry entry = demand.head(ageing, now);
            if (entry == null) {
                throw new IllegalStateException("a demand is offered without a task");
            }
            demand.remove(entry);
            view.running++;
            placeChanged(view);
            recheck(demand);
            leastShare = session.share; // Not of those that were refused: they keep what they lag.
            session.share += 1.0 / session.weight;
            if (demand.coLocate != null && session.pinned(demand.coLocate) == null) {
                session.pin(demand.coLocate, view);
            }
            if (demand.spread != null) {
                session.groupStarted(demand.spread, view);
            }
            return new Pick(entry, view);
        }
        return null;
    }

    private SessionState leastServed() {
        SessionState least = active.get(0);
        for (int i = 1; i < active.size(); i++) {
            SessionState other = active.get(i);
            if (other.share < least.share) {
                least = other;
            }
        }
        return least;
    }

    private Demand mostUrgent(SessionState session, long now) {
        Demand best = session.offered.get(0);
        if (session.offered.size() == 1) {
            return best;
        }
        TaskEntry bestHead = best.head(ageing, now);
        for (int i = 1; i < session.offered.size(); i++) {
            Demand other = session.offered.get(i);
            TaskEntry head = other.head(ageing, now);
            if (bestHead == null || (head != null && ageing.before(head, bestHead, now))) {
                best = other;
                bestHead = head;
            }
        }
        return best;
    }

    private void stall(Demand demand) {
        demand.stalled = true;
        recheck(demand);
    }

    private void unstall(Demand demand) {
        demand.stalled = false;
        limited.remove(demand);
        recheck(demand);
    }

    private void retryStalled(SessionState session) {
        if (session.stalled.isEmpty()) {
            return;
        }
        List<Demand> waiting = List.copyOf(session.stalled);
        session.stalled.clear();
        waiting.forEach(this::unstall);
    }

    /** Gives back what a task had taken that ran. */
    void giveBack(TaskEntry entry, AgentView view) {
        entry.kind.demand.gate.releaseAnd(waiter -> unstall((Demand) waiter));
        leave(entry, view);
    }

    /** Gives back all that a task had taken that did not run after all. */
    void takeBack(TaskEntry entry, AgentView view) {
        entry.kind.demand.gate.refundAnd(waiter -> unstall((Demand) waiter));
        leave(entry, view);
    }

    private void leave(TaskEntry entry, AgentView view) {
        Demand demand = entry.kind.demand;
        view.running--;
        placeChanged(view);
        if (demand.spread != null) {
            demand.session.groupEnded(demand.spread, view);
        }
        retryStalled(demand.session);
    }

    /** Counts a task that runs already: one that outlived the scheduler before. */
    void adopt(TaskEntry entry, AgentView view, long now) {
        Demand demand = entry.kind.demand;
        view.running++;
        placeChanged(view);
        demand.gate.occupy(now);
        if (demand.spread != null) {
            demand.session.groupStarted(demand.spread, view);
        }
        if (demand.coLocate != null) {
            demand.session.pin(demand.coLocate, view);
        }
    }

    // ---- limits by time ----

    /** Offers again what a rate lets through by now. */
    void passTime(long now) {
        if (limited.isEmpty()) {
            return;
        }
        for (Demand demand : List.copyOf(limited)) {
            if (demand.gate.freeAt(now) - now <= 0) {
                unstall(demand);
            }
        }
    }

    /** {@return when time alone lets the next one through; Long.MAX_VALUE if it does not} */
    long nextFree(long now) {
        long next = Long.MAX_VALUE;
        for (Demand demand : limited) {
            long at = demand.gate.freeAt(now);
            if (at != Long.MAX_VALUE && (next == Long.MAX_VALUE || at - next < 0)) {
                next = at;
            }
        }
        return next;
    }

    List<AgentSnapshot> seenAgents() {
        return seenAgents;
    }

    List<AgentDescriptor> seenTypes() {
        return seenTypes;
    }

    /**
     * {@return whether an agent would do for a demand, if it took tasks at all} What the agents of
     * a type run that has not been there since the start is not known; such an agent might do.
     */
    boolean wouldDo(Demand demand, AgentSnapshot agent) {
        AgentDescriptor type = known.get(agent.spec().type());
        return agent.session().equals(demand.session.id)
                && (type == null || type.taskTypes().contains(demand.key.taskType()))
                && demand.wish.fits(agent, bits.of(agent));
    }

    /** {@return whether it is known which tasks agents of a type run} */
    boolean knows(AgentType type) {
        return known.containsKey(type);
    }

    /** {@return whether an agent is to be made as soon as its type is there} */
    boolean waitsForType(AgentSnapshot agent) {
        return agent.state() == AgentState.INITIALIZING
                && seenTypes.stream().noneMatch(type -> type.type().equals(agent.spec().type()));
    }

    Ageing ageing() {
        return ageing;
    }
}
