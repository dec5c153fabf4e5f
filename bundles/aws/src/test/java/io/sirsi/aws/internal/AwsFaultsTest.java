package io.sirsi.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sirsi.agent.AgentFailure;
import io.sirsi.aws.emulator.Landscape;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.ResourceType;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.CloudConnection;
import io.sirsi.spi.cloud.RecordingSink;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens when AWS pages, throttles, refuses, breaks or does not answer. */
@Timeout(120)
class AwsFaultsTest {

    private static final ResourceType INSTANCE = AwsType.INSTANCE.type();
    private static final ResourceType BUCKET = AwsType.BUCKET.type();

    @TempDir Path folder;

    private AwsStub stub;
    private AwsCloudProvider provider;
    private RecordingSink sink;

    @BeforeEach
    void start() throws Exception {
        stub = new AwsStub();
        sink = new RecordingSink("aws", "111122223333");
        provider = provider(stub.endpoint(), Map.of());
    }

    @AfterEach
    void stop() {
        provider.stop();
        stub.close();
    }

    @Test
    void reads_all_pages_of_ec2_though_each_call_is_throttled_once() throws Exception {
        stub.failingOnce();
        try (CloudConnection connection = provider.connect("test")) {
            connection.discover("eu-west-1", INSTANCE, sink);
        }

        assertThat(sink.pages()).hasSize(3);
        assertThat(ids(sink)).hasSize(AwsStub.INSTANCES);
        assertThat(sink.resources()).hasSize(AwsStub.INSTANCES);
        assertThat(sink.calls()).as("three pages, twice each").isEqualTo(6);
        assertThat(stub.count("DescribeInstances")).isEqualTo(6);
    }

    @Test
    void reads_all_pages_of_s3_though_each_list_is_throttled_once() throws Exception {
        Set<AwsStub.Call> failed = ConcurrentHashMap.newKeySet();
        stub.failing(
                call ->
                        call.operation().equals("ListBuckets") && failed.add(call)
                                ? Optional.of(AwsStub.error(call, 503, "SlowDown", "not so fast"))
                                : Optional.empty());
        try (CloudConnection connection = provider.connect("test")) {
            connection.discover(CloudScope.GLOBAL, BUCKET, sink);
        }

        assertThat(ids(sink)).hasSize(AwsStub.BUCKETS);
        assertThat(sink.resources()).hasSize(AwsStub.BUCKETS);
        assertThat(stub.count("ListBuckets")).isEqualTo(6);
        assertThat(sink.gaps()).isEmpty();
        CloudResource bucket = sink.resources().get(0);
        assertThat(bucket.key().scope().region()).isEqualTo("eu-west-1");
        assertThat(bucket.attributes())
                .containsEntry("encryption", "none")
                .containsEntry("versioning", "Off")
                .containsEntry("policyIsPublic", "true")
                .containsEntry("restrictPublicBuckets", "false")
                .containsEntry("aclIsPublic", "false");
        assertThat(bucket.tags()).containsEntry("team", "web");
    }

    @Test
    void waits_as_long_as_sts_asks_it_to() throws Exception {
        stub.failingOnce();
        long start = System.nanoTime();
        try (CloudConnection connection = provider.connect("test")) {
            assertThat(connection.identify(sink).account()).isEqualTo("111122223333");
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(stub.count("GetCallerIdentity")).isEqualTo(2);
    }

    @Test
    void hands_a_long_wait_on_instead_of_sitting_it_through() throws Exception {
        stub.failing(
                call -> Optional.of(new AwsStub.Answer(429, "", Map.of("Retry-After", "100"))));

        AgentFailure failure = failureOf("eu-west-1", INSTANCE);

        assertThat(failure.code()).as(failure.sentence()).isEqualTo(AgentFailure.Code.THROTTLED);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(100));
        assertThat(stub.count("DescribeInstances")).isEqualTo(1);
    }

