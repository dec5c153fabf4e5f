package io.sirsi.wasm.internal;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditTrail;
import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleRefused;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in through the folder. Whoever can write there is the node's user, so nobody is asked
 * whether it is allowed; but it is written down before it is done, like everything.
 */
final class FolderDoor implements ModuleFolder.Taker {

    private static final Logger LOG = LoggerFactory.getLogger(FolderDoor.class);
    private static final Caller FOLDER = new Caller("system", "folder");
    private static final Permission INSTALL = Permission.of("wasm:install");

    private final DefaultWasmModules modules;
    private final AuditTrail trail;
    private final EventBus bus;
    private final Clock clock;

    FolderDoor(DefaultWasmModules modules, AuditTrail trail, EventBus bus, Clock clock) {
        this.modules = modules;
        this.trail = trail;
        this.bus = bus;
        this.clock = clock;
    }

    @Override
    public boolean take(ModuleFile file, boolean last) {
        DefaultWasmModules.Known known = modules.known(file);
        if (known == DefaultWasmModules.Known.WITHDRAWN) {
            LOG.info(
                    "{} stays out: it was unloaded or rolled back; wasm:install brings it back",
                    file.name());
        }
        if (known == DefaultWasmModules.Known.KEPT) {
            LOG.info(
                    "{} stays out: it is a version that served before; wasm:rollback goes back to"
                            + " the last, wasm:install to any",
                    file.name());
        }
        if (known != DefaultWasmModules.Known.NEW) {
            return true;
        }
        AuditAction action =
                new AuditAction(
                        FOLDER, INSTALL, file.name(), Map.of("digest", file.digest().value()));
        ModuleLoader.Loading loading = modules.load(file);
        boolean used = false;
        try {
            if (!loading.report().passed()) {
                if (last) {
                    refused(
                            action,
                            ModuleLoader.refusal(file.name(), loading.report()).getMessage());
                }
                return last;
            }
            long intent = trail.intent(action);
            used = true;
            install(file, loading, intent);
            return true;
        } catch (RefusedException unavailable) { // the audit cannot be written: it may come back
            if (last) {
                refused(action, unavailable.getMessage());
            }
            return last;
        } finally {
            if (!used) {
                loading.discard();
            }
        }
    }

    private void install(ModuleFile file, ModuleLoader.Loading loading, long intent) {
        AuditOutcome outcome = AuditOutcome.FAILED;
        String note = "it failed; the log has the details";
        try {
            InstalledModule module = modules.install(file, loading, "folder");
            outcome = AuditOutcome.DONE;
            note = module.manifest().agent().type() + " " + module.manifest().version();
        } catch (RefusedException refusal) {
            outcome = AuditOutcome.REFUSED;
            note = String.valueOf(refusal.getMessage());
            tell(file.name(), note);
        } finally {
            trail.result(intent, outcome, note);
        }
    }

    private void refused(AuditAction action, @Nullable String why) {
        String sentence = String.valueOf(why);
        tell(action.target(), sentence);
        try {
            trail.result(trail.intent(action), AuditOutcome.REFUSED, sentence);
        } catch (RefusedException unwritable) {
            LOG.error("the refusal of {} could not be audited", action.target(), unwritable);
        }
    }

    private void tell(String name, String why) {
        LOG.warn("from the folder: {}", why);
        bus.publish(new ModuleRefused(name, why, clock.instant()));
    }
}
