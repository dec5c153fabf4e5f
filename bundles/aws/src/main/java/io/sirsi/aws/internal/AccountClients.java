package io.sirsi.aws.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.spi.agent.AgentFailureException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Everything that one account needs: clients by service and region, made when first asked for, over
 * one HTTP client; the rates; the threads. All connections of the account share it. Thread-safe.
 */
final class AccountClients implements AutoCloseable {

    private record Place(Service service, String region) {}

    private final AccountSettings account;
    private final AwsSettings settings;
    private final AbortableHttp http;
    private final ScheduledExecutorService timer;
    private final ThreadPoolExecutor details;
    private final List<SdkAutoCloseable> owned = new ArrayList<>();
    private final Attempts.Watch watch = new Attempts.Watch();
    private final Map<Place, SdkAutoCloseable> clients = new HashMap<>();
    private final Map<Place, TokenBucket> buckets = new HashMap<>();
    private final String home;
    private final String from;
    private final AwsCredentialsProvider credentials;
    private final Set<String> identified = ConcurrentHashMap.newKeySet();
    private boolean closed;
    private volatile boolean known;

    /**
     * Makes what is needed to begin with; no call to the outside.
     *
     * @param name the account's name
     * @param account the account
     * @param settings how AWS is asked
     * @param chain where credentials come from that the account does not name
     */
    AccountClients(
            String name,
            AccountSettings account,
            AwsSettings settings,
            AwsCredentialsProvider chain) {
        this.account = account;
        this.settings =
                account.requestsPerSecond().isPresent()
                        ? settings.allAt(account.requestsPerSecond().getAsDouble())
                        : settings;
        this.http =
                new AbortableHttp(
                        UrlConnectionHttpClient.builder()
                                .connectionTimeout(settings.connectTimeout())
                                .socketTimeout(settings.attemptTimeout())
                                .build());
        ScheduledThreadPoolExecutor clock =
                new ScheduledThreadPoolExecutor(1, named("sirsi-aws-" + name + "-timeouts"));
        clock.setRemoveOnCancelPolicy(true);
        this.timer = clock;
        this.details =
                new ThreadPoolExecutor(
                        settings.detailThreads(),
                        settings.detailThreads(),
                        5,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        named("sirsi-aws-" + name));
        this.details.allowCoreThreadTimeOut(true);
        this.home = InBundle.call(this::findHome);
        AwsCredentialsProvider base = chain;
        String origin = "the default chain";
        if (account.profile().isPresent() || account.credentialsFile().isPresent()) {
            base = InBundle.call(this::profile);
            origin = "the profile '" + account.profile().orElse("default") + "'";
        }
        if (account.role().isPresent()) {
            base = InBundle.call(supply(base, account.role().get(), name));
            origin = "the role " + account.role().get();
        }
        this.credentials = base;
        this.from = origin;
    }

    /** {@return where calls go that belong to no region of their own} */
    String home() {
        return home;
    }

    /** {@return the regions that the account names; empty for all} */
    List<String> configuredRegions() {
        return account.regions();
    }

    /** {@return the regions that AWS has named; grows} */
    Set<String> identified() {
        return identified;
    }

    /** {@return how AWS is asked} */
    AwsSettings settings() {
        return settings;
    }

    /** {@return threads for many small calls} */
    ExecutorService details() {
        return details;
    }

    /** {@return whether the credentials have been accepted once} */
    boolean known() {
        return known;
    }

    /** The credentials have been accepted. */
    void accepted() {
        known = true;
    }

    /**
     * Looks whether there are credentials, so that their absence is not mistaken for a service that
     * does not answer.
     *
     * @throws AgentFailureException UNAUTHENTICATED if there are none; or why they could not be had
     */
    void requireCredentials() throws AgentFailureException {
        try {
            InBundle.call(credentials::resolveCredentials);
        } catch (SdkClientException
                | IllegalStateException
                | IllegalArgumentException
                | software.amazon.awssdk.core.exception.SdkServiceException e) {
            throw new AgentFailureException(AwsFailures.ofCredentials(e, from));
        }
    }

    /** {@return the turns for a service in a region} */
    synchronized TokenBucket turns(Service service, String region) {
        return buckets.computeIfAbsent(
                new Place(service, region),
                place ->
                        new TokenBucket(
                                settings.rates().getOrDefault(service, 10.0),
                                System::nanoTime,
                                TokenBucket.Sleeper.REAL));
    }

    /** {@return the client for EC2 in a region} */
    Ec2Client ec2(String region) {
        return client(
                Service.EC2, region, Ec2Client.class, () -> build(Ec2Client.builder(), region));
    }

    /** {@return the client for RDS in a region} */
    RdsClient rds(String region) {
        return client(
                Service.RDS, region, RdsClient.class, () -> build(RdsClient.builder(), region));
    }

    /** {@return the client for Lambda in a region} */
    LambdaClient lambda(String region) {
        return client(
                Service.LAMBDA,
                region,
                LambdaClient.class,
                () -> build(LambdaClient.builder(), region));
    }

