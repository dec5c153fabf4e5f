package io.sirsi.security.shiro.internal;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditTrail;
import io.sirsi.audit.AuditVerification;
import io.sirsi.failure.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A trail in memory, which can run full. */
final class ListAuditTrail implements AuditTrail {

    final List<AuditAction> actions = new ArrayList<>();
    final List<String> results = new ArrayList<>();
    boolean full;

    @Override
    public synchronized long intent(AuditAction action) {
        if (full) {
            throw RefusedException.unavailable("the audit's disk is full; make room.");
        }
        actions.add(action);
        return actions.size();
    }

    @Override
    public synchronized void result(long intent, AuditOutcome outcome, String note) {
        results.add(intent + " " + outcome + " " + note);
    }

    @Override
    public List<AuditRecord> read(AuditQuery query) {
        return List.of();
    }

    @Override
    public AuditVerification verify() {
        return new AuditVerification(actions.size(), "", Optional.empty());
    }
}
