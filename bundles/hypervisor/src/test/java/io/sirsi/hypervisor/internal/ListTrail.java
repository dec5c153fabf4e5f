package io.sirsi.hypervisor.internal;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditTrail;
import io.sirsi.audit.AuditVerification;
import io.sirsi.failure.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An audit in a list; writes nothing while it is broken. */
final class ListTrail implements AuditTrail {

    final List<AuditRecord> records = new ArrayList<>();
    boolean broken;

    @Override
    public synchronized long intent(AuditAction action) {
        return add(new AuditRecord.Intent(action));
    }

    @Override
    public synchronized void result(long intent, AuditOutcome outcome, String note) {
        add(new AuditRecord.Result(intent, outcome, note));
    }

    @Override
    public synchronized List<AuditRecord> read(AuditQuery query) {
        return List.copyOf(records);
    }

    @Override
    public AuditVerification verify() {
        return new AuditVerification(records.size(), "head", Optional.empty());
    }

    /** {@return permission, target and outcome of each action, as one line} */
    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (AuditRecord record : records) {
            if (record.entry() instanceof AuditRecord.Result result
                    && records.get((int) result.intent() - 1).entry()
                            instanceof AuditRecord.Intent intent) {
                AuditAction action = intent.action();
                lines.add(
                        action.caller().name()
                                + " "
                                + action.permission()
                                + " "
                                + result.outcome());
            }
        }
        return lines;
    }

    private long add(AuditRecord.Entry entry) {
        if (broken) {
            throw RefusedException.unavailable("the audit cannot be written: disk full");
        }
        long sequence = records.size() + 1L;
        records.add(new AuditRecord(sequence, Instant.EPOCH, entry, "hash"));
        return sequence;
    }
}