    @Test
    void names_the_region_and_the_call_when_it_is_throttled_for_good() throws Exception {
        stub.failing(
                call -> Optional.of(AwsStub.error(call, 503, "RequestLimitExceeded", "too many")));

        AgentFailure failure = failureOf("eu-west-1", INSTANCE);

        assertThat(failure.code()).isEqualTo(AgentFailure.Code.THROTTLED);
        assertThat(failure.sentence())
                .contains("ec2:DescribeInstances in eu-west-1")
                .contains("RequestLimitExceeded");
        assertThat(sink.pages()).isEmpty();
    }

    @Test
    void keeps_the_pages_before_a_failure_and_still_fails() throws Exception {
        stub.failing(
                call ->
                        call.parameter("NextToken").equals("40")
                                ? Optional.of(AwsStub.error(call, 500, "InternalError", "oh"))
                                : Optional.empty());

        AgentFailure failure = failureOf("eu-west-1", INSTANCE);

        assertThat(failure.code()).isEqualTo(AgentFailure.Code.REMOTE_ERROR);
        assertThat(sink.resources()).hasSize(40);
    }

    @Test
    void says_forbidden_for_what_a_policy_denies() throws Exception {
        stub.failing(
                call ->
                        Optional.of(
                                AwsStub.error(
                                        call,
                                        403,
                                        "UnauthorizedOperation",
                                        "You are not authorized. Encoded authorization failure"
                                                + " message: AAAA")));

        AgentFailure failure = failureOf("eu-west-1", INSTANCE);

        assertThat(failure.code()).isEqualTo(AgentFailure.Code.FORBIDDEN);
        assertThat(failure.sentence()).contains("You are not authorized").doesNotContain("AAAA");
    }

    @Test
    void says_unauthenticated_for_an_expired_token_and_what_to_do() throws Exception {
        stub.failing(call -> Optional.of(AwsStub.error(call, 403, "ExpiredToken", "expired")));

        try (CloudConnection connection = provider.connect("test")) {
            assertThatExceptionOfType(AgentFailureException.class)
                    .isThrownBy(() -> connection.identify(sink))
                    .satisfies(
                            e -> {
                                assertThat(e.failure().code())
                                        .isEqualTo(AgentFailure.Code.UNAUTHENTICATED);
                                assertThat(e.failure().sentence()).contains("sign in again");
                            });
        }
    }

    @Test
    void takes_a_region_that_refuses_accepted_credentials_for_one_that_is_not_enabled()
            throws Exception {
        stub.failing(
                call ->
                        call.region().equals("af-south-1")
                                ? Optional.of(AwsStub.error(call, 401, "AuthFailure", "who?"))
                                : Optional.empty());
        try (CloudConnection connection = provider.connect("test")) {
            connection.identify(sink);
        }
        AgentFailure failure;
        try (CloudConnection connection = provider.connect("test")) {
            connection.identify(sink);
            failure = failure(connection, "af-south-1", INSTANCE);
        }

        assertThat(failure.code()).as(failure.sentence()).isEqualTo(AgentFailure.Code.FORBIDDEN);
        assertThat(failure.sentence()).contains("af-south-1").contains("not enabled");
    }

    @Test
    void scans_the_home_region_and_says_so_when_the_regions_cannot_be_read() throws Exception {
        stub.failing(
                call ->
                        call.operation().equals("DescribeRegions")
                                ? Optional.of(
                                        AwsStub.error(call, 403, "UnauthorizedOperation", "no"))
                                : Optional.empty());
        try (CloudConnection connection = provider.connect("test")) {
            assertThat(connection.identify(sink).regions()).hasSize(1);
        }

        assertThat(sink.gaps())
                .singleElement()
                .satisfies(
                        gap -> {
                            assertThat(gap.failure().code()).isEqualTo(AgentFailure.Code.FORBIDDEN);
                            assertThat(gap.failure().sentence()).contains("is scanned");
                        });
    }

