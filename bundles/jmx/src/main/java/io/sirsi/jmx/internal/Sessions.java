package io.sirsi.jmx.internal;

import io.sirsi.jmx.SessionView;
import io.sirsi.jmx.SessionsMXBean;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionSpec;
import java.util.List;

/** Sessions, for JMX. */
final class Sessions extends Notices implements SessionsMXBean {

    static final String OPENED = "io.sirsi.session.opened";
    static final String CHANGED = "io.sirsi.session.changed";

    private final Calls calls;

    Sessions(Calls calls) {
        super(OPENED, CHANGED);
        this.calls = calls;
    }

    @Override
    public List<SessionView> listSessions() {
        return calls.call(node -> node.sessions().stream().map(Sessions::view).toList());
    }

    @Override
    public SessionView getSession(String session) {
        return calls.call(node -> view(node.session(new SessionId(session))));
    }

    @Override
    public String openSession(String label) {
        return calls.call(node -> node.openSession(SessionSpec.of(label)).id().value());
    }

    @Override
    public void suspendSession(String session) {
        calls.call(node -> node.suspendSession(new SessionId(session)));
    }

    @Override
    public void resumeSession(String session) {
        calls.call(node -> node.resumeSession(new SessionId(session)));
    }

    @Override
    public void closeSession(String session) {
        calls.call(node -> node.closeSession(new SessionId(session)));
    }

    private static SessionView view(Session session) {
        return new SessionView(
                session.id().value(),
                session.owner(),
                session.spec().label(),
                session.state().name(),
                session.openedAt().toString(),
                session.expiresAt().toString(),
                session.spec().limits().weight());
    }
}
