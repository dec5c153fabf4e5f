package io.sirsi.hypervisor.internal;

import io.sirsi.hypervisor.SessionControl;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionSpec;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Sessions, in one caller's name. */
record SessionDesk(Visibility who, SessionRegistry registry) implements SessionControl {

    @Override
    public Session openSession(SessionSpec spec) {
        Gate.Request request =
                request("session:open", spec.label())
                        .with(
                                Map.of(
                                        "maxAgents", Integer.toString(spec.limits().maxAgents()),
                                        "maxTasks", Integer.toString(spec.limits().maxTasks()),
                                        "lifetime", spec.limits().lifetime().toString()));
        return who.gate()
                .act(
                        request,
                        () -> registry.open(who.caller().name(), spec),
                        session -> session.id().value());
    }

    @Override
    public Session session(SessionId session) {
        return who.gate()
                .read(
                        request("session:read", session),
                        () ->
                                who.session(session)
                                        .orElseThrow(() -> SessionRegistry.absent(session)));
    }

    @Override
    public List<Session> sessions() {
        return who.gate()
                .read(
                        request("session:read", ""),
                        () -> {
                            boolean all = who.everything();
                            return registry.list().stream()
                                    .filter(
                                            session ->
                                                    all
                                                            || session.owner()
                                                                    .equals(who.caller().name()))
                                    .toList();
                        });
    }

    @Override
    public Session suspendSession(SessionId session) {
        return change("session:suspend", session, registry::suspend);
    }

    @Override
    public Session resumeSession(SessionId session) {
        return change("session:resume", session, registry::resume);
    }

    @Override
    public Session closeSession(SessionId session) {
        return change(
                "session:close",
                session,
                id -> registry.close(id, "its session was closed by " + who.caller().name()));
    }

    private Session change(String permission, SessionId id, Function<SessionId, Session> change) {
        return who.gate()
                .act(
                        request(permission, id),
                        () -> {
                            if (who.session(id).isEmpty()) {
                                throw SessionRegistry.absent(id);
                            }
                            return change.apply(id);
                        },
                        session -> session.state().name());
    }

    private Gate.Request request(String permission, Object target) {
        return Gate.Request.of(who.caller(), permission, target);
    }
}
