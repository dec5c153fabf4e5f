package io.sirsi.aws.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.Severity;
import io.sirsi.spi.cloud.FindingRule;
import io.sirsi.spi.cloud.FindingRule.Violation;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What someone should know of. Each rule looks at attributes only, and keeps silent where they are
 * missing.
 */
final class AwsRules {

    private static final Duration OLD_KEY = Duration.ofDays(90);

    private AwsRules() {}

    /** {@return all rules} */
    static List<FindingRule> all() {
        List<FindingRule> rules = new ArrayList<>();
        network(rules);
        compute(rules);
        storage(rules);
        identity(rules);
        databases(rules);
        functions(rules);
        return List.copyOf(rules);
    }

    private static void network(List<FindingRule> rules) {
        rules.add(
                rule(
                        "aws-sg-open-all",
                        Severity.CRITICAL,
                        AwsType.SECURITY_GROUP,
                        group -> open(group, "all"::equals),
                        group ->
                                "every port of "
                                        + group.name()
                                        + " is open to every address: allow only the ports and"
                                        + " addresses that need it",
                        "openToWorld",
                        "groupName",
                        "vpcId"));
        rules.add(port("aws-sg-open-ssh", "SSH", 22));
        rules.add(port("aws-sg-open-rdp", "RDP", 3389));
        rules.add(
                rule(
                        "aws-subnet-full",
                        Severity.MEDIUM,
                        AwsType.SUBNET,
                        subnet -> number(subnet, "availableIpAddresses") < 5,
                        subnet ->
                                "only "
                                        + subnet.attributes().get("availableIpAddresses")
                                        + " addresses are left in "
                                        + subnet.name()
                                        + " ("
                                        + subnet.attributes().get("cidrBlock")
                                        + "): add a subnet before something fails to start",
                        "availableIpAddresses",
                        "cidrBlock"));
    }

    private static FindingRule port(String id, String title, int port) {
        return rule(
                id,
                Severity.HIGH,
                AwsType.SECURITY_GROUP,
                group -> open(group, spec -> covers(spec, port)),
                group ->
                        title
                                + " (port "
                                + port
                                + ") of "
                                + group.name()
                                + " is open to every address: allow only those that need it",
                "openToWorld",
                "groupName",
                "vpcId");
    }

    private static void compute(List<FindingRule> rules) {
        rules.add(
                rule(
                        "aws-ec2-public-imdsv1",
                        Severity.HIGH,
                        AwsType.INSTANCE,
                        instance ->
                                instance.attributes().containsKey("publicIpAddress")
                                        && is(instance, "metadataTokens", "optional")
                                        && !is(instance, "metadataEndpoint", "disabled"),
                        instance ->
                                "the instance "
                                        + instance.name()
                                        + " has the public address "
                                        + instance.attributes().get("publicIpAddress")
                                        + " and still answers metadata requests without a token:"
                                        + " require IMDSv2",
                        "publicIpAddress",
                        "metadataTokens",
                        "metadataEndpoint"));
        rules.add(
                rule(
                        "aws-ec2-volume-unencrypted",
                        Severity.MEDIUM,
                        AwsType.VOLUME,
                        volume -> is(volume, "encrypted", "false"),
                        volume ->
                                "the volume "
                                        + volume.name()
                                        + " is not encrypted: copy it to an encrypted one, and turn on"
                                        + " encryption by default",
                        "encrypted",
                        "attachedTo",
                        "sizeBytes"));
        rules.add(
                rule(
                        "aws-ec2-volume-unattached",
                        Severity.LOW,
                        AwsType.VOLUME,
                        volume -> is(volume, "state", "available"),
                        volume ->
                                "the volume "
                                        + volume.name()
                                        + " is attached to nothing and still paid for: snapshot and"
                                        + " delete it if nobody misses it",
                        "state",
                        "sizeBytes",
                        "createTime"));
    }

