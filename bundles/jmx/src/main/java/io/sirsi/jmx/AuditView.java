package io.sirsi.jmx;

import javax.management.ConstructorParameters;

/** One record of the audit. */
public final class AuditView {

    private final long sequence;
    private final String at;
    private final String kind;
    private final String caller;
    private final String permission;
    private final String target;
    private final String note;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param sequence its number
     * @param at when it was written, ISO 8601 in UTC
     * @param kind intent, result or remark
     * @param caller who, and through which door; or empty
     * @param permission what was asked for, or empty
     * @param target on what, or empty
     * @param note its outcome and note, or empty
     */
    @ConstructorParameters({"sequence", "at", "kind", "caller", "permission", "target", "note"})
    public AuditView(
            long sequence,
            String at,
            String kind,
            String caller,
            String permission,
            String target,
            String note) {
        this.sequence = sequence;
        this.at = at;
        this.kind = kind;
        this.caller = caller;
        this.permission = permission;
        this.target = target;
        this.note = note;
    }

    /** {@return its number} */
    public long getSequence() {
        return sequence;
    }

    /** {@return when it was written, ISO 8601 in UTC} */
    public String getAt() {
        return at;
    }

    /** {@return intent, result or remark} */
    public String getKind() {
        return kind;
    }

    /** {@return who, and through which door; or empty} */
    public String getCaller() {
        return caller;
    }

    /** {@return what was asked for, or empty} */
    public String getPermission() {
        return permission;
    }

    /** {@return on what, or empty} */
    public String getTarget() {
        return target;
    }

    /** {@return its outcome and note, or empty} */
    public String getNote() {
        return note;
    }
}