    @Test
    void lists_a_bucket_whose_details_are_forbidden_and_names_what_is_missing() throws Exception {
        stub.failing(
                call ->
                        call.parameter("bucket").equals("bucket-7")
                                        && !call.operation().equals("location")
                                ? Optional.of(AwsStub.error(call, 403, "AccessDenied", "no"))
                                : Optional.empty());
        try (CloudConnection connection = provider.connect("test")) {
            connection.discover(CloudScope.GLOBAL, BUCKET, sink);
        }

        assertThat(ids(sink)).hasSize(AwsStub.BUCKETS);
        CloudResource refused =
                sink.resources().stream()
                        .filter(bucket -> bucket.key().id().equals("bucket-7"))
                        .findFirst()
                        .orElseThrow();
        assertThat(refused.attributes()).containsOnlyKeys("createTime");
        assertThat(sink.gaps())
                .singleElement()
                .satisfies(
                        gap -> {
                            assertThat(gap.type()).contains(BUCKET);
                            assertThat(gap.scope().region()).isEqualTo("eu-west-1");
                            assertThat(gap.failure().code()).isEqualTo(AgentFailure.Code.FORBIDDEN);
                            assertThat(gap.failure().sentence())
                                    .contains("bucket-7", "encryption", "versioning");
                        });
    }

    @Test
    void lists_a_bucket_whose_region_is_not_told_by_anything() throws Exception {
        stub.failing(
                call ->
                        call.parameter("bucket").equals("bucket-7")
                                ? Optional.of(AwsStub.error(call, 403, "AccessDenied", "no"))
                                : Optional.empty());
        try (CloudConnection connection = provider.connect("test")) {
            connection.discover(CloudScope.GLOBAL, BUCKET, sink);
        }

        assertThat(ids(sink)).hasSize(AwsStub.BUCKETS);
        assertThat(sink.resources())
                .filteredOn(bucket -> bucket.key().id().equals("bucket-7"))
                .singleElement()
                .satisfies(
                        bucket ->
                                assertThat(bucket.key().scope().region())
                                        .isEqualTo(CloudScope.GLOBAL));
        assertThat(sink.gaps()).hasSize(1);
    }

    @Test
    void takes_the_region_of_a_bucket_from_its_refusal() throws Exception {
        stub.failing(
                call -> {
                    if (!call.parameter("bucket").equals("bucket-7")) {
                        return Optional.empty();
                    }
                    if (call.operation().equals("location")) {
                        return Optional.of(AwsStub.error(call, 403, "AccessDenied", "no"));
                    }
                    if (call.operation().equals("HeadBucket")) {
                        return Optional.of(
                                new AwsStub.Answer(
                                        403, "", Map.of("x-amz-bucket-region", "us-east-2")));
                    }
                    return Optional.empty();
                });
        try (CloudConnection connection = provider.connect("test")) {
            connection.discover(CloudScope.GLOBAL, BUCKET, sink);
        }

        assertThat(sink.resources())
                .filteredOn(bucket -> bucket.key().id().equals("bucket-7"))
                .singleElement()
                .satisfies(
                        bucket -> assertThat(bucket.key().scope().region()).isEqualTo("us-east-2"));
        assertThat(sink.gaps()).isEmpty();
    }

    @Test
    void asks_again_without_a_limit_when_a_full_page_claims_to_be_the_last() throws Exception {
        stub.failing(
                call -> {
                    if (!call.operation().equals("ListBuckets")
                            || call.parameter("max-buckets").isEmpty()) {
                        return Optional.empty();
                    }
                    StringBuilder twenty = new StringBuilder();
                    for (int i = 0; i < 20; i++) {
                        twenty.append("<Bucket><Name>bucket-").append(i).append("</Name></Bucket>");
                    }
                    return Optional.of(
                            new AwsStub.Answer(
                                    200,
                                    "<ListAllMyBucketsResult><Buckets>"
                                            + twenty
                                            + "</Buckets></ListAllMyBucketsResult>"));
                });
        try (CloudConnection connection = provider.connect("test")) {
            connection.discover(CloudScope.GLOBAL, BUCKET, sink);
        }

        assertThat(ids(sink)).hasSize(AwsStub.BUCKETS);
        assertThat(sink.resources()).hasSize(AwsStub.BUCKETS);
    }

