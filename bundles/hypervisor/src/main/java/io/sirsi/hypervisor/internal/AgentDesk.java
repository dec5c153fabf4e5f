package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.Health;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentControl;
import io.sirsi.security.Permission;
import io.sirsi.session.SessionId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Agents, in one caller's name. */
record AgentDesk(Visibility who, SessionRegistry sessions, AgentRuntime runtime)
        implements AgentControl {

    private static final Permission READ = Permission.of("agent:read");

    @Override
    public List<AgentDescriptor> agentTypes() {
        return who.gate().read(request("agent:read", ""), runtime::types);
    }

    @Override
    public AgentId spawnAgent(SessionId session, AgentSpec spec) {
        Gate.Request request =
                request("agent:spawn:" + spec.type(), session)
                        .with(
                                Map.of(
                                        "permissions",
                                        spec.capabilities().permissions().stream()
                                                .map(Permission::value)
                                                .sorted()
                                                .collect(Collectors.joining(" "))));
        who.gate().check(request, List.of());
        Set<Permission> mine = who.gate().permissionsOf(who.caller());
        // A permission with wildcards cannot be decided as one; it can be compared with what is
        // had.
        spec.capabilities().permissions().stream()
                .sorted()
                .filter(asked -> !isWild(asked) || !implied(mine, asked))
                .forEach(asked -> who.gate().check(request.asking(asked), List.of()));
        return who.gate()
                .decided(
                        request,
                        () -> {
                            if (who.session(session).isEmpty()) {
                                throw SessionRegistry.absent(session);
                            }
                            AgentSpec whole = complete(session, spec, mine);
                            return sessions.withAgent(
                                    session, () -> runtime.spawn(session, whole).id());
                        },
                        AgentId::value);
    }

    @Override
    public AgentSnapshot agent(AgentId agent) {
        return who.gate()
                .read(
                        request("agent:read", agent),
                        () -> visible(agent).orElseThrow(() -> absent(agent)));
    }

    @Override
    public List<AgentSnapshot> agents() {
        return who.gate()
                .read(
                        request("agent:read", ""),
                        () -> runtime.list().stream().filter(who::sees).toList());
    }

    @Override
    public Health agentHealth(AgentId agent) {
        return who.gate()
                .read(
                        request("agent:read", agent),
                        () -> {
                            AgentSnapshot there = visible(agent).orElseThrow(() -> absent(agent));
                            return runtime.health(there.id());
                        });
    }

    @Override
    public int terminateAgent(AgentId agent) {
        Optional<AgentSnapshot> there = visible(agent);
        if (there.isEmpty()) {
            throw who.gate().absent(request("agent:terminate", agent), READ, absentWords(agent));
        }
        return who.gate()
                .act(
                        request("agent:terminate:" + there.get().spec().type(), agent),
                        () -> runtime.terminate(agent, "ended by " + who.caller().name()),
                        ended -> ended + " agents ended");
    }

    /** Fills in what was left out, and refuses a type or a parent that is not there. */
    private AgentSpec complete(SessionId session, AgentSpec spec, Set<Permission> mine) {
        AgentDescriptor type =
                runtime.types().stream()
                        .filter(one -> one.type().equals(spec.type()))
                        .findFirst()
                        .orElseThrow(() -> unknownType(spec));
        Optional<AgentSnapshot> parent = spec.parent().map(id -> parent(session, id));
        if (!spec.capabilities().equals(AgentCapabilities.NONE)) {
            return spec;
        }
        AgentCapabilities most = type.offers();
        Set<Permission> permissions = common(most.permissions(), mine);
        if (parent.isEmpty()) {
            return spec.capabilities(
                    none ->
                            new AgentCapabilities(
                                    most.spawnsSubAgents(), most.domains(), permissions));
        }
        AgentCapabilities above = parent.get().spec().capabilities();
        return spec.capabilities(
                none ->
                        new AgentCapabilities(
                                most.spawnsSubAgents() && above.spawnsSubAgents(),
                                most.domains().stream()
                                        .filter(above.domains()::contains)
                                        .collect(Collectors.toSet()),
                                common(permissions, above.permissions())));
    }

    private AgentSnapshot parent(SessionId session, AgentId id) {
        // One of another session is none, or its name could be guessed by trying.
        return visible(id)
                .filter(agent -> agent.session().equals(session))
                .orElseThrow(() -> absent(id));
    }

    private Optional<AgentSnapshot> visible(AgentId agent) {
        return runtime.find(agent).filter(who::sees);
    }

    private RefusedException unknownType(AgentSpec spec) {
        return RefusedException.notFound(
                "unknown agent type '"
                        + spec.type()
                        + "'; known: "
                        + runtime.types().stream()
                                .map(one -> one.type().value())
                                .collect(Collectors.joining(", ")));
    }

    private static RefusedException absent(AgentId agent) {
        return RefusedException.notFound(absentWords(agent));
    }

    private static String absentWords(AgentId agent) {
        return "there is no agent '" + agent + "'; list yours to see their names";
    }

    /** {@return what both sets allow: of each pair the narrower} */
    private static Set<Permission> common(Set<Permission> some, Set<Permission> others) {
        Set<Permission> both = new LinkedHashSet<>();
        some.stream().filter(one -> implied(others, one)).forEach(both::add);
        others.stream().filter(other -> implied(some, other)).forEach(both::add);
        return both;
    }

    private static boolean implied(Set<Permission> givers, Permission asked) {
        return givers.stream().anyMatch(giver -> giver.implies(asked));
    }

    private static boolean isWild(Permission permission) {
        return permission.parts().contains("*");
    }

    private Gate.Request request(String permission, Object target) {
        return Gate.Request.of(who.caller(), permission, target);
    }
}