    private static void storage(List<FindingRule> rules) {
        rules.add(
                rule(
                        "aws-s3-public",
                        Severity.HIGH,
                        AwsType.BUCKET,
                        bucket -> publicBy(bucket) != null,
                        bucket ->
                                "the bucket "
                                        + bucket.name()
                                        + " is public by its "
                                        + publicBy(bucket)
                                        + ", unless the account as a whole blocks public access: turn"
                                        + " on its public access block",
                        "policyIsPublic",
                        "restrictPublicBuckets",
                        "aclIsPublic",
                        "ignorePublicAcls"));
        rules.add(
                rule(
                        "aws-s3-no-encryption",
                        Severity.MEDIUM,
                        AwsType.BUCKET,
                        bucket -> is(bucket, "encryption", "none"),
                        bucket ->
                                "the bucket "
                                        + bucket.name()
                                        + " has no default encryption: set one",
                        "encryption"));
        rules.add(
                rule(
                        "aws-s3-no-versioning",
                        Severity.LOW,
                        AwsType.BUCKET,
                        bucket ->
                                is(bucket, "versioning", "Off")
                                        || is(bucket, "versioning", "Suspended"),
                        bucket ->
                                "versioning of the bucket "
                                        + bucket.name()
                                        + " is "
                                        + (is(bucket, "versioning", "Off") ? "off" : "suspended")
                                        + ", so what is overwritten or deleted is lost: turn it on",
                        "versioning"));
    }

    private static void identity(List<FindingRule> rules) {
        rules.add(
                new FindingRule(
                        "aws-iam-key-old", Severity.MEDIUM, AwsType.USER.type(), AwsRules::oldKey));
        rules.add(
                rule(
                        "aws-iam-console-without-mfa",
                        Severity.HIGH,
                        AwsType.USER,
                        user -> is(user, "consoleAccess", "true") && is(user, "mfaDevices", "0"),
                        user ->
                                "the user "
                                        + user.name()
                                        + " signs in to the console with a password alone: add a second"
                                        + " factor",
                        "consoleAccess",
                        "mfaDevices",
                        "passwordLastUsed"));
        rules.add(
                rule(
                        "aws-iam-role-trusts-anyone",
                        Severity.CRITICAL,
                        AwsType.ROLE,
                        role -> is(role, "trustsAnyone", "true"),
                        role ->
                                "the role "
                                        + role.name()
                                        + " may be assumed by anyone in any AWS account: name the"
                                        + " principals that may",
                        "trustsAnyone",
                        "trustPolicy"));
    }

    private static Optional<Violation> oldKey(CloudResource user, Instant now) {
        List<String> old = new ArrayList<>();
        List<String> evidence = new ArrayList<>();
        for (int i = 1; user.attributes().containsKey("accessKey" + i + "Id"); i++) {
            String prefix = "accessKey" + i;
            Optional<Instant> made = time(user.attributes().get(prefix + "CreateTime"));
            if (is(user, prefix + "Status", "Active")
                    && made.isPresent()
                    && made.get().isBefore(now.minus(OLD_KEY))) {
                old.add(
                        user.attributes().get(prefix + "Id")
                                + " ("
                                + Duration.between(made.get(), now).toDays()
                                + " days)");
                evidence.addAll(
                        List.of(
                                prefix + "Id",
                                prefix + "Status",
                                prefix + "CreateTime",
                                prefix + "LastUsed"));
            }
        }
        if (old.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Violation.of(
                        user,
                        "active access keys of the user "
                                + user.name()
                                + " are older than "
                                + OLD_KEY.toDays()
                                + " days: "
                                + String.join(", ", old)
                                + "; replace them",
                        evidence.toArray(new String[0])));
    }

