package io.sirsi.aws.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.ResourceType;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.DiscoverySink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeAttachment;
import software.amazon.awssdk.services.ec2.model.Vpc;

/** Lists what belongs to EC2. */
final class Ec2Listing {

    private static final int PAGE = 1000;
    private static final int GIB = 30;

    private Ec2Listing() {}

    /** Instances; not the terminated ones, which EC2 goes on naming for about an hour. */
    static void instances(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        Ec2Client ec2 = calls.clients().ec2(region);
        calls.pages(
                Service.EC2,
                region,
                "DescribeInstances",
                how ->
                        ec2.describeInstancesPaginator(
                                request ->
                                        request.maxResults(calls.pageSize(PAGE))
                                                .overrideConfiguration(how)),
                page -> {
                    List<CloudResource> resources = new ArrayList<>();
                    page.reservations().stream()
                            .flatMap(reservation -> reservation.instances().stream())
                            .filter(
                                    instance ->
                                            instance.state() == null
                                                    || instance.state().name()
                                                            != InstanceStateName.TERMINATED)
                            .forEach(
                                    instance ->
                                            resources.add(
                                                    instance(calls.sink(), region, instance)));
                    calls.sink().page(resources);
                });
    }

    /** Volumes. */
    static void volumes(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        Ec2Client ec2 = calls.clients().ec2(region);
        calls.pages(
                Service.EC2,
                region,
                "DescribeVolumes",
                how ->
                        ec2.describeVolumesPaginator(
                                request ->
                                        request.maxResults(calls.pageSize(500))
                                                .overrideConfiguration(how)),
                page ->
                        calls.sink()
                                .page(
                                        page.volumes().stream()
                                                .map(one -> volume(calls.sink(), region, one))
                                                .toList()));
    }

    /** VPCs. */
    static void vpcs(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        Ec2Client ec2 = calls.clients().ec2(region);
        calls.pages(
                Service.EC2,
                region,
                "DescribeVpcs",
                how ->
                        ec2.describeVpcsPaginator(
                                request ->
                                        request.maxResults(calls.pageSize(PAGE))
                                                .overrideConfiguration(how)),
                page ->
                        calls.sink()
                                .page(
                                        page.vpcs().stream()
                                                .map(one -> vpc(calls.sink(), region, one))
                                                .toList()));
    }

    /** Subnets. */
    static void subnets(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        Ec2Client ec2 = calls.clients().ec2(region);
        calls.pages(
                Service.EC2,
                region,
                "DescribeSubnets",
                how ->
                        ec2.describeSubnetsPaginator(
                                request ->
                                        request.maxResults(calls.pageSize(PAGE))
                                                .overrideConfiguration(how)),
                page ->
                        calls.sink()
                                .page(
                                        page.subnets().stream()
                                                .map(one -> subnet(calls.sink(), region, one))
                                                .toList()));
    }

    /** Security groups, with what they let in from everywhere. */
    static void securityGroups(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        Ec2Client ec2 = calls.clients().ec2(region);
        calls.pages(
                Service.EC2,
                region,
                "DescribeSecurityGroups",
                how ->
                        ec2.describeSecurityGroupsPaginator(
                                request ->
                                        request.maxResults(calls.pageSize(PAGE))
                                                .overrideConfiguration(how)),
                page ->
                        calls.sink()
                                .page(
                                        page.securityGroups().stream()
                                                .map(one -> group(calls.sink(), region, one))
                                                .toList()));
    }

    private static CloudResource instance(DiscoverySink sink, String region, Instance instance) {
        Attributes attributes =
                new Attributes()
                        .put("instanceType", instance.instanceTypeAsString())
                        .put(
                                "state",
                                instance.state() == null ? null : instance.state().nameAsString())
                        .put("launchTime", instance.launchTime())
                        .put("imageId", instance.imageId())
                        .put("architecture", instance.architectureAsString())
                        .put("platform", instance.platformDetails())
                        .put("keyName", instance.keyName())
                        .put("vpcId", instance.vpcId())
                        .put("subnetId", instance.subnetId())
                        .put("privateIpAddress", instance.privateIpAddress())
                        .put("publicIpAddress", instance.publicIpAddress())
                        .put("ebsOptimized", instance.ebsOptimized())
                        .join(
                                "securityGroups",
                                instance.securityGroups(),
                                GroupIdentifier::groupId);
        if (instance.placement() != null) {
            attributes
                    .put("availabilityZone", instance.placement().availabilityZone())
                    .put("tenancy", instance.placement().tenancyAsString());
        }
        if (instance.metadataOptions() != null) {
            attributes
                    .put("metadataTokens", instance.metadataOptions().httpTokensAsString())
                    .put("metadataEndpoint", instance.metadataOptions().httpEndpointAsString());
        }
        if (instance.iamInstanceProfile() != null) {
            attributes.put("instanceProfile", instance.iamInstanceProfile().arn());
        }
        return resource(
                sink, region, AwsType.INSTANCE, instance.instanceId(), instance.tags(), attributes);
    }

