package io.sirsi.audit;

import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import java.util.Map;

/**
 * An action as the audit knows it.
 *
 * @param caller who
 * @param permission what is asked for
 * @param target on what, as an id or a name; empty if there is none
 * @param detail further facts, never a secret; keys and values are cut at 1,024 characters by the
 *     trail
 */
public record AuditAction(
        Caller caller, Permission permission, String target, Map<String, String> detail) {

    public AuditAction {
        detail = Map.copyOf(detail);
    }

    /** {@return an action without further facts} */
    public static AuditAction of(Caller caller, Permission permission, String target) {
        return new AuditAction(caller, permission, target, Map.of());
    }
}
