package io.sirsi.aws.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.CloudConnection;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One account: its clients are made for the first connection, shared by all, and closed with the
 * last. Thread-safe.
 */
final class AwsAccount implements AutoCloseable {

    private final String name;
    private final String origin;
    private final Optional<String> problem;
    private final Supplier<AccountClients> make;
    private @Nullable AccountClients clients;
    private int connections;
    private boolean closed;

    /**
     * Describes an account.
     *
     * @param name its name here
     * @param origin where it comes from
     * @param problem what is wrong with its configuration, if anything
     * @param make makes its clients
     */
    AwsAccount(
            String name, String origin, Optional<String> problem, Supplier<AccountClients> make) {
        this.name = name;
        this.origin = origin;
        this.problem = problem;
        this.make = make;
    }

    /** {@return its name here} */
    String name() {
        return name;
    }

    /** {@return where it comes from} */
    String origin() {
        return origin;
    }

    /**
     * Opens it.
     *
     * @return a connection
     * @throws AgentFailureException GONE if it is closed
     */
    synchronized CloudConnection connect() throws AgentFailureException {
        if (closed) {
            throw new AgentFailureException(
                    AgentFailure.gone("the AWS account '" + name + "' is being closed"));
        }
        if (problem.isPresent()) {
            return new BrokenConnection(problem.get());
        }
        AccountClients shared = clients;
        if (shared == null) {
            shared = make.get();
            clients = shared;
        }
        connections++;
        return new AwsConnection(name, shared, this::release);
    }

    /** One connection less. */
    private void release() {
        AccountClients unused = null;
        synchronized (this) {
            connections--;
            if (connections == 0) {
                unused = clients;
                clients = null;
            }
        }
        if (unused != null) {
            unused.close();
        }
    }

    /** Ends it now: what is under way fails as GONE. */
    @Override
    public void close() {
        AccountClients open;
        synchronized (this) {
            closed = true;
            open = clients;
            clients = null;
        }
        if (open != null) {
            open.close();
        }
    }

    /** {@return how many connections are open} */
    synchronized int connections() {
        return connections;
    }
}
