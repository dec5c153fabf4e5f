package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudAccount;
import io.sirsi.cloud.ProviderInfo;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.spi.cloud.CloudProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clouds that are there now, and what each can reach. A provider that is slow, hangs or throws
 * spoils the answer of no other. Thread-safe.
 */
@Component(
        service = CloudProviders.class,
        immediate = true,
        configurationPid = "io.sirsi.hypervisor")
public final class CloudProviders {

    private static final Logger log = LoggerFactory.getLogger(CloudProviders.class);

    private final Duration timeout;
    private final ExecutorService lookups;
    private final Map<CloudProvider, Known> known = new ConcurrentHashMap<>();
    private final Map<CloudProvider, CompletableFuture<CloudProvider.Reachable>> underWay =
            new ConcurrentHashMap<>();

    /** A provider and what is always true of it. */
    record Known(
            CloudProvider service,
            String name,
            AgentCapabilities offers,
            Set<String> regions,
            List<ResourceTypeInfo> types) {}

    /** What a provider said when it was asked for its accounts. */
    record Answer(
            Known provider,
            List<CloudAccount> accounts,
            Optional<String> hint,
            Optional<AgentFailure> failure) {

        ProviderInfo info() {
            return new ProviderInfo(
                    provider.name(),
                    provider.types(),
                    provider.regions(),
                    accounts,
                    failure.map(AgentFailure::sentence).or(() -> hint));
        }
    }

    /**
     * Begins without any provider.
     *
     * @param config how long a provider may look
     */
    @Activate
    public CloudProviders(HypervisorConfig config) {
        this(Settings.of(config).waits().accounts());
    }

    CloudProviders(Duration timeout) {
        this.timeout = timeout;
        AtomicInteger count = new AtomicInteger();
        // At most one lookup a provider is under way, so there are few threads, and none for long.
        this.lookups =
                new ThreadPoolExecutor(
                        0,
                        Integer.MAX_VALUE,
                        5,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        work -> {
                            Thread thread =
                                    new Thread(work, "sirsi-accounts-" + count.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** Gives up on whoever still looks. */
    @Deactivate
    public void stop() {
        lookups.shutdownNow();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addProvider(CloudProvider provider) {
        try {
            known.put(
                    provider,
                    new Known(
                            provider,
                            provider.descriptor().type().value(),
                            provider.descriptor().offers(),
                            Set.copyOf(provider.regions()),
                            List.copyOf(provider.resourceTypes())));
        } catch (RuntimeException | LinkageError e) {
            log.error("a cloud provider is ignored, because it cannot describe itself", e);
        }
    }

    void removeProvider(CloudProvider provider) {
        known.remove(provider);
    }

    /** {@return the providers that are there, in order of name} */
    List<Known> all() {
        return known.values().stream().sorted(Comparator.comparing(Known::name)).toList();
    }

    /**
     * Asks providers for their accounts, all at once.
     *
     * @param providers whom
     * @return what each said, in the given order; one that did not answer in time, or threw, has no
     *     accounts and a failure that says so
     */
    List<Answer> ask(Collection<Known> providers) {
        long deadline = System.nanoTime() + timeout.toNanos();
        record Asked(Known provider, CompletableFuture<CloudProvider.Reachable> future) {}
        List<Asked> asked =
                providers.stream().map(provider -> new Asked(provider, look(provider))).toList();
        List<Answer> answers = new ArrayList<>();
        for (Asked one : asked) {
            answers.add(await(one.provider(), one.future(), deadline));
        }
        return answers;
    }

    private CompletableFuture<CloudProvider.Reachable> look(Known provider) {
        CloudProvider service = provider.service();
        CompletableFuture<CloudProvider.Reachable> mine = new CompletableFuture<>();
        CompletableFuture<CloudProvider.Reachable> earlier = underWay.putIfAbsent(service, mine);
        if (earlier != null) {
            return earlier;
        }
        lookups.execute(
                () -> {
                    try {
                        mine.complete(service.accounts());
                    } catch (RuntimeException | LinkageError e) {
                        log.warn("{} failed to look for its accounts", provider.name(), e);
                        mine.completeExceptionally(e);
                    } finally {
                        underWay.remove(service, mine);
                    }
                });
        return mine;
    }

    private Answer await(
            Known provider, CompletableFuture<CloudProvider.Reachable> future, long deadline) {
        try {
            CloudProvider.Reachable reachable =
                    future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return new Answer(provider, reachable.accounts(), reachable.hint(), Optional.empty());
        } catch (TimeoutException e) {
            return failed(
                    provider,
                    AgentFailure.Code.TIMED_OUT,
                    provider.name()
                            + " did not find its accounts within "
                            + timeout.toMillis()
                            + " ms; try again");
        } catch (ExecutionException e) {
            return failed(
                    provider,
                    AgentFailure.Code.INTERNAL,
                    provider.name() + " failed to look for its accounts; the log has the details");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(
                    provider,
                    AgentFailure.Code.TIMED_OUT,
                    "interrupted while " + provider.name() + " looked for its accounts");
        }
    }

    private static Answer failed(Known provider, AgentFailure.Code code, String sentence) {
        return new Answer(
                provider,
                List.of(),
                Optional.empty(),
                Optional.of(AgentFailure.of(code, sentence)));
    }
}
