package io.sirsi.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.cloud.CloudResource;
import io.sirsi.spi.cloud.FindingRule;
import io.sirsi.spi.cloud.RecordingSink;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.Ipv6Range;

class AwsRulesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    private final List<FindingRule> rules = AwsRules.all();

    @Test
    void sees_what_a_security_group_lets_in_from_everywhere() {
        assertThat(found(AwsType.SECURITY_GROUP, Map.of("openToWorld", "tcp/22-22")))
                .containsExactly("aws-sg-open-ssh");
        assertThat(found(AwsType.SECURITY_GROUP, Map.of("openToWorld", "tcp/0-65535")))
                .containsExactly("aws-sg-open-rdp", "aws-sg-open-ssh");
        assertThat(found(AwsType.SECURITY_GROUP, Map.of("openToWorld", "icmp,udp/22-22,all")))
                .containsExactly("aws-sg-open-all");
        assertThat(found(AwsType.SECURITY_GROUP, Map.of("openToWorld", "tcp/23-3388,tcp/443-443")))
                .isEmpty();
    }

    @Test
    void counts_only_rules_for_every_address_as_open_to_the_world() {
        IpPermission office =
                IpPermission.builder()
                        .ipProtocol("tcp")
                        .fromPort(22)
                        .toPort(22)
                        .ipRanges(IpRange.builder().cidrIp("198.51.100.0/24").build())
                        .build();
        IpPermission world =
                IpPermission.builder()
                        .ipProtocol("-1")
                        .ipv6Ranges(Ipv6Range.builder().cidrIpv6("::/0").build())
                        .build();

        assertThat(Ec2Listing.openToWorld(List.of(office))).isEmpty();
        assertThat(Ec2Listing.openToWorld(List.of(office, world))).containsExactly("all");
    }

    @Test
    void minds_old_metadata_requests_only_on_public_instances() {
        assertThat(
                        found(
                                AwsType.INSTANCE,
                                Map.of(
                                        "publicIpAddress", "192.0.2.1",
                                        "metadataTokens", "optional")))
                .containsExactly("aws-ec2-public-imdsv1");
        assertThat(found(AwsType.INSTANCE, Map.of("metadataTokens", "optional"))).isEmpty();
        assertThat(
                        found(
                                AwsType.INSTANCE,
                                Map.of(
                                        "publicIpAddress", "192.0.2.1",
                                        "metadataTokens", "optional",
                                        "metadataEndpoint", "disabled")))
                .isEmpty();
    }

    @Test
    void calls_a_bucket_public_only_if_nothing_blocks_it_and_all_is_known() {
        assertThat(
                        found(
                                AwsType.BUCKET,
                                Map.of("policyIsPublic", "true", "restrictPublicBuckets", "false")))
                .containsExactly("aws-s3-public");
        assertThat(
                        found(
                                AwsType.BUCKET,
                                Map.of("policyIsPublic", "true", "restrictPublicBuckets", "true")))
                .isEmpty();
        assertThat(found(AwsType.BUCKET, Map.of("aclIsPublic", "true"))).isEmpty();
    }

    @Test
    void finds_active_keys_older_than_ninety_days_and_names_them() {
        CloudResource user =
                resource(
                        AwsType.USER,
                        Map.of(
                                "accessKey1Id", "AKIAOLD",
                                "accessKey1Status", "Active",
                                "accessKey1CreateTime", "2025-11-01T00:00:00Z",
                                "accessKey2Id", "AKIANEW",
                                "accessKey2Status", "Active",
                                "accessKey2CreateTime", "2026-02-01T00:00:00Z"));

        FindingRule.Violation violation =
                rules.stream()
                        .filter(rule -> rule.id().equals("aws-iam-key-old"))
                        .findFirst()
                        .orElseThrow()
                        .check()
                        .look(user, NOW)
                        .orElseThrow();

        assertThat(violation.sentence()).contains("AKIAOLD (120 days)").doesNotContain("AKIANEW");
        assertThat(violation.evidence()).containsEntry("accessKey1Id", "AKIAOLD");
        assertThat(
                        found(
                                AwsType.USER,
                                Map.of(
                                        "accessKey1Id", "AKIAOFF",
                                        "accessKey1Status", "Inactive",
                                        "accessKey1CreateTime", "2020-01-01T00:00:00Z")))
                .isEmpty();
    }

    @Test
    void judges_a_runtime_by_the_day_and_not_at_all_if_it_does_not_know_it() {
        assertThat(found(AwsType.FUNCTION, Map.of("runtime", "python3.8")))
                .containsExactly("aws-lambda-runtime-deprecated");
        assertThat(found(AwsType.FUNCTION, Map.of("runtime", "python9.9"))).isEmpty();
        assertThat(
                        found(
                                AwsType.FUNCTION,
                                Map.of("runtime", "python3.9"),
                                Instant.parse("2025-12-14T23:59:59Z")))
                .isEmpty();
    }

    @Test
    void does_not_ask_a_replica_for_backups() {
        assertThat(found(AwsType.DATABASE, Map.of("backupRetentionDays", "0")))
                .containsExactly("aws-rds-no-backup");
        assertThat(
                        found(
                                AwsType.DATABASE,
                                Map.of("backupRetentionDays", "0", "replicaOf", "orders")))
                .isEmpty();
    }

    @Test
    void reads_who_may_assume_a_role() {
        String open = "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":%s%s}]}";

        assertThat(TrustPolicy.trustsAnyone(open.formatted("\"*\"", ""))).contains(true);
        assertThat(TrustPolicy.trustsAnyone(open.formatted("{\"AWS\":[\"x\",\"*\"]}", "")))
                .contains(true);
        assertThat(TrustPolicy.trustsAnyone(open.formatted("{\"AWS\":\"*\"}", ",\"Condition\":{}")))
                .contains(false);
        assertThat(TrustPolicy.trustsAnyone(open.formatted("{\"Service\":\"*\"}", "")))
                .contains(false);
        assertThat(TrustPolicy.trustsAnyone("{\"Version\":\"2012-10-17\"}")).isEmpty();
        assertThat(TrustPolicy.trustsAnyone("not json")).isEmpty();
    }

    private Set<String> found(AwsType type, Map<String, String> attributes) {
        return found(type, attributes, NOW);
    }

    private Set<String> found(AwsType type, Map<String, String> attributes, Instant now) {
        Set<String> ids = new TreeSet<>();
        CloudResource resource = resource(type, attributes);
        for (FindingRule rule : rules) {
            if (rule.type().equals(type.type()) && rule.check().look(resource, now).isPresent()) {
                ids.add(rule.id());
            }
        }
        return ids;
    }

    private static CloudResource resource(AwsType type, Map<String, String> attributes) {
        return new CloudResource(
                new RecordingSink("aws", "111122223333").key("eu-west-1", type.type(), "one"),
                "one",
                Map.of(),
                attributes);
    }
}
