package io.sirsi.shell.internal.completion;

import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.shell.internal.Callers;
import java.util.Collection;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Offers what the hypervisor knows, as far as the caller may see it; offers nothing where it may
 * not.
 */
abstract class HypervisorCompleter implements Completer {

    @Reference private @Nullable BundleContext bundleContext;

    @Override
    public final int complete(Session session, CommandLine commandLine, List<String> candidates) {
        BundleContext context = bundleContext;
        ServiceReference<HypervisorAccess> reference =
                context == null ? null : context.getServiceReference(HypervisorAccess.class);
        if (context == null || reference == null) {
            return -1;
        }
        try {
            HypervisorAccess access = context.getService(reference);
            return access == null
                    ? -1
                    : new StringsCompleter(offers(access.as(Callers.current())))
                            .complete(session, commandLine, candidates);
        } catch (RefusedException notForThisCaller) {
            return -1;
        } finally {
            context.ungetService(reference);
        }
    }

    /** {@return what can be typed here} */
    abstract Collection<String> offers(Hypervisor hypervisor);
}
