package io.sirsi.aws.internal;

import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.DiscoverySink;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * How one discovery calls: it waits for its turn, counts every attempt, says failures as values,
 * and stops when nobody wants the answer any more. Thread-safe.
 */
final class AwsCalls {

    /** One call; what it is handed goes into the request's {@code overrideConfiguration}. */
    @FunctionalInterface
    interface Request<T> {
        /** {@return the answer} */
        T send(Consumer<AwsRequestOverrideConfiguration.Builder> counted);
    }

    /** What is done with each page of a list. */
    @FunctionalInterface
    interface PageReader<P> {
        /** Reads a page. */
        void read(P page) throws AgentFailureException, InterruptedException;
    }

    /** What is looked up for each of many things. */
    @FunctionalInterface
    interface Detail<A, B> {
        /** {@return what was found} */
        B of(A thing) throws AgentFailureException, InterruptedException;
    }

    /** Nobody wants the answer any more: leave without one. */
    static final class Cancelled extends InterruptedException {

        private static final long serialVersionUID = 1L;

        Cancelled() {
            super("the discovery was cancelled");
        }
    }

    private final AccountClients clients;
    private final DiscoverySink sink;

    AwsCalls(AccountClients clients, DiscoverySink sink) {
        this.clients = clients;
        this.sink = sink;
    }

    /** {@return the clients} */
    AccountClients clients() {
        return clients;
    }

    /** {@return where pages and gaps go} */
    DiscoverySink sink() {
        return sink;
    }

    /** {@return a page size that the service allows} */
    int pageSize(int most) {
        return Math.min(most, clients.settings().pageSize());
    }

    /**
     * Makes one call.
     *
     * @return the answer
     * @throws AgentFailureException what went wrong, after the SDK's own retries
     * @throws InterruptedException if interrupted; {@link Cancelled} if nobody wants the answer
     */
    <T> T call(Service service, String region, String operation, Request<T> request)
            throws AgentFailureException, InterruptedException {
        return find(service, region, operation, Set.of(), request)
                .orElseThrow(() -> new IllegalStateException(operation + " answered nothing"));
    }

    /**
     * Makes one call for something that may not exist.
     *
     * @param absent the codes by which the service says that there is none
     * @return the answer; empty if there is none
     * @throws AgentFailureException what went wrong, after the SDK's own retries
     * @throws InterruptedException if interrupted; {@link Cancelled} if nobody wants the answer
     */
    <T> Optional<T> find(
            Service service,
            String region,
            String operation,
            Set<String> absent,
            Request<T> request)
            throws AgentFailureException, InterruptedException {
        return find(service, region, operation, absent, attempts(service, region), request);
    }

    private Attempts attempts(Service service, String region) {
        return new Attempts(sink, clients.turns(service, region));
    }

    private <T> Optional<T> find(
            Service service,
            String region,
            String operation,
            Set<String> absent,
            Attempts attempts,
            Request<T> request)
            throws AgentFailureException, InterruptedException {
        if (Thread.interrupted()) {
            throw interrupted(operation);
        }
        if (sink.cancelled()) {
            throw new Cancelled();
        }
        attempts.await();
        try {
            return Optional.of(
                    InBundle.call(
                            () ->
                                    request.send(
                                            how ->
                                                    how.putExecutionAttribute(
                                                            Attempts.key(), attempts))));
        } catch (RuntimeException e) {
            if (Thread.interrupted() || e instanceof AbortedException) {
                throw interrupted(operation);
            }
            if (clients.closed()) {
                throw AccountClients.gone();
            }
            if (!(e instanceof SdkException || e instanceof Attempts.ComeBackLater)) {
                throw e;
            }
            if (e instanceof AwsServiceException answer
                    && answer.awsErrorDetails() != null
                    && answer.awsErrorDetails().errorCode() != null
                    && absent.contains(answer.awsErrorDetails().errorCode())) {
                return Optional.empty();
            }
            throw new AgentFailureException(
                    AwsFailures.of(
                            e, service.id() + ":" + operation + " in " + region, clients.known()));
        }
    }

    /**
     * Reads a list page by page.
     *
     * @param open makes the list; the SDK calls for a page when it is asked for
     * @param reader takes each page
     * @throws AgentFailureException what went wrong
     * @throws InterruptedException if interrupted; {@link Cancelled} if nobody wants the answer
     */
    <P> void pages(
            Service service,
            String region,
            String operation,
            Request<? extends Iterable<P>> open,
            PageReader<P> reader)
            throws AgentFailureException, InterruptedException {
        Attempts attempts = attempts(service, region);
        Paging<P> paging = new Paging<>(open);
        while (paging.more()) {
            Optional<P> page = find(service, region, operation, Set.of(), attempts, paging);
            if (page.isPresent()) {
                reader.read(page.get());
            }
        }
    }

    /**
     * Looks up many things at once.
     *
     * @return what was found, in the same order
     * @throws AgentFailureException the first failure
     * @throws InterruptedException if interrupted; {@link Cancelled} if nobody wants the answer
     */
    <A, B> List<B> each(List<A> things, Detail<A, B> detail)
            throws AgentFailureException, InterruptedException {
        List<Callable<B>> lookups = new ArrayList<>();
        for (A thing : things) {
            lookups.add(() -> detail.of(thing));
        }
        List<Future<B>> answers;
        try {
            answers = clients.details().invokeAll(lookups);
        } catch (RejectedExecutionException e) {
            throw AccountClients.gone();
        }
        List<B> found = new ArrayList<>();
        for (Future<B> answer : answers) {
            try {
                found.add(answer.get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AgentFailureException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof InterruptedException stop) {
                    throw stop;
                }
                throw new IllegalStateException(e.getCause());
            } catch (CancellationException e) {
                throw AccountClients.gone();
            }
        }
        return found;
    }

    private static InterruptedException interrupted(String operation) {
        return new InterruptedException("interrupted in " + operation);
    }

    /** A list that is being read; its first page's way of counting is that of all pages. */
    private static final class Paging<P> implements Request<P> {

        private final Request<? extends Iterable<P>> open;
        private @Nullable Iterator<P> pages;

        Paging(Request<? extends Iterable<P>> open) {
            this.open = open;
        }

        boolean more() {
            return pages == null || pages.hasNext();
        }

        @Override
        public P send(Consumer<AwsRequestOverrideConfiguration.Builder> counted) {
            Iterator<P> iterator = pages;
            if (iterator == null) {
                iterator = open.send(counted).iterator();
                pages = iterator;
            }
            return iterator.next();
        }
    }
}
