package io.sirsi.shell.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.HypervisorAccess;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command that asks the hypervisor in the name of who typed it. A refusal is one sentence: on the
 * error stream with exit code 1 for a script (Karaf takes an {@link Integer} result as the exit
 * code of an SSH exec), in red for a person.
 */
public abstract class HypervisorCommand implements Action {

    private static final Logger LOG = LoggerFactory.getLogger(HypervisorCommand.class);

    @Option(name = "--json", description = "Print JSON instead of a table")
    private boolean json;

    @Reference private @Nullable Session session;

    @Reference private @Nullable BundleContext bundleContext;

    @Override
    public final @Nullable Object execute() throws Exception {
        try {
            int exitCode = withHypervisor();
            return exitCode == 0 || interactive() ? null : (Object) exitCode;
        } catch (RefusedException | IllegalArgumentException refused) {
            throw told(String.valueOf(refused.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw told("interrupted.");
        } catch (IOException broken) {
            throw told("could not write the answer: " + broken.getMessage());
        } catch (RuntimeException bug) {
            LOG.error("command {} failed", getClass().getSimpleName(), bug);
            throw told(
                    "this failed through a fault of the node ("
                            + bug.getClass().getSimpleName()
                            + "); its log has the details.");
        }
    }

    /**
     * Does what the command is for.
     *
     * @param hypervisor the hypervisor, in the caller's name
     * @return the exit code for a script
     * @throws InterruptedException if the person gave up
     * @throws IOException if the answer could not be written
     */
    protected abstract int run(Hypervisor hypervisor) throws InterruptedException, IOException;

    /**
     * {@return where the answer goes: the terminal, or the next command of a pipe, as Karaf has set
     * it for this thread}
     */
    protected final PrintStream out() {
        return System.out;
    }

    /** {@return where notices go that are no part of the answer} */
    protected final PrintStream err() {
        return System.err;
    }

    /** {@return whether JSON is wanted} */
    protected final boolean json() {
        return json;
    }

    /** Prints values as a table, or as JSON where that is wanted. */
    protected final <T> int print(View<T> view, List<T> values) throws IOException {
        if (json) {
            out().println(Json.text(values.stream().map(view::json).toList()));
        } else {
            view.table(out(), values);
        }
        return 0;
    }

    /** Prints one value as a list of its properties, or as JSON where that is wanted. */
    protected final <T> int print(View<T> view, T value) throws IOException {
        if (json) {
            out().println(Json.text(view.json(value)));
        } else {
            view.properties(out(), value);
        }
        return 0;
    }

    /** Prints a short answer: a sentence for people, a value for scripts. */
    protected final int say(String sentence, String key, Object value) throws IOException {
        out().println(json ? Json.text(Map.of(key, Json.value(value))) : sentence);
        return 0;
    }

    /** {@return the shell's session} */
    protected final Session session() {
        Session present = session;
        if (present == null) {
            throw new IllegalStateException("the shell gave this command no session");
        }
        return present;
    }

    /**
     * Checks that a session was named. Karaf would only say that the option is required.
     *
     * @param named what was typed
     * @return it
     * @throws IllegalArgumentException with the commands that show and make sessions
     */
    protected static String needed(@Nullable String named) {
        if (named == null || named.isBlank()) {
            throw new IllegalArgumentException(
                    "--session is missing: session:list shows the sessions there are, session:open"
                            + " makes one; then write --session s-...");
        }
        return named;
    }

    /**
     * {@return whether a person types into an interactive shell; else this is one command of a
     * script}
     */
    protected final boolean interactive() {
        return session().getTerminal() != null;
    }

    /** A piece of work with a service. */
    @FunctionalInterface
    protected interface Use<S> {

        /**
         * Works with the service, which is given back afterwards.
         *
         * @param service the service
         * @return the exit code for a script
         * @throws InterruptedException if the person gave up
         * @throws IOException if the answer could not be written
         */
        int with(S service) throws InterruptedException, IOException;
    }

    /**
     * Works with a service that is looked up now: as a reference of the command, its absence would
     * make all commands of the shell vanish without a word.
     *
     * @param type the service
     * @param absence what to say where there is none
     * @param use the work
     * @return what the work returns
     * @throws RefusedException UNAVAILABLE where there is none
     */
    protected final <S> int use(Class<S> type, String absence, Use<S> use)
            throws InterruptedException, IOException {
        BundleContext context = bundleContext;
        ServiceReference<S> reference = context == null ? null : context.getServiceReference(type);
        S service = context == null || reference == null ? null : context.getService(reference);
        if (context == null || reference == null || service == null) {
            throw RefusedException.unavailable(absence);
        }
        try {
            return use.with(service);
        } finally {
            context.ungetService(reference);
        }
    }

    private int withHypervisor() throws InterruptedException, IOException {
        return use(
                HypervisorAccess.class,
                "the hypervisor is not active: it needs an authorizer, the audit trail, agents, scheduler and"
                        + " inventory; see bundle:list and the log for the one that is missing.",
                access -> run(access.as(Callers.current())));
    }

    /** Karaf shows the nice help of this exception, and nothing else; its exit code is 1. */
    private static CommandException told(String sentence) {
        return new CommandException(sentence + System.lineSeparator(), sentence);
    }
}
