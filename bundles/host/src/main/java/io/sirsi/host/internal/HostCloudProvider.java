package io.sirsi.host.internal;

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
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The machine that the node runs on: one account, one region. Its activation loads neither OSHI nor
 * native code; the first look does.
 */
@Component(
        service = {CloudProvider.class, AgentProvider.class},
        configurationPid = "io.sirsi.host",
        property = "agent.type=host")
@Designate(ocd = HostCloudProvider.Config.class)
public final class HostCloudProvider implements CloudProvider {

    private static final int CONCURRENCY = 4;

    /** What an operator may choose. */
    @ObjectClassDefinition(name = "Sirsi Nexus Host", description = "Looks at this machine.")
    @interface Config {

        @AttributeDefinition(
                description =
                        "How many processes are listed by CPU, and how many by memory; 1 to 1000.")
        int topProcesses() default 25;

        @AttributeDefinition(
                description = "How long CPU use is watched, in milliseconds; 50 to 2000.")
        int cpuIntervalMs() default 500;

        @AttributeDefinition(
                description =
                        "Above which use, in percent, a file system gives a MEDIUM finding; 1 to"
                                + " 100.")
        int fileSystemFillingPercent() default 85;

        @AttributeDefinition(
                description =
                        "Above which use, in percent, a file system gives a HIGH finding; from"
                                + " fileSystemFillingPercent to 100.")
        int fileSystemFullPercent() default 95;

        @AttributeDefinition(
                description =
                        "Whether network file systems are asked how full they are; a server that"
                                + " is down may then block a scan.")
        boolean measureNetworkFileSystems() default false;
    }

    private final List<FindingRule> rules;
    private final Supplier<HostListers> load;
    private @Nullable HostListers listers;

    /**
     * Made by Declarative Services.
     *
     * @param config the operator's choice
     */
    @Activate
    public HostCloudProvider(Config config) {
        this(
                new Settings(
                        config.topProcesses(),
                        config.cpuIntervalMs(),
                        config.fileSystemFillingPercent(),
                        config.fileSystemFullPercent(),
                        config.measureNetworkFileSystems()),
                System.getProperty("os.name", "").equals("Linux")
                        ? Optional.of(new LinuxFiles(Path.of("/")))
                        : Optional.empty(),
                Thread::sleep);
    }

    HostCloudProvider(Settings settings, Optional<LinuxFiles> linux, Pause pause) {
        this(settings, () -> HostListers.load(linux, settings, pause));
    }

    HostCloudProvider(Settings settings, Supplier<HostListers> load) {
        this.rules = HostRules.of(settings);
        this.load = load;
    }

    @Override
    public AgentDescriptor descriptor() {
        return new AgentDescriptor(
                new AgentType(HostTypes.PROVIDER),
                "The machine that this node runs on",
                AgentCapabilities.NONE
                        .canSpawnSubAgents()
                        .domainExpertise("compute", "storage", "network")
                        .requiredPermissions("host:read"),
                Set.of(CloudTasks.IDENTIFY, CloudTasks.DISCOVER),
                CONCURRENCY);
    }

    @Override
    public Reachable accounts() {
        return new Reachable(
                List.of(
                        new CloudAccount(
                                HostTypes.PROVIDER, HostTypes.ACCOUNT, "the machine itself")),
                Optional.empty());
    }

    @Override
    public Set<String> regions() {
        return Set.of(HostTypes.REGION);
    }

    @Override
    public List<ResourceTypeInfo> resourceTypes() {
        return HostTypes.ALL;
    }

    @Override
    public List<FindingRule> rules() {
        return rules;
    }

    @Override
    public CloudConnection connect(String account) throws AgentFailureException {
        if (!account.equals(HostTypes.ACCOUNT)) {
            throw new AgentFailureException(
                    AgentFailure.of(
                            AgentFailure.Code.NOT_FOUND,
                            "a machine has no account '"
                                    + account
                                    + "', only '"
                                    + HostTypes.ACCOUNT
                                    + "'"));
        }
        return new HostConnection(this::listers);
    }

    private synchronized HostListers listers() {
        HostListers loaded = listers;
        if (loaded == null) {
            loaded = load.get();
            listers = loaded;
        }
        return loaded;
    }
}
