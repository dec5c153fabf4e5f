package io.sirsi.spi.cloud;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentType;
import io.sirsi.cloud.CloudAccount;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.cloud.Severity;
import io.sirsi.spi.agent.AgentFailureException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A cloud in memory: account {@code main} (known to the provider as {@code 4711}), the regions
 * {@code north} and {@code south}, and {@code west}, which is not enabled; one user, and two boxes
 * a region in two pages. The contract is tested on it, and the agent of every cloud.
 */
public final class ScriptedCloud implements CloudProvider {

    /** Listed region by region. */
    public static final ResourceType BOX = ResourceType.of("scripted:box");

    /** Listed once. */
    public static final ResourceType USER = ResourceType.of("scripted:user");

    /** A way to break the contract. */
    public enum Fault {
        /** Opens any account. */
        ANY_ACCOUNT,
        /** Finds nothing in a region that it does not know. */
        ANY_REGION,
        /** Goes on after it was told to stop. */
        DEAF,
        /** Takes no notice of an interrupt. */
        UNINTERRUPTIBLE,
        /** Lists each resource twice. */
        DOUBLE,
        /** Says "null" where it does not know. */
        NULL_TEXT,
        /** Puts resources into an account of its own. */
        WRONG_ACCOUNT,
        /** Takes a failure for nothing being there. */
        BLIND,
        /** Goes on when a page was not kept. */
        CARELESS,
        /** Leaves a thread behind. */
        THREAD
    }

    private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    private final AtomicInteger open = new AtomicInteger();
    private Optional<AgentFailure> outage = Optional.empty();

    /** From now on, it breaks the contract in this way. */
    public ScriptedCloud with(Fault fault) {
        faults.add(fault);
        return this;
    }

    /** From now on, whatever is asked of it fails so. */
    public ScriptedCloud broken(AgentFailure failure) {
        outage = Optional.of(failure);
        return this;
    }

    /** {@return how many connections are open} */
    public int open() {
        return open.get();
    }

    @Override
    public AgentDescriptor descriptor() {
        return new AgentDescriptor(
                new AgentType("scripted"),
                "A cloud in memory",
                AgentCapabilities.NONE
                        .canSpawnSubAgents()
                        .domainExpertise("boxes")
                        .requiredPermissions("scripted:read"),
                Set.of(CloudTasks.IDENTIFY, CloudTasks.DISCOVER),
                2);
    }

    @Override
    public Reachable accounts() {
        return new Reachable(
                List.of(new CloudAccount("scripted", "main", "the script")), Optional.empty());
    }

    @Override
    public Set<String> regions() {
        return Set.of("north", "south", "west");
    }

    @Override
    public List<ResourceTypeInfo> resourceTypes() {
        return List.of(
                new ResourceTypeInfo(USER, "Users", ResourceTypeInfo.Placement.GLOBAL),
                new ResourceTypeInfo(BOX, "Boxes", ResourceTypeInfo.Placement.REGIONAL));
    }

    @Override
    public List<FindingRule> rules() {
        return RULES;
    }

    private static final List<FindingRule> RULES =
            List.of(
                    new FindingRule(
                            "scripted-box-open",
                            Severity.HIGH,
                            BOX,
                            (box, now) ->
                                    Optional.ofNullable(box.attributes().get("open"))
                                            .filter("true"::equals)
                                            .map(
                                                    yes ->
                                                            FindingRule.Violation.of(
                                                                    box, "close it", "open"))));

    @Override
    public CloudConnection connect(String account) throws AgentFailureException {
        if (!account.equals("main") && !has(Fault.ANY_ACCOUNT)) {
            throw failed(AgentFailure.Code.NOT_FOUND, "there is no account '" + account + "'");
        }
        open.incrementAndGet();
        if (has(Fault.THREAD)) {
            Thread leak = new Thread(LockSupport::park, "leak");
            leak.setDaemon(true);
            leak.start();
        }
        return new Connection();
    }

    private boolean has(Fault fault) {
        return faults.contains(fault);
    }

    private static AgentFailureException failed(AgentFailure.Code code, String sentence) {
        return new AgentFailureException(AgentFailure.of(code, sentence));
    }

    private final class Connection implements CloudConnection {

        private boolean closed;

        @Override
        public Identity identify(DiscoverySink sink)
                throws AgentFailureException, InterruptedException {
            call(sink);
            return new Identity("4711", "the tester", List.of("north", "south"));
        }

        @Override
        public void discover(String region, ResourceType type, DiscoverySink sink)
                throws AgentFailureException, InterruptedException {
            boolean global = region.equals(CloudScope.GLOBAL);
            if (!global && !regions().contains(region)) {
                if (has(Fault.ANY_REGION)) {
                    return;
                }
                throw failed(AgentFailure.Code.NOT_FOUND, "there is no region '" + region + "'");
            }
            if (!type.equals(global ? USER : BOX)) {
                throw failed(AgentFailure.Code.UNSUPPORTED, "cannot list '" + type + "' there");
            }
            for (String id : global ? List.of("ann") : List.of("box-1", "box-2")) {
                if (sink.cancelled() && !has(Fault.DEAF)) {
                    return;
                }
                try {
                    call(sink);
                } catch (AgentFailureException e) {
                    if (has(Fault.BLIND)) {
                        sink.page(List.of());
                        continue;
                    }
                    throw e;
                }
                page(
                        sink,
                        new CloudResource(
                                key(sink, region, type, id),
                                id,
                                Map.of(),
                                Map.of(
                                        "open",
                                        has(Fault.NULL_TEXT)
                                                ? "null"
                                                : Boolean.toString(id.endsWith("1")))));
            }
        }

        private ResourceKey key(DiscoverySink sink, String region, ResourceType type, String id) {
            return has(Fault.WRONG_ACCOUNT)
                    ? new ResourceKey(new CloudScope("scripted", "main", region), type, id)
                    : sink.key(region, type, id);
        }

        private void page(DiscoverySink sink, CloudResource resource) throws AgentFailureException {
            try {
                sink.page(has(Fault.DOUBLE) ? List.of(resource, resource) : List.of(resource));
            } catch (AgentFailureException e) {
                if (!has(Fault.CARELESS)) {
                    throw e;
                }
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }

        private void call(DiscoverySink sink) throws AgentFailureException, InterruptedException {
            if (!has(Fault.UNINTERRUPTIBLE) && Thread.interrupted()) {
                throw new InterruptedException();
            }
            sink.called();
            if (outage.isPresent()) {
                throw new AgentFailureException(outage.get());
            }
        }
    }
}