    private static CloudResource volume(DiscoverySink sink, String region, Volume volume) {
        return resource(
                sink,
                region,
                AwsType.VOLUME,
                volume.volumeId(),
                volume.tags(),
                new Attributes()
                        .put("state", volume.stateAsString())
                        .bytes("sizeBytes", volume.size(), GIB)
                        .put("volumeType", volume.volumeTypeAsString())
                        .put("iops", volume.iops())
                        .put("encrypted", volume.encrypted())
                        .put("kmsKeyId", volume.kmsKeyId())
                        .put("availabilityZone", volume.availabilityZone())
                        .put("snapshotId", volume.snapshotId())
                        .put("createTime", volume.createTime())
                        .join("attachedTo", volume.attachments(), VolumeAttachment::instanceId));
    }

    private static CloudResource vpc(DiscoverySink sink, String region, Vpc vpc) {
        return resource(
                sink,
                region,
                AwsType.VPC,
                vpc.vpcId(),
                vpc.tags(),
                new Attributes()
                        .put("state", vpc.stateAsString())
                        .put("cidrBlock", vpc.cidrBlock())
                        .put("isDefault", vpc.isDefault())
                        .put("instanceTenancy", vpc.instanceTenancyAsString())
                        .put("dhcpOptionsId", vpc.dhcpOptionsId()));
    }

    private static CloudResource subnet(DiscoverySink sink, String region, Subnet subnet) {
        return resource(
                sink,
                region,
                AwsType.SUBNET,
                subnet.subnetId(),
                subnet.tags(),
                new Attributes()
                        .put("state", subnet.stateAsString())
                        .put("vpcId", subnet.vpcId())
                        .put("cidrBlock", subnet.cidrBlock())
                        .put("availabilityZone", subnet.availabilityZone())
                        .put("availableIpAddresses", subnet.availableIpAddressCount())
                        .put("defaultForAz", subnet.defaultForAz())
                        .put("mapPublicIpOnLaunch", subnet.mapPublicIpOnLaunch())
                        .put("arn", subnet.subnetArn()));
    }

    private static CloudResource group(DiscoverySink sink, String region, SecurityGroup group) {
        Attributes attributes =
                new Attributes()
                        .put("groupName", group.groupName())
                        .put("description", group.description())
                        .put("vpcId", group.vpcId())
                        .put("ingressRules", group.ipPermissions().size())
                        .put("egressRules", group.ipPermissionsEgress().size())
                        .put("openToWorld", String.join(",", openToWorld(group.ipPermissions())));
        Map<String, String> tags = Attributes.tags(group.tags(), Tag::key, Tag::value);
        String named = Attributes.nameOr(group.groupId(), tags);
        String name =
                named.equals(group.groupId()) && group.groupName() != null
                        ? group.groupName()
                        : named;
        ResourceType type = AwsType.SECURITY_GROUP.type();
        return new CloudResource(
                sink.key(region, type, group.groupId()), name, tags, attributes.map());
    }

    /** {@return what is open to every address, such as {@code tcp/22-22} or {@code all}, sorted} */
    static Set<String> openToWorld(List<IpPermission> permissions) {
        Set<String> open = new TreeSet<>();
        for (IpPermission permission : permissions) {
            boolean everyone =
                    permission.ipRanges().stream().anyMatch(r -> "0.0.0.0/0".equals(r.cidrIp()))
                            || permission.ipv6Ranges().stream()
                                    .anyMatch(r -> "::/0".equals(r.cidrIpv6()));
            if (!everyone) {
                continue;
            }
            String protocol = String.valueOf(permission.ipProtocol());
            if (protocol.equals("-1")) {
                open.add("all");
            } else if (permission.fromPort() == null || permission.toPort() == null) {
                open.add(protocol);
            } else {
                open.add(protocol + "/" + permission.fromPort() + "-" + permission.toPort());
            }
        }
        return open;
    }

    private static CloudResource resource(
            DiscoverySink sink,
            String region,
            AwsType type,
            String id,
            List<Tag> tagList,
            Attributes attributes) {
        Map<String, String> tags = Attributes.tags(tagList, Tag::key, Tag::value);
        return new CloudResource(
                sink.key(region, type.type(), id),
                Attributes.nameOr(id, tags),
                tags,
                attributes.map());
    }
}
