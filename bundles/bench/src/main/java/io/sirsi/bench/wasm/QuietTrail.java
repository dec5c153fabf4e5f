package io.sirsi.bench.wasm;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditTrail;
import io.sirsi.audit.AuditVerification;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A trail that only counts: what a disk takes for an audit is not the loader's. */
final class QuietTrail implements AuditTrail {

    private final AtomicLong records = new AtomicLong();

    @Override
    public long intent(AuditAction action) {
        return records.incrementAndGet();
    }

    @Override
    public void result(long intent, AuditOutcome outcome, String note) {
        records.incrementAndGet();
    }

    @Override
    public List<AuditRecord> read(AuditQuery query) {
        return List.of();
    }

    @Override
    public AuditVerification verify() {
        return new AuditVerification(records.get(), "", Optional.empty());
    }
}
