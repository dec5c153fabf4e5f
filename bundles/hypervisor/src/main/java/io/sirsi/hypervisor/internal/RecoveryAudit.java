package io.sirsi.hypervisor.internal;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditTrail;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.Subscription;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TasksNotRecovered;
import io.sirsi.task.TasksRecovered;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Writes into the audit what a scheduler found when it opened its record, and that it could not. It
 * hears of it, and also asks each scheduler that appears, because on some starts the scheduler is
 * there first. Thread-safe.
 */
@Component(service = RecoveryAudit.class, immediate = true)
public final class RecoveryAudit {

    static final Permission RECOVER = Permission.of("task:recover");

    private final Ledger ledger;
    private final List<Subscription> subscriptions;
    private final Clock clock;
    private @Nullable Instant last;
    private String lastRefusal = "";

    /**
     * Begins to listen.
     *
     * @param trail where it is written
     * @param bus where it is heard
     */
    @Activate
    public RecoveryAudit(@Reference AuditTrail trail, @Reference EventBus bus) {
        this(trail, bus, Clock.systemUTC());
    }

    RecoveryAudit(AuditTrail trail, EventBus bus, Clock clock) {
        this.clock = clock;
        this.ledger = new Ledger(trail);
        this.subscriptions =
                List.of(
                        bus.subscribe(
                                TasksRecovered.class,
                                SubscriberOptions.sync("audit-recovery"),
                                this::recovered),
                        bus.subscribe(
                                TasksNotRecovered.class,
                                SubscriberOptions.sync("audit-no-recovery"),
                                this::notRecovered));
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setTasks(TaskScheduler scheduler) {
        Optional<TasksRecovered> found = scheduler.recovery();
        String trouble = scheduler.stats().trouble();
        if (found.isPresent()) {
            recovered(found.get());
        } else if (!trouble.isEmpty()) {
            notRecovered(new TasksNotRecovered(trouble, clock.instant()));
        }
    }

    void unsetTasks(TaskScheduler scheduler) {
        // Nothing was kept of it.
    }

    @Deactivate
    void stop() {
        subscriptions.forEach(Subscription::close);
    }

    private synchronized void recovered(TasksRecovered what) {
        if (what.at().equals(last)) {
            return;
        }
        last = what.at();
        lastRefusal = "";
        ledger.told(
                new AuditAction(
                        Caller.SYSTEM,
                        RECOVER,
                        "scheduler",
                        Map.of(
                                "live", Integer.toString(what.live()),
                                "resumed", Integer.toString(what.resumed()),
                                "unknown", Integer.toString(what.unknown()),
                                "tornBytes", Long.toString(what.tornBytes()),
                                "took", what.took().toString(),
                                "at", what.at().toString())),
                AuditOutcome.DONE,
                what.live()
                        + " tasks, "
                        + what.resumed()
                        + " of them ran meanwhile, "
                        + what.unknown()
                        + " unknown; "
                        + torn(what.tornBytes()));
    }

    /** It is tried again and again; that it failed for this reason is written once. */
    private synchronized void notRecovered(TasksNotRecovered what) {
        if (what.sentence().equals(lastRefusal)) {
            return;
        }
        lastRefusal = what.sentence();
        ledger.told(
                new AuditAction(
                        Caller.SYSTEM, RECOVER, "scheduler", Map.of("at", what.at().toString())),
                AuditOutcome.REFUSED,
                what.sentence());
    }

    /** {@return what is said of a torn end} */
    static String torn(long bytes) {
        return bytes == 0
                ? "nothing was torn"
                : bytes + " bytes of a record that was never acknowledged were cut off the end";
    }
}
