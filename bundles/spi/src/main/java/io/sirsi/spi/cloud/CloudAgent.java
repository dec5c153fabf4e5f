package io.sirsi.spi.cloud;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.GapDiscovered;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.cloud.ResourcesDiscovered;
import io.sirsi.cloud.ScanId;
import io.sirsi.failure.RefusedException;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The agent of every {@link CloudProvider}. Without the setting {@code region} it is the agent of
 * an account and runs {@link CloudTasks#IDENTIFY}: it spawns an agent for each region below itself
 * and submits a task for each region and type. With it, it is the agent of that region and runs
 * {@link CloudTasks#DISCOVER}.
 */
public final class CloudAgent implements Agent {

    private static final Duration DISCOVERY_TIMEOUT = Duration.ofMinutes(10);

    private final CloudProvider provider;
    private final AgentContext context;
    private final CloudConnection connection;

    /** The agents of regions by region, so that a second attempt uses those of the first. */
    private final Map<String, AgentId> regionAgents = new ConcurrentHashMap<>();

    /**
     * Opens the account that the agent's settings name.
     *
     * @param provider the cloud
     * @param context the agent; its setting {@code account} names the account
     * @throws AgentFailureException INVALID without that setting, or as {@link
     *     CloudProvider#connect}
     */
    public CloudAgent(CloudProvider provider, AgentContext context) throws AgentFailureException {
        this.provider = provider;
        this.context = context;
        String account = context.spec().settings().get(CloudTasks.ACCOUNT);
        if (account == null) {
            throw failed(
                    AgentFailure.Code.INVALID,
                    "an agent of this type needs the setting '" + CloudTasks.ACCOUNT + "'");
        }
        this.connection = provider.connect(account);
    }

    @Override
    public TaskOutcome run(TaskContext task) throws AgentFailureException, InterruptedException {
        try {
            return switch (task.spec().type()) {
                case CloudTasks.IDENTIFY -> identify(task);
                case CloudTasks.DISCOVER -> discover(task);
                default ->
                        throw failed(
                                AgentFailure.Code.UNSUPPORTED,
                                "no agent of a cloud runs '" + task.spec().type() + "'");
            };
        } catch (RefusedException e) {
            throw failed(codeOf(e.reason()), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void stop() {
        connection.close();
    }

    private TaskOutcome identify(TaskContext task)
            throws AgentFailureException, InterruptedException {
        Map<String, String> wanted = task.spec().input().fields();
        Sink sink = new Sink(task, label(task, CloudTasks.ACCOUNT));
        CloudConnection.Identity identity = connection.identify(sink);
        Set<String> wantedTypes = split(wanted.getOrDefault(CloudTasks.TYPES, ""));
        List<ResourceTypeInfo> types =
                provider.resourceTypes().stream()
                        .filter(
                                info ->
                                        wantedTypes.isEmpty()
                                                || wantedTypes.contains(info.type().value()))
                        .toList();
        Set<String> regions = new LinkedHashSet<>(identity.regions());
        Set<String> wantedRegions = split(wanted.getOrDefault(CloudTasks.REGIONS, ""));
        if (!wantedRegions.isEmpty()) {
            for (String region : wantedRegions) {
                if (provider.regions().contains(region) && !regions.contains(region)) {
                    sink.gap(
                            new CoverageGap(
                                    new CloudScope(
                                            label(task, CloudTasks.PROVIDER),
                                            identity.account(),
                                            region),
                                    Optional.empty(),
                                    AgentFailure.of(
                                            AgentFailure.Code.FORBIDDEN,
                                            "the region '"
                                                    + region
                                                    + "' is not enabled for account "
                                                    + identity.account())));
                }
            }
            regions.retainAll(wantedRegions);
        }
        int tasks =
                submit(task, CloudScope.GLOBAL, ResourceTypeInfo.Placement.GLOBAL, types, identity);
        for (String region : regions) {
            tasks += submit(task, region, ResourceTypeInfo.Placement.REGIONAL, types, identity);
        }
        return new TaskOutcome.Succeeded(
                task.elapsed(),
                Payload.fields(
                        Map.of(
                                CloudTasks.ACCOUNT_ID,
                                identity.account(),
                                "principal",
                                identity.principal(),
                                CloudTasks.TASKS,
                                Integer.toString(tasks),
                                CloudTasks.API_CALLS,
                                Long.toString(sink.calls.get()))));
    }

    private int submit(
            TaskContext task,
            String region,
            ResourceTypeInfo.Placement placement,
            List<ResourceTypeInfo> types,
            CloudConnection.Identity identity)
            throws AgentFailureException {
        List<ResourceTypeInfo> here =
                types.stream().filter(info -> info.placement() == placement).toList();
        if (here.isEmpty()) {
            return 0;
        }
        AgentSpec mine = context.spec();
        String account = label(task, CloudTasks.ACCOUNT);
        AgentId agent =
                regionAgents.computeIfAbsent(
                        region,
                        absent ->
                                context.spawn(
                                        AgentSpec.of(mine.type().value())
                                                .capabilities(
                                                        none ->
                                                                new AgentCapabilities(
                                                                        false,
                                                                        mine.capabilities()
                                                                                .domains(),
                                                                        mine.capabilities()
                                                                                .permissions()))
                                                .setting(CloudTasks.ACCOUNT, account)
                                                .setting(CloudTasks.REGION, region)));
        for (ResourceTypeInfo info : here) {
            task.submit(
                    TaskSpec.of(CloudTasks.DISCOVER)
                            .idempotencyKey(key(task.id(), region, info.type()))
                            .priority(task.spec().priority())
                            .constraint(AgentConstraint.named(agent))
                            .timeout(DISCOVERY_TIMEOUT)
                            .retry(task.spec().retry())
                            .label(CloudTasks.ACCOUNT_ID, identity.account())
                            .label(CloudTasks.REGION, region)
                            .label(CloudTasks.TYPE, info.type().value()));
        }
        return here.size();
    }

    private TaskOutcome discover(TaskContext task)
            throws AgentFailureException, InterruptedException {
        Sink sink = new Sink(task, label(task, CloudTasks.ACCOUNT_ID));
        connection.discover(
                label(task, CloudTasks.REGION),
                ResourceType.of(label(task, CloudTasks.TYPE)),
                sink);
        if (sink.stopped) {
            return new TaskOutcome.Cancelled(
                    task.elapsed(), "it was told to stop before everything was listed");
        }
        return new TaskOutcome.Succeeded(
                task.elapsed(),
                Payload.fields(
                        Map.of(
                                CloudTasks.RESOURCES, Long.toString(sink.resources.get()),
                                CloudTasks.API_CALLS, Long.toString(sink.calls.get()))));
    }

    /**
     * Names a discovery within a session, so that another attempt to identify submits none twice.
     */
    private static String key(TaskId identify, String region, ResourceType type) {
        try {
            byte[] name = (identify + " " + region + " " + type).getBytes(StandardCharsets.UTF_8);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(name));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static AgentFailure.Code codeOf(RefusedException.Reason reason) {
        return switch (reason) {
            case DENIED -> AgentFailure.Code.FORBIDDEN;
            case NOT_FOUND -> AgentFailure.Code.NOT_FOUND;
            case INVALID -> AgentFailure.Code.INVALID;
            case LIMIT -> AgentFailure.Code.LIMIT;
            case CONFLICT -> AgentFailure.Code.GONE;
            case UNAVAILABLE -> AgentFailure.Code.REMOTE_ERROR;
        };
    }

    private static Set<String> split(String list) {
        Set<String> parts = new LinkedHashSet<>();
        Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .forEach(parts::add);
        return parts;
    }

    private static String label(TaskContext task, String label) throws AgentFailureException {
        String value = task.spec().labels().get(label);
        if (value == null) {
            throw failed(
                    AgentFailure.Code.INVALID,
                    "a task '" + task.spec().type() + "' needs the label '" + label + "'");
        }
        return value;
    }

    private static AgentFailureException failed(AgentFailure.Code code, String sentence) {
        return new AgentFailureException(AgentFailure.of(code, sentence));
    }

    /** Publishes what is seen, and insists that it was recorded. */
    private final class Sink implements DiscoverySink {

        private final TaskContext task;
        private final String account;
        private final String providerName;
        private final ScanId scan;
        private final AtomicLong calls = new AtomicLong();
        private final AtomicLong resources = new AtomicLong();
        private volatile boolean stopped;

        Sink(TaskContext task, String account) throws AgentFailureException {
            this.task = task;
            this.account = account;
            this.providerName = label(task, CloudTasks.PROVIDER);
            this.scan = new ScanId(label(task, CloudTasks.SCAN));
        }

        @Override
        public ResourceKey key(String region, ResourceType type, String id) {
            return new ResourceKey(new CloudScope(providerName, account, region), type, id);
        }

        @Override
        public void page(List<CloudResource> page) throws AgentFailureException {
            if (!page.isEmpty()
                    && !context.publish(
                                    new ResourcesDiscovered(scan, page, context.clock().instant()))
                            .recorded()) {
                throw failed(
                        AgentFailure.Code.REMOTE_ERROR,
                        "the inventory did not keep a page of " + page.size());
            }
            task.progress(resources.addAndGet(page.size()), 0, "resources");
        }

        @Override
        public void gap(CoverageGap gap) throws AgentFailureException {
            if (!context.publish(new GapDiscovered(scan, gap, context.clock().instant()))
                    .recorded()) {
                throw failed(
                        AgentFailure.Code.REMOTE_ERROR,
                        "the inventory did not keep the gap " + gap.scope());
            }
        }

        @Override
        public void called() {
            calls.incrementAndGet();
        }

        @Override
        public boolean cancelled() {
            boolean cancelled = task.cancelled();
            if (cancelled) {
                stopped = true;
            }
            return cancelled;
        }
    }
}
