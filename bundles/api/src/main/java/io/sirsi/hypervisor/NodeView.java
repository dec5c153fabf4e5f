package io.sirsi.hypervisor;

import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditVerification;
import io.sirsi.event.SubscriberStats;
import io.sirsi.security.Permission;
import io.sirsi.telemetry.MetricSample;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** What the node says of itself. */
@ProviderType
public interface NodeView {

    /** {@return version, age, counts, health}; needs {@code hypervisor:read}. */
    NodeStatus status();

    /** {@return what this caller has been given}; needs nothing. */
    Set<Permission> myPermissions();

    /** {@return audit records, oldest first}; needs {@code audit:read}. */
    List<AuditRecord> auditRecords(AuditQuery query);

    /** {@return whether the audit's chain is whole}; needs {@code audit:verify}. */
    AuditVerification verifyAudit();

    /** {@return metrics whose name begins with the prefix}; needs {@code metrics:read}. */
    List<MetricSample> metrics(String prefix);

    /** {@return what each subscriber of the bus has received}; needs {@code hypervisor:read}. */
    List<SubscriberStats> subscribers();
}
