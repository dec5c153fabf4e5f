package io.sirsi.jmx;

import java.util.List;

/**
 * Sessions, as {@code io.sirsi:type=Sessions}. Everything is decided by the hypervisor in the name
 * of the account that is connected; a refusal comes as {@link SecurityException}, {@link
 * IllegalArgumentException} or {@link IllegalStateException} with one sentence.
 */
public interface SessionsMXBean {

    /** {@return the sessions that the caller may see, newest first} */
    List<SessionView> listSessions();

    /** {@return one session} */
    SessionView getSession(String session);

    /** {@return the id of a new session with default limits} */
    String openSession(String label);

    /** Stops new work in a session; what runs may finish. */
    void suspendSession(String session);

    /** Lets a suspended session go on. */
    void resumeSession(String session);

    /** Ends a session, its tasks and its agents. */
    void closeSession(String session);
}
