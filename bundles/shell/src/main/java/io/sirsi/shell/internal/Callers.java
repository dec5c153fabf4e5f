package io.sirsi.shell.internal;

import io.sirsi.security.Caller;
import java.security.AccessController;
import java.security.Principal;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.jspecify.annotations.Nullable;

/** Tells who types, from the login that Karaf attached to the thread. */
public final class Callers {

    /** The name of whoever has not logged in; no account has it, so nothing is allowed. */
    static final String ANONYMOUS = "anonymous";

    private static final String DOOR = "shell";

    private Callers() {}

    /** {@return the caller of the present thread} */
    @SuppressWarnings(
            "removal") // Karaf 4.4 carries the login in the access control context, and runs on 17
    // and 21
    public static Caller current() {
        return of(Subject.getSubject(AccessController.getContext()));
    }

    static Caller of(@Nullable Subject subject) {
        if (subject == null) {
            return new Caller(ANONYMOUS, DOOR);
        }
        return subject.getPrincipals(UserPrincipal.class).stream()
                .findFirst()
                .map(Principal::getName)
                .map(name -> new Caller(name, DOOR))
                .orElseGet(() -> new Caller(ANONYMOUS, DOOR));
    }
}
