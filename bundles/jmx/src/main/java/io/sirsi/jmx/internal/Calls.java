package io.sirsi.jmx.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.security.Caller;
import java.security.AccessController;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one call of a client to the hypervisor in the client's name, and a refusal back as an
 * exception that every client has the class of. Thread-safe.
 */
final class Calls {

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private static final String DOOR = "jmx";

    /** Nobody's account: the authorizer knows no such name. */
    private static final Caller ANONYMOUS = new Caller("anonymous", DOOR);

    private final HypervisorAccess access;
    private final Supplier<Caller> caller;

    /** Calls in the name of whoever is connected. */
    Calls(HypervisorAccess access) {
        this(access, Calls::connected);
    }

    Calls(HypervisorAccess access, Supplier<Caller> caller) {
        this.access = access;
        this.caller = caller;
    }

    /**
     * Calls.
     *
     * @param call what to ask the hypervisor
     * @return what it answered
     * @throws SecurityException if the caller may not
     * @throws IllegalArgumentException if a value makes no sense, or names nothing
     * @throws IllegalStateException if it cannot be done, now or at all
     */
    <T> T call(Function<Hypervisor, T> call) {
        try {
            return call.apply(access.as(caller.get()));
        } catch (RefusedException e) {
            throw bare(refusal(e));
        } catch (IllegalArgumentException e) {
            throw bare(new IllegalArgumentException(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a JMX call failed", e);
            throw bare(
                    new IllegalStateException(
                            "the node failed on this call; its log says more, at the time of the"
                                    + " call."));
        }
    }

    /** As {@link #call}, for what has no answer. */
    void run(Consumer<Hypervisor> call) {
        call(
                node -> {
                    call.accept(node);
                    return true;
                });
    }

    private static RuntimeException refusal(RefusedException e) {
        return switch (e.reason()) {
            case DENIED -> new SecurityException(e.getMessage());
            case NOT_FOUND, INVALID -> new IllegalArgumentException(e.getMessage());
            case LIMIT, CONFLICT, UNAVAILABLE -> new IllegalStateException(e.getMessage());
        };
    }

    /** Without our stack: a client can do nothing with it. */
    private static RuntimeException bare(RuntimeException e) {
        e.setStackTrace(new StackTraceElement[0]);
        return e;
    }

    /**
     * Who is connected: the one account that the realm put into the connection's subject. A call
     * from inside the node has no subject, and is anonymous.
     */
    @SuppressWarnings("removal")
    private static Caller connected() {
        Subject subject = Subject.getSubject(AccessController.getContext());
        if (subject == null) {
            return ANONYMOUS;
        }
        Set<UserPrincipal> users = subject.getPrincipals(UserPrincipal.class);
        return users.size() == 1 ? new Caller(users.iterator().next().getName(), DOOR) : ANONYMOUS;
    }
}
