package io.sirsi.hypervisor;

import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionSpec;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Sessions. A caller without {@code session:any} sees and touches only sessions of its own. */
@ProviderType
public interface SessionControl {

    /**
     * {@return a new session of this caller}; needs {@code session:open}; the limits may not exceed
     * the node's.
     */
    Session openSession(SessionSpec spec);

    /**
     * {@return the session}; needs {@code session:read}. NOT_FOUND for one of another owner, as for
     * none at all.
     */
    Session session(SessionId session);

    /**
     * {@return the sessions, newest first; ended ones for as long as they are remembered}; needs
     * {@code session:read}.
     */
    List<Session> sessions();

    /**
     * {@return the session, Suspended: what runs may finish, nothing new starts}; needs {@code
     * session:suspend}.
     */
    Session suspendSession(SessionId session);

    /** {@return the session, Active again}; needs {@code session:resume}. */
    Session resumeSession(SessionId session);

    /**
     * {@return the session, Terminated, its tasks cancelled and its agents ended}; needs {@code
     * session:close}.
     */
    Session closeSession(SessionId session);
}