    /** {@return the client for S3 in a region} */
    S3Client s3(String region) {
        return client(
                Service.S3,
                region,
                S3Client.class,
                () ->
                        build(
                                S3Client.builder()
                                        .forcePathStyle(account.endpoint().isPresent())
                                        .disableS3ExpressSessionAuth(true),
                                region));
    }

    /** {@return the client for IAM, which has no regions} */
    IamClient iam() {
        String region = globalRegion();
        return client(
                Service.IAM, region, IamClient.class, () -> build(IamClient.builder(), region));
    }

    /** {@return the client for STS at home} */
    StsClient sts() {
        return client(Service.STS, home, StsClient.class, () -> build(StsClient.builder(), home));
    }

    @Override
    public void close() {
        List<SdkAutoCloseable> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(clients.values());
            clients.clear();
            all.addAll(owned);
            owned.clear();
        }
        for (Runnable waiting : details.shutdownNow()) {
            if (waiting instanceof Future<?> lookup) {
                lookup.cancel(true);
            }
        }
        http.close();
        all.forEach(SdkAutoCloseable::close);
        timer.shutdownNow();
    }

    /** {@return whether nothing can be called any more} */
    synchronized boolean closed() {
        return closed;
    }

    private synchronized <C extends SdkAutoCloseable> C client(
            Service service, String region, Class<C> type, Supplier<C> make) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        return type.cast(
                clients.computeIfAbsent(new Place(service, region), place -> InBundle.call(make)));
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C build(
            B builder, String region) {
        return common(builder, region).credentialsProvider(credentials).build();
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B common(
            B builder, String region) {
        account.endpoint().ifPresent((URI endpoint) -> builder.endpointOverride(endpoint));
        ClientOverrideConfiguration.Builder how =
                ClientOverrideConfiguration.builder()
                        .retryStrategy(
                                AwsRetryStrategy.adaptiveRetryStrategy().toBuilder()
                                        .maxAttempts(settings.maxAttempts())
                                        .build())
                        .apiCallAttemptTimeout(settings.attemptTimeout())
                        .apiCallTimeout(settings.callTimeout())
                        .scheduledExecutorService(timer)
                        .addExecutionInterceptor(watch);
        account.profile().ifPresent(how::defaultProfileName);
        return builder.region(Region.of(region))
                .httpClient(http)
                .overrideConfiguration(how.build());
    }

    private ProfileCredentialsProvider profile() {
        ProfileCredentialsProvider.Builder builder = ProfileCredentialsProvider.builder();
        account.profile().ifPresent(builder::profileName);
        builder.profileFile(
                account.credentialsFile()
                        .map(
                                path ->
                                        ProfileFileSupplier.reloadWhenModified(
                                                path, ProfileFile.Type.CREDENTIALS))
                        .orElseGet(ProfileFileSupplier::defaultSupplier));
        ProfileCredentialsProvider provider = builder.build();
        owned.add(provider);
        return provider;
    }

    private Supplier<AwsCredentialsProvider> supply(
            AwsCredentialsProvider base, String role, String name) {
        return () -> {
            StsClient sts = common(StsClient.builder(), home).credentialsProvider(base).build();
            StsAssumeRoleCredentialsProvider provider =
                    StsAssumeRoleCredentialsProvider.builder()
                            .stsClient(sts)
                            .asyncCredentialUpdateEnabled(false)
                            .refreshRequest(
                                    request -> {
                                        request.roleArn(role).roleSessionName("sirsi-" + name);
                                        account.externalId().ifPresent(request::externalId);
                                    })
                            .build();
            owned.add(provider);
            owned.add(sts);
            return provider;
        };
    }

    private String findHome() {
        if (!account.regions().isEmpty()) {
            return account.regions().get(0);
        }
        Optional<String> named = regionFrom(() -> new SystemSettingsRegionProvider().getRegion());
        if (named.isEmpty()) {
            named =
                    regionFrom(
                            () ->
                                    account.profile()
                                            .map(
                                                    profile ->
                                                            new AwsProfileRegionProvider(
                                                                    ProfileFile::defaultProfileFile,
                                                                    profile))
                                            .orElseGet(AwsProfileRegionProvider::new)
                                            .getRegion());
        }
        return named.orElse("us-east-1");
    }

    private static Optional<String> regionFrom(Supplier<@Nullable Region> source) {
        try {
            return Optional.ofNullable(source.get()).map(Region::id);
        } catch (SdkClientException | IllegalStateException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** IAM's region in the partition of the home region. */
    private String globalRegion() {
        if (home.startsWith("cn-")) {
            return Region.AWS_CN_GLOBAL.id();
        }
        if (home.startsWith("us-gov-")) {
            return Region.AWS_US_GOV_GLOBAL.id();
        }
        if (home.startsWith("us-iso-")) {
            return Region.AWS_ISO_GLOBAL.id();
        }
        if (home.startsWith("us-isob-")) {
            return Region.AWS_ISO_B_GLOBAL.id();
        }
        return Region.AWS_GLOBAL.id();
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** {@return what a call after the end means} */
    static AgentFailureException gone() {
        return new AgentFailureException(
                AgentFailure.gone("the account was closed while it was being looked at"));
    }
}
