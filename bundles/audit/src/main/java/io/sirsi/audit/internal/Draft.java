package io.sirsi.audit.internal;

import io.sirsi.audit.AuditRecord;

/**
 * A record that has neither number nor hash yet.
 *
 * @param entry what it says
 * @param subject whom it is about
 */
record Draft(AuditRecord.Entry entry, Subject subject) {

    /**
     * By what records are found.
     *
     * @param caller the account; empty if there is none
     * @param permission what was asked for; empty if there is none
     */
    record Subject(String caller, String permission) {

        /** What the trail says of itself is about nobody. */
        static final Subject NONE = new Subject("", "");
    }

    /** {@return a record of what the trail has to say of itself} */
    static Draft remark(String note) {
        return new Draft(new AuditRecord.Remark(note), Subject.NONE);
    }
}