    private static void databases(List<FindingRule> rules) {
        rules.add(
                rule(
                        "aws-rds-public",
                        Severity.HIGH,
                        AwsType.DATABASE,
                        db -> is(db, "publiclyAccessible", "true"),
                        db ->
                                "the database "
                                        + db.name()
                                        + " has a public address: make it private",
                        "publiclyAccessible",
                        "endpoint",
                        "port"));
        rules.add(
                rule(
                        "aws-rds-unencrypted",
                        Severity.MEDIUM,
                        AwsType.DATABASE,
                        db -> is(db, "storageEncrypted", "false"),
                        db ->
                                "the storage of the database "
                                        + db.name()
                                        + " is not encrypted: restore a snapshot of it into an encrypted"
                                        + " one",
                        "storageEncrypted",
                        "engine"));
        rules.add(
                rule(
                        "aws-rds-no-backup",
                        Severity.MEDIUM,
                        AwsType.DATABASE,
                        db ->
                                is(db, "backupRetentionDays", "0")
                                        && !db.attributes().containsKey("replicaOf"),
                        db ->
                                "the database "
                                        + db.name()
                                        + " keeps no automatic backups: set a retention of some days",
                        "backupRetentionDays",
                        "engine"));
    }

    private static void functions(List<FindingRule> rules) {
        Map<String, LocalDate> ended = LambdaRuntimes.ends();
        rules.add(
                new FindingRule(
                        "aws-lambda-runtime-deprecated",
                        Severity.MEDIUM,
                        AwsType.FUNCTION.type(),
                        (function, now) -> {
                            String runtime = function.attributes().get("runtime");
                            LocalDate end = runtime == null ? null : ended.get(runtime);
                            if (end == null
                                    || now.isBefore(end.atStartOfDay(ZoneOffset.UTC).toInstant())) {
                                return Optional.empty();
                            }
                            return Optional.of(
                                    Violation.of(
                                            function,
                                            "the function "
                                                    + function.name()
                                                    + " runs on "
                                                    + runtime
                                                    + ", which has had no security updates since "
                                                    + end
                                                    + ": move it to a newer runtime",
                                            "runtime",
                                            "lastModified"));
                        }));
    }

    /** A sentence about a resource. */
    @FunctionalInterface
    private interface Sentence {
        String about(CloudResource resource);
    }

    private static FindingRule rule(
            String id,
            Severity severity,
            AwsType type,
            Predicate<CloudResource> wrong,
            Sentence sentence,
            String... evidence) {
        return new FindingRule(
                id,
                severity,
                type.type(),
                (resource, now) ->
                        wrong.test(resource)
                                ? Optional.of(
                                        Violation.of(resource, sentence.about(resource), evidence))
                                : Optional.empty());
    }

    private static boolean is(CloudResource resource, String attribute, String value) {
        return value.equals(resource.attributes().get(attribute));
    }

    /** The number, or more than any if it is not known. */
    private static long number(CloudResource resource, String attribute) {
        String value = resource.attributes().get(attribute);
        return value == null ? Long.MAX_VALUE : Long.parseLong(value);
    }

    private static Optional<Instant> time(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static boolean open(CloudResource group, Predicate<String> spec) {
        return Arrays.stream(group.attributes().getOrDefault("openToWorld", "").split(",", -1))
                .anyMatch(spec);
    }

    /** Whether {@code tcp/20-30} covers a port; {@code all} has a rule of its own. */
    private static boolean covers(String spec, int port) {
        int slash = spec.indexOf('/');
        int dash = spec.indexOf('-', slash + 1);
        if (slash < 0 || dash < 0) {
            return false;
        }
        String protocol = spec.substring(0, slash);
        int from = Integer.parseInt(spec.substring(slash + 1, dash));
        int to = Integer.parseInt(spec.substring(dash + 1));
        return (protocol.equals("tcp") || protocol.equals("6")) && from <= port && port <= to;
    }

    /** What makes a bucket public, if we know that something does. */
    private static @Nullable String publicBy(CloudResource bucket) {
        if (is(bucket, "policyIsPublic", "true") && is(bucket, "restrictPublicBuckets", "false")) {
            return "policy";
        }
        if (is(bucket, "aclIsPublic", "true") && is(bucket, "ignorePublicAcls", "false")) {
            return "access control list";
        }
        return null;
    }
}