    @Test
    void does_not_ask_a_broken_region_for_each_of_its_buckets() throws Exception {
        stub.failing(
                call ->
                        call.region().equals("eu-west-1") && !call.parameter("bucket").isEmpty()
                                ? Optional.of(new AwsStub.Answer(500, ""))
                                : Optional.empty());
        provider.stop();
        provider = provider(stub.endpoint(), Map.of("maxAttempts", "1", "detailThreads", "1"));
        try (CloudConnection connection = provider.connect("test")) {
            connection.discover(CloudScope.GLOBAL, BUCKET, sink);
        }

        assertThat(ids(sink)).hasSize(AwsStub.BUCKETS);
        assertThat(stub.calls().stream().filter(call -> call.region().equals("eu-west-1")))
                .hasSize(3);
        assertThat(sink.gaps())
                .singleElement()
                .satisfies(
                        gap ->
                                assertThat(gap.failure().sentence())
                                        .contains("40 more")
                                        .contains("500"));
    }

    @Test
    void says_unreachable_where_nobody_listens() throws Exception {
        provider.stop();
        provider = provider(URI.create("http://127.0.0.1:9"), Map.of("maxAttempts", "1"));

        assertThat(failureOf("eu-west-1", INSTANCE).code())
                .isEqualTo(AgentFailure.Code.UNREACHABLE);
    }

    @Test
    void says_timed_out_when_an_answer_does_not_come() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        stub.failing(
                call -> {
                    try {
                        end.await(10, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Optional.empty();
                });
        provider.stop();
        provider = provider(stub.endpoint(), Map.of("maxAttempts", "1", "attemptTimeoutMs", "300"));
        try {
            assertThat(failureOf("eu-west-1", INSTANCE).code())
                    .isEqualTo(AgentFailure.Code.TIMED_OUT);
        } finally {
            end.countDown();
        }
    }

    @Test
    void fails_as_gone_at_once_when_it_is_stopped_in_the_middle() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        stub.failing(
                call -> {
                    asked.countDown();
                    try {
                        end.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Optional.empty();
                });
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            CloudConnection connection = provider.connect("test");
            Future<?> discovery =
                    other.submit(
                            () -> {
                                connection.discover("eu-west-1", INSTANCE, sink);
                                return null;
                            });
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            provider.stop();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> discovery.get(5, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOfSatisfying(
                            AgentFailureException.class,
                            e -> assertThat(e.failure().code()).isEqualTo(AgentFailure.Code.GONE));
        } finally {
            end.countDown();
            other.shutdownNow();
        }
    }

    @Test
    void leaves_no_thread_after_twenty_times() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < 20; i++) {
            AwsCloudProvider another = provider(stub.endpoint(), Map.of());
            try (CloudConnection connection = another.connect("test")) {
                connection.identify(sink);
                connection.discover("eu-west-1", AwsType.VPC.type(), sink);
                connection.discover("eu-west-1", AwsType.FUNCTION.type(), sink);
                connection.discover(CloudScope.GLOBAL, AwsType.ROLE.type(), sink);
            }
            another.accounts();
            another.stop();
        }

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Set<String> left = ours(before);
        while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
            left = ours(before);
        }
        assertThat(left).isEmpty();
    }

    private static Set<String> ours(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.isAlive())
                .map(Thread::getName)
                .filter(name -> !name.equals("Keep-Alive-Timer") && !name.startsWith("pool-"))
                .collect(Collectors.toSet());
    }

    private AgentFailure failureOf(String region, ResourceType type) throws Exception {
        try (CloudConnection connection = provider.connect("test")) {
            return failure(connection, region, type);
        }
    }

    private AgentFailure failure(CloudConnection connection, String region, ResourceType type)
            throws InterruptedException {
        try {
            connection.discover(region, type, sink);
        } catch (AgentFailureException e) {
            return e.failure();
        }
        throw new AssertionError("no failure, and " + sink.pages());
    }

    private AwsCloudProvider provider(URI endpoint, Map<String, String> more) throws Exception {
        Map<String, Object> settings = new HashMap<>();
        settings.put("requestsPerSecond", "1000");
        settings.put("serviceRequestsPerSecond", "s3=1000");
        settings.put("pageSize", "20");
        settings.putAll(more);
        Path credentials = Landscape.writeCredentials(folder.resolve("credentials"));
        return TestProviders.of(settings, endpoint, credentials, List.of());
    }

    private static Set<String> ids(RecordingSink sink) {
        return sink.resources().stream()
                .map(resource -> resource.key().id())
                .collect(Collectors.toSet());
    }
}
