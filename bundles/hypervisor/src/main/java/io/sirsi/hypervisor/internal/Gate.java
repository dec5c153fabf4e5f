package io.sirsi.hypervisor.internal;

import io.sirsi.audit.AuditAction;
import io.sirsi.failure.RefusedException;
import io.sirsi.security.Authorizer;
import io.sirsi.security.Caller;
import io.sirsi.security.Decision;
import io.sirsi.security.Permission;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every call passes: decided, audited, done, in this order. There is no other way to the
 * services behind it. Thread-safe.
 */
final class Gate {

    private final Authorizer authorizer;
    private final Ledger ledger;

    Gate(Authorizer authorizer, Ledger ledger) {
        this.authorizer = authorizer;
        this.ledger = ledger;
    }

    /** What is asked for. */
    record Request(
            Caller caller, Permission permission, String target, Map<String, String> detail) {

        static Request of(Caller caller, String permission, Object target) {
            return new Request(caller, Permission.of(permission), target.toString(), Map.of());
        }

        Request with(Map<String, String> moreDetail) {
            return new Request(caller, permission, target, moreDetail);
        }

        Request asking(Permission other) {
            return new Request(caller, other, target, detail);
        }

        private AuditAction action(Permission asked) {
            return new AuditAction(caller, asked, target, detail);
        }
    }

    /** {@return whether the caller may, asked for its own sake: a no is not audited} */
    boolean allows(Caller caller, Permission permission) {
        return authorizer.decide(caller, permission) instanceof Decision.Granted;
    }

    /** {@return what the caller has been given} */
    Set<Permission> permissionsOf(Caller caller) {
        return authorizer.permissionsOf(caller);
    }

    /**
     * Decides the permission of a request and those that it needs besides.
     *
     * @throws RefusedException DENIED for the first no, which is audited
     */
    void check(Request request, Collection<Permission> besides) {
        decide(request, request.permission());
        besides.forEach(permission -> decide(request, permission));
    }

    /** Decides; then reads. Reading is not audited. */
    <T> T read(Request request, Supplier<T> reader) {
        check(request, List.of());
        return reader.get();
    }

    /** Decides; then acts between an audit intent and its result. */
    <T> T act(Request request, Supplier<T> effect, Function<? super T, String> note) {
        check(request, List.of());
        return decided(request, effect, note);
    }

    /** Acts between an audit intent and its result; the caller of this method has checked. */
    <T> T decided(Request request, Supplier<T> effect, Function<? super T, String> note) {
        return ledger.run(request.action(request.permission()), effect, note);
    }

    /**
     * Refuses what is not there for the caller. Whoever may not even read learns no more than that;
     * the attempt is audited.
     */
    RefusedException absent(Request request, Permission read, String sentence) {
        decide(request, read);
        return ledger.refused(
                request.action(request.permission()), RefusedException.notFound(sentence));
    }

    /** Records a no that did not come from the authorizer; gives the refusal back. */
    RefusedException denied(Request request, String sentence) {
        ledger.denied(request.action(request.permission()), sentence);
        return RefusedException.denied(sentence);
    }

    private void decide(Request request, Permission permission) {
        if (authorizer.decide(request.caller(), permission) instanceof Decision.Denied denied) {
            throw denied(request.asking(permission), denied.sentence());
        }
    }
}
