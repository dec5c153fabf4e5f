package io.sirsi.aws.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourceTypeInfo.Placement;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.CloudConnection;
import io.sirsi.spi.cloud.DiscoverySink;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.services.ec2.model.Region;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** An open AWS account. */
final class AwsConnection implements CloudConnection {

    private final String name;
    private final AccountClients clients;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Opens.
     *
     * @param name the account's name here
     * @param clients what all connections of the account share
     * @param release tells that this one is not used any more
     */
    AwsConnection(String name, AccountClients clients, Runnable release) {
        this.name = name;
        this.clients = clients;
        this.release = release;
    }

    @Override
    public Identity identify(DiscoverySink sink)
            throws AgentFailureException, InterruptedException {
        AwsCalls calls = open(sink);
        clients.requireCredentials();
        GetCallerIdentityResponse who =
                calls.call(
                        Service.STS,
                        clients.home(),
                        "GetCallerIdentity",
                        how ->
                                clients.sts()
                                        .getCallerIdentity(
                                                request -> request.overrideConfiguration(how)));
        clients.accepted();
        String principal = who.arn() == null ? who.userId() : who.arn();
        List<String> regions = regions(calls, who.account());
        clients.identified().addAll(regions);
        return new Identity(who.account(), principal, regions);
    }

    @Override
    public void discover(String region, ResourceType type, DiscoverySink sink)
            throws AgentFailureException, InterruptedException {
        AwsType wanted =
                AwsType.named(type)
                        .orElseThrow(
                                () ->
                                        failed(
                                                AgentFailure.Code.UNSUPPORTED,
                                                "aws does not list '" + type + "'"));
        boolean global = wanted.info().placement() == Placement.GLOBAL;
        if (global != region.equals(CloudScope.GLOBAL)) {
            throw failed(
                    AgentFailure.Code.INVALID,
                    "'"
                            + type
                            + "' is listed "
                            + (global ? "once an account" : "region by region")
                            + ", not in '"
                            + region
                            + "'");
        }
        if (!global && !isKnown(region)) {
            throw failed(
                    AgentFailure.Code.NOT_FOUND,
                    "there is no region '"
                            + region
                            + "' in AWS; regions are called such as eu-west-1");
        }
        AwsCalls calls = open(sink);
        try {
            wanted.listing().list(calls, region);
        } catch (AwsCalls.Cancelled e) {
            // what was seen so far is kept; whoever cancelled does not want the rest
        } catch (IllegalStateException e) {
            if (clients.closed()) {
                throw AccountClients.gone();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }

    private boolean isKnown(String region) {
        return clients.configuredRegions().contains(region)
                || clients.identified().contains(region)
                || software.amazon.awssdk.regions.Region.regions().stream()
                        .anyMatch(known -> !known.isGlobalRegion() && known.id().equals(region));
    }

    private AwsCalls open(DiscoverySink sink) throws AgentFailureException {
        if (closed.get() || clients.closed()) {
            throw AccountClients.gone();
        }
        return new AwsCalls(clients, sink);
    }

    private List<String> regions(AwsCalls calls, String account)
            throws AgentFailureException, InterruptedException {
        if (!clients.configuredRegions().isEmpty()) {
            return clients.configuredRegions();
        }
        String home = clients.home();
        try {
            return calls
                    .call(
                            Service.EC2,
                            home,
                            "DescribeRegions",
                            how ->
                                    clients.ec2(home)
                                            .describeRegions(
                                                    request ->
                                                            request.allRegions(false)
                                                                    .overrideConfiguration(how)))
                    .regions()
                    .stream()
                    .map(Region::regionName)
                    .sorted()
                    .toList();
        } catch (AgentFailureException e) {
            AgentFailure why = e.failure();
            if (why.code() == AgentFailure.Code.GONE) {
                throw e;
            }
            calls.sink()
                    .gap(
                            new CoverageGap(
                                    new CloudScope("aws", account, CloudScope.GLOBAL),
                                    Optional.empty(),
                                    new AgentFailure(
                                            why.code(),
                                            "only "
                                                    + home
                                                    + " is scanned, because the regions of account '"
                                                    + name
                                                    + "' are not known: "
                                                    + why.sentence(),
                                            why.retryAfter())));
            return List.of(home);
        }
    }

    private static AgentFailureException failed(AgentFailure.Code code, String sentence) {
        return new AgentFailureException(AgentFailure.of(code, sentence));
    }
}
