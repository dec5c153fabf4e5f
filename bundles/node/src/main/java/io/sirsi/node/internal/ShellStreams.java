package io.sirsi.node.internal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.command.CommandFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Lets what a command of the shell says reach its caller at once. Karaf leaves the error stream of
 * a command over SSH unflushed and reports the exit code first, so that a short sentence on it,
 * such as why something was refused, would never arrive. It also closes the tunnels that Karaf
 * leaves open.
 */
@Component(service = ShellStreams.class, immediate = true)
public final class ShellStreams {

    /** Karaf replaces its first server within milliseconds, when it hears of its configuration. */
    private static final Duration QUIET = Duration.ofMillis(250);

    private final Map<SshServer, CommandFactory> before = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;
    private volatile @Nullable SshServer newest;
    private volatile long newestSince;

    /** Begins without a server. */
    @Activate
    public ShellStreams() {
        this(System::nanoTime);
    }

    ShellStreams(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Steps between an SSH server and the factory of its commands. Karaf makes a new server
     * whenever its configuration changes, and may leave the old one registered.
     */
    @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policy = ReferencePolicy.DYNAMIC)
    void addServer(SshServer server) {
        CommandFactory factory = server.getCommandFactory();
        before.put(server, factory);
        // Karaf lets everybody who logs in tunnel to wherever this machine reaches.
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        newestSince = nanoTime.getAsLong();
        newest = server;
        server.setCommandFactory(
                (channel, command) -> new Prompt(factory.createCommand(channel, command)));
    }

    void removeServer(SshServer server) {
        CommandFactory factory = before.remove(server);
        if (factory != null) {
            server.setCommandFactory(factory);
        }
    }

    /** {@return whether the newest server is started, and no newer one came for a while} */
    boolean settled() {
        SshServer server = newest;
        return server != null
                && server.isStarted()
                && nanoTime.getAsLong() - newestSince >= QUIET.toNanos();
    }

    /** A command whose streams are never left with something in them. */
    private static final class Prompt implements Command {

        private final Command command;
        private OutputStream out = OutputStream.nullOutputStream();
        private OutputStream err = OutputStream.nullOutputStream();

        Prompt(Command command) {
            this.command = command;
        }

        @Override
        public void setInputStream(InputStream in) {
            command.setInputStream(in);
        }

        @Override
        public void setOutputStream(OutputStream stream) {
            out = stream;
            command.setOutputStream(stream);
        }

        @Override
        public void setErrorStream(OutputStream stream) {
            err = new FlushedAtOnce(stream);
            command.setErrorStream(err);
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            command.setExitCallback(
                    (exitCode, message, closeImmediately) -> {
                        flush();
                        callback.onExit(exitCode, message, closeImmediately);
                    });
        }

        private void flush() {
            try {
                err.flush();
                out.flush();
            } catch (IOException gone) {
                // the caller left before the answer: nobody reads the rest
            }
        }

        @Override
        public void start(ChannelSession channel, Environment environment) throws IOException {
            command.start(channel, environment);
        }

        @Override
        public void destroy(ChannelSession channel) throws Exception {
            command.destroy(channel);
        }
    }

    /** Errors are few and short; each goes out when it is written. */
    private static final class FlushedAtOnce extends FilterOutputStream {

        FlushedAtOnce(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            out.flush();
        }
    }
}
