package io.sirsi.agents.internal;

import io.sirsi.agent.AgentType;
import io.sirsi.failure.RefusedException;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentFailureException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets providers make the objects of agents, and lets these stop, on the providers' own threads.
 * Thread-safe.
 */
final class AgentMaker {

    private static final Logger LOG = LoggerFactory.getLogger(AgentMaker.class);

    private final Duration timeout;

    /**
     * Makes agents within a limit.
     *
     * @param timeout how long a provider may take
     */
    AgentMaker(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * Makes an agent; waits for it.
     *
     * @throws RefusedException UNAVAILABLE where that fails or takes too long
     */
    Agent make(TypeSlot slot, AgentContext context) {
        AgentType type = slot.descriptor().type();
        CompletableFuture<Agent> made = new CompletableFuture<>();
        Future<?> work;
        try {
            work =
                    slot.threads()
                            .submit(
                                    () -> {
                                        makeOnOwnThread(slot, context, made);
                                        return true;
                                    });
        } catch (RejectedExecutionException gone) {
            throw unavailable(type, "its type has just gone away");
        }
        String problem;
        try {
            return made.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            throw unavailable(type, sentence(type, failed.getCause()));
        } catch (TimeoutException late) {
            problem =
                    "its provider took longer than " + timeout.toMillis() + " ms (spawnTimeoutMs)";
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
            problem = "the wait for it was interrupted";
        }
        if (!made.cancel(false)) { // it came in this moment
            discard(slot, made.join());
        }
        work.cancel(true);
        throw unavailable(type, problem);
    }

    private static void makeOnOwnThread(
            TypeSlot slot, AgentContext context, CompletableFuture<Agent> made) {
        try {
            Agent agent = ForeignCode.call(slot.loader(), () -> slot.provider().create(context));
            if (agent == null) {
                throw new IllegalStateException("the provider returned no agent");
            }
            if (!made.complete(agent)) {
                ForeignCode.call(slot.loader(), () -> stopQuietly(agent));
            }
        } catch (Throwable failure) { // the edge of the thread; whoever waits gets it
            made.completeExceptionally(failure);
        }
    }

    private static String sentence(AgentType type, @Nullable Throwable failure) {
        if (failure instanceof AgentFailureException expected) {
            return expected.failure().sentence();
        }
        LOG.error("the provider of agent type '{}' failed", type, failure);
        return "its provider has a bug; the log of the node has the details";
    }

    /** Without a cause: it would be an object of the provider's bundle in the caller's hands. */
    private static RefusedException unavailable(AgentType type, String problem) {
        return RefusedException.unavailable(
                "an agent of type '" + type + "' could not be made: " + problem);
    }

    /** Releases an agent that came too late; does not wait. */
    static void discard(TypeSlot slot, Agent agent) {
        try {
            CompletableFuture<Boolean> unused = stop(slot, agent);
        } catch (RejectedExecutionException gone) {
            LOG.debug("an agent came after the end of its type");
        }
    }

    /** Releases an agent on a thread of its type. */
    static CompletableFuture<Boolean> stop(TypeSlot slot, Agent agent) {
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        Future<?> unused =
                slot.threads()
                        .submit(
                                () -> {
                                    try {
                                        return ForeignCode.call(
                                                slot.loader(), () -> stopQuietly(agent));
                                    } finally {
                                        stopped.complete(true);
                                    }
                                });
        return stopped;
    }

    private static boolean stopQuietly(Agent agent) {
        try {
            agent.stop();
            return true;
        } catch (RuntimeException | LinkageError bug) {
            LOG.error("an agent did not stop cleanly", bug);
            return false;
        }
    }
}
