package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentSnapshot;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.task.TaskSnapshot;
import java.util.Optional;

/**
 * What one caller may know of: with {@code session:any} everything, else what lives in sessions of
 * its own. What is not visible is treated as if it did not exist.
 */
record Visibility(Caller caller, Gate gate, SessionRegistry sessions) {

    private static final Permission ANY = Permission.of("session:any");

    boolean everything() {
        return gate.allows(caller, ANY);
    }

    Optional<Session> session(SessionId id) {
        return sessions.find(id)
                .filter(session -> session.owner().equals(caller.name()) || everything());
    }

    boolean sees(SessionId id) {
        return sessions.find(id)
                        .filter(session -> session.owner().equals(caller.name()))
                        .isPresent()
                || everything();
    }

    boolean sees(AgentSnapshot agent) {
        return sees(agent.session());
    }

    boolean sees(TaskSnapshot task) {
        return sees(task.session());
    }
}
