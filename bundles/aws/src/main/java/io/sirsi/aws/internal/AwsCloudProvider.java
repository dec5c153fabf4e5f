package io.sirsi.aws.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentType;
import io.sirsi.cloud.CloudAccount;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.spi.cloud.CloudConnection;
import io.sirsi.spi.cloud.CloudProvider;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.spi.cloud.FindingRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.regions.Region;

/** AWS: the accounts that are configured, and the one that the SDK's default chain signs in to. */
@Component(
        service = {CloudProvider.class, AgentProvider.class},
        property = "agent.type=aws",
        configurationPid = AwsConfig.PID)
@Designate(ocd = AwsConfig.class)
public final class AwsCloudProvider implements CloudProvider {

    private static final Logger log = LoggerFactory.getLogger(AwsCloudProvider.class);

    private static final String TYPE = "aws";
    private static final String DEFAULT = "default";
    private static final long LOOK_MS = 2000;
    private static final String HINT =
            "no AWS credentials found: run `aws configure`, set AWS_PROFILE before `./sirsi up`, or"
                    + " add etc/io.sirsi.aws.account-NAME.cfg";

    private static final AgentDescriptor DESCRIPTOR =
            new AgentDescriptor(
                    new AgentType(TYPE),
                    "Amazon Web Services",
                    AgentCapabilities.NONE
                            .canSpawnSubAgents()
                            .domainExpertise(
                                    "compute",
                                    "storage",
                                    "network",
                                    "identity",
                                    "database",
                                    "serverless")
                            .requiredPermissions(
                                    "ec2:describe",
                                    "iam:read",
                                    "lambda:list",
                                    "rds:describe",
                                    "s3:read",
                                    "sts:identify"),
                    Set.of(CloudTasks.IDENTIFY, CloudTasks.DISCOVER),
                    4);

    private final AwsSettings settings;
    private final Optional<String> problem;
    private final DefaultChain chain;
    private final AwsAccount byChain;
    private final List<FindingRule> rules = AwsRules.all();
    private final Map<ConfiguredAccount, AwsAccount> configured = new HashMap<>();

    /**
     * Reads the configuration; makes no call.
     *
     * @param properties {@code io.sirsi.aws.cfg}
     */
    @Activate
    public AwsCloudProvider(Map<String, Object> properties) {
        this(properties, DefaultChain.ofThisMachine());
    }

    AwsCloudProvider(Map<String, Object> properties, DefaultChain chain) {
        AwsSettings read = AwsSettings.DEFAULTS;
        String wrong = null;
        try {
            read = AwsSettings.read(properties);
        } catch (IllegalArgumentException e) {
            wrong = e.getMessage();
            log.warn("no AWS account can be scanned: {}", wrong);
        }
        this.settings = read;
        this.problem = Optional.ofNullable(wrong);
        this.chain = chain;
        this.byChain =
                account(DEFAULT, "default chain", Optional.empty(), AccountSettings.DEFAULTS);
    }

    @Reference(
            service = ConfiguredAccount.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeAccount")
    void addAccount(ConfiguredAccount added) {
        AwsAccount account =
                account(
                        added.name(),
                        AccountConfig.PID + "-" + added.name() + ".cfg",
                        added.problem(),
                        added.settings());
        synchronized (configured) {
            configured.put(added, account);
        }
    }

    void removeAccount(ConfiguredAccount removed) {
        AwsAccount account;
        synchronized (configured) {
            account = configured.remove(removed);
        }
        if (account != null) {
            account.close();
        }
    }

    /** Ends all accounts; what is under way fails as GONE. */
    @Deactivate
    void stop() {
        List<AwsAccount> all = new ArrayList<>();
        synchronized (configured) {
            all.addAll(configured.values());
            configured.clear();
        }
        all.add(byChain);
        all.forEach(AwsAccount::close);
        chain.close();
    }

    @Override
    public AgentDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Reachable accounts() {
        Map<String, CloudAccount> found = new TreeMap<>();
        boolean chainIsUsed = false;
        synchronized (configured) {
            for (Map.Entry<ConfiguredAccount, AwsAccount> entry : configured.entrySet()) {
                ConfiguredAccount account = entry.getKey();
                if (account.problem().isPresent() || account.settings().enabled()) {
                    found.put(
                            account.name(),
                            new CloudAccount(TYPE, account.name(), entry.getValue().origin()));
                    chainIsUsed |= account.settings().usesDefaultChain();
                }
            }
        }
        if (settings.defaultChain() && !chainIsUsed && !found.containsKey(DEFAULT)) {
            chain.look(LOOK_MS)
                    .ifPresent(
                            source ->
                                    found.put(
                                            DEFAULT,
                                            new CloudAccount(
                                                    TYPE, DEFAULT, "default chain: " + source)));
        }
        return new Reachable(
                List.copyOf(found.values()),
                found.isEmpty() ? Optional.of(problem.orElse(HINT)) : Optional.empty());
    }

    @Override
    public Set<String> regions() {
        Set<String> all = new TreeSet<>();
        for (Region region : Region.regions()) {
            if (!region.isGlobalRegion()) {
                all.add(region.id());
            }
        }
        synchronized (configured) {
            configured.keySet().forEach(account -> all.addAll(account.settings().regions()));
        }
        return all;
    }

    @Override
    public List<ResourceTypeInfo> resourceTypes() {
        return AwsType.ALL.stream().map(AwsType::info).toList();
    }

    @Override
    public List<FindingRule> rules() {
        return rules;
    }

    @Override
    public CloudConnection connect(String account) throws AgentFailureException {
        return known(account).connect();
    }

    private AwsAccount known(String name) throws AgentFailureException {
        @Nullable AwsAccount found = null;
        synchronized (configured) {
            for (Map.Entry<ConfiguredAccount, AwsAccount> entry : configured.entrySet()) {
                boolean off =
                        entry.getKey().problem().isEmpty() && !entry.getKey().settings().enabled();
                if (entry.getKey().name().equals(name) && !off) {
                    found = entry.getValue();
                }
            }
        }
        if (found != null) {
            return found;
        }
        if (name.equals(DEFAULT) && settings.defaultChain()) {
            return byChain;
        }
        throw new AgentFailureException(
                AgentFailure.of(
                        AgentFailure.Code.NOT_FOUND,
                        "there is no AWS account '"
                                + name
                                + "': add etc/"
                                + AccountConfig.PID
                                + "-"
                                + name
                                + ".cfg"));
    }

    private AwsAccount account(
            String name, String origin, Optional<String> wrong, AccountSettings account) {
        return new AwsAccount(
                name,
                origin,
                problem.or(() -> wrong),
                () -> new AccountClients(name, account, settings, chain));
    }
}
