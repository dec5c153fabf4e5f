package io.sirsi.aws.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.spi.agent.AgentFailureException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.Grant;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;
import software.amazon.awssdk.services.s3.model.Tag;

/**
 * Lists what belongs to S3: all buckets of the account at once, then the details of each from the
 * region that it lives in.
 */
final class S3Listing {

    private static final int PAGE = 1000;

    /** Who stands for everybody in an access control list. */
    private static final Set<String> EVERYBODY =
            Set.of(
                    "http://acs.amazonaws.com/groups/global/AllUsers",
                    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers");

    private final AwsCalls calls;
    private final String home;
    private final Missing missing;

    private S3Listing(AwsCalls calls) {
        this.calls = calls;
        this.home = calls.clients().home();
        this.missing = new Missing(AwsType.BUCKET.type(), "buckets", calls.sink());
    }

    /** Buckets, with what guards them. */
    static void buckets(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        new S3Listing(calls).list();
    }

    private void list() throws AgentFailureException, InterruptedException {
        S3Client s3 = calls.clients().s3(home);
        int size = calls.pageSize(PAGE);
        Set<String> seen = new HashSet<>();
        AtomicBoolean doubtful = new AtomicBoolean();
        calls.pages(
                Service.S3,
                home,
                "ListBuckets",
                how ->
                        s3.listBucketsPaginator(
                                request -> request.maxBuckets(size).overrideConfiguration(how)),
                page -> {
                    page.buckets().forEach(bucket -> seen.add(bucket.name()));
                    doubtful.set(page.continuationToken() == null && page.buckets().size() >= size);
                    calls.sink().page(calls.each(page.buckets(), this::bucket));
                });
        if (doubtful.get()) {
            rest(s3, seen);
        }
        missing.report();
    }

    /**
     * A full page that says it is the last one: S3 means it, but some that speak its language obey
     * the limit and name no next page. Asked without a limit, they name all.
     */
    private void rest(S3Client s3, Set<String> seen)
            throws AgentFailureException, InterruptedException {
        List<Bucket> rest =
                calls
                        .call(
                                Service.S3,
                                home,
                                "ListBuckets",
                                how -> s3.listBuckets(r -> r.overrideConfiguration(how)))
                        .buckets()
                        .stream()
                        .filter(bucket -> !seen.contains(bucket.name()))
                        .toList();
        int size = calls.pageSize(PAGE);
        for (int from = 0; from < rest.size(); from += size) {
            List<Bucket> part = rest.subList(from, Math.min(from + size, rest.size()));
            calls.sink().page(calls.each(part, this::bucket));
        }
    }

    private CloudResource bucket(Bucket bucket) throws AgentFailureException, InterruptedException {
        String name = bucket.name();
        Attributes attributes = new Attributes().put("createTime", bucket.creationDate());
        Map<String, String> tags = new TreeMap<>();
        Optional<String> region = region(bucket);
        if (region.isPresent()) {
            details(region.get(), name, attributes, tags);
        }
        return new CloudResource(
                calls.sink().key(region.orElse(CloudScope.GLOBAL), AwsType.BUCKET.type(), name),
                name,
                tags,
                attributes.map());
    }

    private void details(
            String region, String name, Attributes attributes, Map<String, String> tags)
            throws AgentFailureException, InterruptedException {
        S3Client s3 = calls.clients().s3(region);
        ask(
                        region,
                        name,
                        "encryption",
                        "GetBucketEncryption",
                        Set.of("ServerSideEncryptionConfigurationNotFoundError"),
                        "none",
                        how ->
                                s3
                                        .getBucketEncryption(
                                                r -> r.bucket(name).overrideConfiguration(how))
                                        .serverSideEncryptionConfiguration()
                                        .rules()
                                        .stream()
                                        .map(
                                                ServerSideEncryptionRule
                                                        ::applyServerSideEncryptionByDefault)
                                        .filter(rule -> rule != null)
                                        .map(rule -> rule.sseAlgorithmAsString())
                                        .findFirst()
                                        .orElse("none"))
                .ifPresent(value -> attributes.put("encryption", value));
        ask(
                        region,
                        name,
                        "versioning",
                        "GetBucketVersioning",
                        Set.of(),
                        "Off",
                        how -> {
                            String status =
                                    s3.getBucketVersioning(
                                                    r -> r.bucket(name).overrideConfiguration(how))
                                            .statusAsString();
                            return status == null ? "Off" : status;
                        })
                .ifPresent(value -> attributes.put("versioning", value));
        ask(
                        region,
                        name,
                        "public access block",
                        "GetPublicAccessBlock",
                        Set.of("NoSuchPublicAccessBlockConfiguration"),
                        PublicAccessBlockConfiguration.builder()
                                .blockPublicAcls(false)
                                .ignorePublicAcls(false)
                                .blockPublicPolicy(false)
                                .restrictPublicBuckets(false)
                                .build(),
                        how ->
                                s3.getPublicAccessBlock(
                                                r -> r.bucket(name).overrideConfiguration(how))
                                        .publicAccessBlockConfiguration())
                .ifPresent(
                        block ->
                                attributes
                                        .put("blockPublicAcls", block.blockPublicAcls())
                                        .put("ignorePublicAcls", block.ignorePublicAcls())
                                        .put("blockPublicPolicy", block.blockPublicPolicy())
                                        .put(
                                                "restrictPublicBuckets",
                                                block.restrictPublicBuckets()));
        ask(
                        region,
                        name,
                        "policy",
                        "GetBucketPolicyStatus",
                        Set.of("NoSuchBucketPolicy"),
                        false,
                        how ->
                                Boolean.TRUE.equals(
                                        s3.getBucketPolicyStatus(
                                                        r ->
                                                                r.bucket(name)
                                                                        .overrideConfiguration(how))
                                                .policyStatus()
                                                .isPublic()))
                .ifPresent(value -> attributes.put("policyIsPublic", value));
        ask(
                        region,
                        name,
                        "access control list",
                        "GetBucketAcl",
                        Set.of(),
                        false,
                        how ->
                                s3
                                        .getBucketAcl(
                                                r -> r.bucket(name).overrideConfiguration(how))
                                        .grants()
                                        .stream()
                                        .anyMatch(S3Listing::grantsEverybody))
                .ifPresent(value -> attributes.put("aclIsPublic", value));
        ask(
                        region,
                        name,
                        "tags",
                        "GetBucketTagging",
                        Set.of("NoSuchTagSet", "NoSuchTagSetError"),
                        Map.<String, String>of(),
                        how ->
                                Attributes.tags(
                                        s3.getBucketTagging(
                                                        r ->
                                                                r.bucket(name)
                                                                        .overrideConfiguration(how))
                                                .tagSet(),
                                        Tag::key,
                                        Tag::value))
                .ifPresent(tags::putAll);
    }

    private <T> Optional<T> ask(
            String region,
            String name,
            String detail,
            String operation,
            Set<String> absent,
            T ifAbsent,
            AwsCalls.Request<T> request)
            throws AgentFailureException, InterruptedException {
        return missing.tryTo(
                region,
                name,
                detail,
                () -> calls.find(Service.S3, region, operation, absent, request).orElse(ifAbsent));
    }

    /** The list says it, or the bucket, or the bucket's refusal to be looked at. */
    private Optional<String> region(Bucket bucket)
            throws AgentFailureException, InterruptedException {
        String listed = bucket.bucketRegion();
        if (listed != null && !listed.isBlank()) {
            return Optional.of(listed);
        }
        S3Client s3 = calls.clients().s3(home);
        String name = bucket.name();
        return missing.tryTo(
                home,
                name,
                "region and details",
                () -> {
                    try {
                        return calls.call(
                                Service.S3,
                                home,
                                "GetBucketLocation",
                                how ->
                                        located(
                                                s3.getBucketLocation(
                                                                r ->
                                                                        r.bucket(name)
                                                                                .overrideConfiguration(
                                                                                        how))
                                                        .locationConstraintAsString()));
                    } catch (AgentFailureException refused) {
                        return calls.call(
                                        Service.S3,
                                        home,
                                        "HeadBucket",
                                        how -> headed(s3, name, how))
                                .orElseThrow(() -> refused);
                    }
                });
    }

    /** The constraint is empty for the first region, and EU for the second. */
    private static String located(@Nullable String constraint) {
        if (constraint == null || constraint.isBlank()) {
            return "us-east-1";
        }
        return constraint.equals("EU") ? "eu-west-1" : constraint;
    }

    /** S3 names the region in a header even to those whom it refuses. */
    private static Optional<String> headed(
            S3Client s3, String name, Consumer<AwsRequestOverrideConfiguration.Builder> how) {
        try {
            return Optional.ofNullable(
                    s3.headBucket(r -> r.bucket(name).overrideConfiguration(how)).bucketRegion());
        } catch (S3Exception e) {
            if (e.statusCode() >= 500 || e.awsErrorDetails() == null) {
                throw e;
            }
            return e.awsErrorDetails().sdkHttpResponse() == null
                    ? Optional.empty()
                    : e.awsErrorDetails()
                            .sdkHttpResponse()
                            .firstMatchingHeader("x-amz-bucket-region");
        }
    }

    private static boolean grantsEverybody(Grant grant) {
        return grant.grantee() != null
                && grant.grantee().uri() != null
                && EVERYBODY.contains(grant.grantee().uri());
    }
}
