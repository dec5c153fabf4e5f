package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentState;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.Inventory;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.Scan;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import io.sirsi.session.Session;
import io.sirsi.session.SessionState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What code that is not trusted may do. Looked up anew in every call: an agent may have ended, a
 * session been suspended, an account lost a role since the last one.
 */
record GuestAuthority(
        Gate gate, Inventory inventory, Supplier<Standing> standing, SpawnRoom spawnRoom)
        implements AgentAuthority {

    /** The door that guests come through, as the audit names it. */
    static final String DOOR = "wasm";

    private static final String READ = "cloud:read";
    private static final String SPAWN = "agent:spawn:";

    /** Where agents that a guest spawns must find a place. */
    @FunctionalInterface
    interface SpawnRoom {

        /**
         * Spawns one.
         *
         * @throws RefusedException LIMIT if the session is full
         */
        <T> T spawn(Supplier<T> effect);
    }

    /** Who asks, at this moment. */
    sealed interface Standing {}

    /**
     * Somebody who may ask.
     *
     * @param caller in whose name
     * @param agent which agent, if it is one
     */
    record Asking(Caller caller, Optional<AgentSnapshot> agent) implements Standing {}

    /**
     * Somebody who may ask for nothing any more.
     *
     * @param caller in whose name it would be
     * @param sentence why not
     */
    record Barred(Caller caller, String sentence) implements Standing {}

    /** {@return the authority of an agent} */
    static GuestAuthority ofAgent(
            AgentId agent,
            AgentRuntime agents,
            SessionRegistry sessions,
            Gate gate,
            Inventory inventory) {
        SpawnRoom room =
                new SpawnRoom() {
                    @Override
                    public <T> T spawn(Supplier<T> effect) {
                        AgentSnapshot parent =
                                agents.find(agent)
                                        .orElseThrow(
                                                () ->
                                                        RefusedException.notFound(
                                                                "agent '"
                                                                        + agent.value()
                                                                        + "' is gone"));
                        return sessions.withAgent(parent.session(), effect);
                    }
                };
        return new GuestAuthority(gate, inventory, () -> standing(agent, agents, sessions), room);
    }

    /** {@return the authority of a person who tries a module: all that the person may do} */
    static GuestAuthority ofCaller(Caller caller, Gate gate, Inventory inventory) {
        Standing asking = new Asking(caller, Optional.empty());
        return new GuestAuthority(gate, inventory, () -> asking, Supplier::get);
    }

    @Override
    public boolean allows(Permission permission) {
        return standing.get() instanceof Asking asking
                && asking.agent().map(agent -> has(agent, permission)).orElse(true)
                && gate.allows(asking.caller(), permission);
    }

    @Override
    public void require(Permission permission, String target) {
        checked(permission, target, Map.of());
    }

    @Override
    public <T> T act(
            Permission permission,
            String target,
            Map<String, String> detail,
            Supplier<T> effect,
            Function<? super T, String> note) {
        Supplier<T> bounded =
                permission.value().startsWith(SPAWN) ? () -> spawnRoom.spawn(effect) : effect;
        return gate.decided(checked(permission, target, detail), bounded, note);
    }

    @Override
    public List<Scan> scans(int limit) {
        require(Permission.of(READ), "");
        return inventory.scans(limit);
    }

    @Override
    public void forEachResource(ResourceQuery query, Consumer<CloudResource> reader) {
        require(Permission.of(READ), query.scan().value());
        if (inventory.scan(query.scan()).isEmpty()) {
            throw ScanCoordinator.absent(query.scan());
        }
        inventory.forEachResource(query, reader);
    }

    /** {@return the request, which is allowed} */
    private Gate.Request checked(Permission permission, String target, Map<String, String> detail) {
        Standing now = standing.get();
        if (now instanceof Barred barred) {
            throw gate.denied(
                    new Gate.Request(barred.caller(), permission, target, detail),
                    barred.sentence());
        }
        Asking asking = (Asking) now;
        Map<String, String> whole = new HashMap<>(detail);
        asking.agent().ifPresent(agent -> whole.put("agent", agent.id().value()));
        Gate.Request request = new Gate.Request(asking.caller(), permission, target, whole);
        if (asking.agent().isPresent() && !has(asking.agent().get(), permission)) {
            throw gate.denied(
                    request,
                    "agent '"
                            + asking.agent().get().id().value()
                            + "' was not given "
                            + permission
                            + " when it was spawned");
        }
        gate.check(request, List.of());
        return request;
    }

    private static boolean has(AgentSnapshot agent, Permission permission) {
        return agent.spec().capabilities().permits(permission);
    }

    private static Standing standing(AgentId id, AgentRuntime agents, SessionRegistry sessions) {
        Optional<AgentSnapshot> agent = agents.find(id);
        if (agent.isEmpty() || agent.get().state() == AgentState.TERMINATED) {
            return new Barred(Caller.SYSTEM, "agent '" + id.value() + "' is gone");
        }
        if (agent.get().state() == AgentState.INITIALIZING) {
            // What still asks is a thread that did not end with the bundle that it is of.
            return new Barred(
                    Caller.SYSTEM,
                    "agent '" + id.value() + "' waits for its type and runs nothing");
        }
        Optional<Session> session = sessions.find(agent.get().session());
        if (session.isEmpty()) {
            return new Barred(Caller.SYSTEM, "the session of agent '" + id.value() + "' is gone");
        }
        Caller owner = new Caller(session.get().owner(), DOOR);
        if (session.get().state() != SessionState.ACTIVE) {
            return new Barred(
                    owner,
                    "the session of agent '"
                            + id.value()
                            + "' is "
                            + session.get().state()
                            + ", not ACTIVE");
        }
        return new Asking(owner, agent);
    }
}
