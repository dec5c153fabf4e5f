package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentType;
import io.sirsi.session.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Brings ready tasks and agents with a place together: the most urgent task first, whichever demand
 * it is of. Guarded by the scheduler's lock.
 */
final class Matching {

    /** How many demands without tasks are kept, since most come back. */
    private static final int EMPTY_DEMANDS = 256;

    /**
     * A task for an agent.
     *
     * @param entry the task
     * @param view the agent
     */
    record Pick(TaskEntry entry, AgentView view) {}

    private final Ageing ageing;
    private final Map<Demand.Key, Demand> demands = new HashMap<>();
    private final Map<SessionId, Set<Demand>> demandsBySession = new HashMap<>();
    private final Set<Demand> emptyDemands = new LinkedHashSet<>();
    private final Set<Demand> dispatchable = new LinkedHashSet<>();
    private final Map<AgentId, AgentView> views = new LinkedHashMap<>();
    private final Map<SessionId, Set<AgentView>> viewsBySession = new HashMap<>();
    private final Set<SessionId> paused = new HashSet<>();

    Matching(Ageing ageing) {
        this.ageing = ageing;
    }

    /** Takes over who is there now; agents that are there already keep their counts. */
    void sync(List<AgentSnapshot> agents, List<AgentDescriptor> types) {
        Map<AgentType, AgentDescriptor> byType = new HashMap<>();
        types.forEach(type -> byType.put(type.type(), type));
        Set<AgentId> alive = new HashSet<>();
        for (AgentSnapshot agent : agents) {
            AgentDescriptor descriptor = byType.get(agent.spec().type());
            if (agent.state().takesTasks() && descriptor != null) {
                alive.add(agent.id());
                if (!views.containsKey(agent.id())) {
                    add(new AgentView(agent, descriptor));
                }
            }
        }
        for (AgentView view : List.copyOf(views.values())) {
            if (!alive.contains(view.id())) {
                remove(view);
            }
        }
    }

    boolean knows(AgentId agent) {
        return views.containsKey(agent);
    }

    private void add(AgentView view) {
        views.put(view.id(), view);
        viewsBySession.computeIfAbsent(view.session(), s -> new LinkedHashSet<>()).add(view);
        view.toldPlace = view.hasPlace();
        for (Demand demand : demandsBySession.getOrDefault(view.session(), Set.of())) {
            introduce(demand, view);
            recheck(demand);
        }
    }

    private static void introduce(Demand demand, AgentView view) {
        if (demand.key.matches(view)) {
            demand.candidates.add(view);
            demand.place(view, view.toldPlace);
            view.demands.add(demand);
        }
    }

    private void remove(AgentView view) {
        views.remove(view.id());
        Set<AgentView> neighbours = viewsBySession.get(view.session());
        if (neighbours != null) {
            neighbours.remove(view);
            if (neighbours.isEmpty()) {
                viewsBySession.remove(view.session());
            }
        }
        for (Demand demand : view.demands) {
            demand.removeAgent(view);
            recheck(demand);
        }
        view.demands.clear();
    }

    /** Puts a ready task in line. */
    void enqueue(TaskEntry entry) {
        Demand demand =
                demands.computeIfAbsent(Demand.Key.of(entry.session, entry.spec), this::open);
        emptyDemands.remove(demand);
        demand.add(entry);
        entry.demand = demand;
        recheck(demand);
    }

    /** Takes a task out of its line, if it is in one. */
    void dequeue(TaskEntry entry) {
        Demand demand = entry.demand;
        if (demand == null) {
            return;
        }
        entry.demand = null;
        demand.remove(entry);
        recheck(demand);
        if (demand.size() == 0) {
            emptyDemands.add(demand);
            if (emptyDemands.size() > EMPTY_DEMANDS) {
                Iterator<Demand> eldest = emptyDemands.iterator();
                Demand forgotten = eldest.next();
                eldest.remove();
                close(forgotten);
            }
        }
    }

    private Demand open(Demand.Key key) {
        Demand demand = new Demand(key);
        demandsBySession.computeIfAbsent(key.session(), s -> new LinkedHashSet<>()).add(demand);
        viewsBySession
                .getOrDefault(key.session(), Set.of())
                .forEach(view -> introduce(demand, view));
        return demand;
    }

    private void close(Demand demand) {
        demands.remove(demand.key);
        dispatchable.remove(demand);
        Set<Demand> neighbours = demandsBySession.get(demand.key.session());
        if (neighbours != null) {
            neighbours.remove(demand);
            if (neighbours.isEmpty()) {
                demandsBySession.remove(demand.key.session());
            }
        }
        demand.candidates.forEach(view -> view.demands.remove(demand));
    }

    private void recheck(Demand demand) {
        if (demand.dispatchable() && !paused.contains(demand.key.session())) {
            dispatchable.add(demand);
        } else {
            dispatchable.remove(demand);
        }
    }

    /** Notes that an agent took a task, ended one, or refuses for a while. */
    void placeChanged(AgentView view) {
        boolean hasPlace = view.hasPlace();
        if (hasPlace == view.toldPlace) {
            return;
        }
        view.toldPlace = hasPlace;
        for (Demand demand : view.demands) {
            demand.place(view, hasPlace);
            recheck(demand);
        }
    }

    /** Stops or goes on offering the tasks of a session. */
    void pause(SessionId session, boolean stop) {
        if (stop) {
            paused.add(session);
        } else {
            paused.remove(session);
        }
        demandsBySession.getOrDefault(session, Set.of()).forEach(this::recheck);
    }

    /** {@return whether a task could be given to an agent now} */
    boolean hasWork() {
        return !dispatchable.isEmpty();
    }

    /**
     * Takes tasks out of their lines and places away from their agents.
     *
     * @param now the reading of the monotonic clock by which tasks have aged
     * @param most how many at most
     * @return the most urgent first
     */
    List<Pick> pick(long now, int most) {
        List<Pick> picks = new ArrayList<>();
        if (dispatchable.isEmpty()) {
            return picks;
        }
        PriorityQueue<Candidate> order =
                new PriorityQueue<>(
                        dispatchable.size(), (a, b) -> ageing.compare(a.head, b.head, now));
        for (Demand demand : dispatchable) {
            offer(order, demand, now);
        }
        while (picks.size() < most) {
            Candidate first = order.poll();
            if (first == null) {
                break;
            }
            AgentView view = first.demand.nextAgent();
            if (view == null) {
                continue; // another demand took the last place
            }
            dequeue(first.head);
            view.running++;
            placeChanged(view);
            picks.add(new Pick(first.head, view));
            offer(order, first.demand, now);
        }
        return picks;
    }

    private void offer(PriorityQueue<Candidate> order, Demand demand, long now) {
        TaskEntry head = demand.dispatchable() ? demand.head(ageing, now) : null;
        if (head != null) {
            order.add(new Candidate(demand, head));
        }
    }

    private record Candidate(Demand demand, TaskEntry head) {}
}
