package io.sirsi.aws.internal;

import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.cloud.ResourceTypeInfo.Placement;
import io.sirsi.spi.agent.AgentFailureException;
import java.util.List;
import java.util.Optional;

/**
 * What is listed, and who lists it.
 *
 * @param info what is known of the type
 * @param listing who lists it
 */
record AwsType(ResourceTypeInfo info, Listing listing) {

    static final AwsType INSTANCE =
            regional("aws:ec2:instance", "EC2 instances", Ec2Listing::instances);
    static final AwsType VOLUME = regional("aws:ec2:volume", "EBS volumes", Ec2Listing::volumes);
    static final AwsType VPC = regional("aws:ec2:vpc", "VPCs", Ec2Listing::vpcs);
    static final AwsType SUBNET = regional("aws:ec2:subnet", "Subnets", Ec2Listing::subnets);
    static final AwsType SECURITY_GROUP =
            regional("aws:ec2:security-group", "Security groups", Ec2Listing::securityGroups);
    static final AwsType DATABASE =
            regional("aws:rds:instance", "RDS instances", RdsListing::instances);
    static final AwsType FUNCTION =
            regional("aws:lambda:function", "Lambda functions", LambdaListing::functions);
    static final AwsType BUCKET = global("aws:s3:bucket", "S3 buckets", S3Listing::buckets);
    static final AwsType USER = global("aws:iam:user", "IAM users", IamListing::users);
    static final AwsType ROLE = global("aws:iam:role", "IAM roles", IamListing::roles);

    /** All of them. */
    static final List<AwsType> ALL =
            List.of(
                    INSTANCE,
                    VOLUME,
                    VPC,
                    SUBNET,
                    SECURITY_GROUP,
                    DATABASE,
                    FUNCTION,
                    BUCKET,
                    USER,
                    ROLE);

    /** Lists one type in one region. */
    @FunctionalInterface
    interface Listing {
        /**
         * Lists.
         *
         * @throws AgentFailureException if nothing more can be listed
         * @throws InterruptedException if interrupted, or if nobody wants the list any more
         */
        void list(AwsCalls calls, String region) throws AgentFailureException, InterruptedException;
    }

    /** {@return the one with this name, if it is one of ours} */
    static Optional<AwsType> named(ResourceType type) {
        return ALL.stream().filter(one -> one.type().equals(type)).findFirst();
    }

    /** {@return its name} */
    ResourceType type() {
        return info.type();
    }

    private static AwsType regional(String type, String title, Listing listing) {
        return new AwsType(
                new ResourceTypeInfo(ResourceType.of(type), title, Placement.REGIONAL), listing);
    }

    private static AwsType global(String type, String title, Listing listing) {
        return new AwsType(
                new ResourceTypeInfo(ResourceType.of(type), title, Placement.GLOBAL), listing);
    }
}
