package io.sirsi.aws.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The keys of {@code io.sirsi.aws.cfg}, as {@link AwsSettings} reads them. */
@ObjectClassDefinition(
        id = AwsConfig.PID,
        name = "AWS",
        description = "How AWS is asked, for all accounts.")
@interface AwsConfig {

    /** The PID. */
    String PID = "io.sirsi.aws";

    @AttributeDefinition(
            description =
                    "Whether credentials found by the SDK's default chain make the account"
                            + " 'default'.")
    boolean defaultChain() default true;

    @AttributeDefinition(
            description =
                    "Requests per second to one service in one region of one account, 0.1 to"
                            + " 1000.")
    double requestsPerSecond() default 20;

    @AttributeDefinition(
            description =
                    "Other rates for some services, such as s3=100: ec2, iam, lambda, rds, s3,"
                            + " sts.")
    String[] serviceRequestsPerSecond() default {"s3=100", "iam=15", "lambda=15", "rds=10"};

    @AttributeDefinition(
            description = "How long opening a connection may take, in milliseconds, 100 to 60000.")
    int connectTimeoutMs() default 3000;

    @AttributeDefinition(
            description = "How long one attempt may take, in milliseconds, 100 to 300000.")
    int attemptTimeoutMs() default 15_000;

    @AttributeDefinition(
            description =
                    "How long one call may take with all its attempts, in milliseconds, 100 to"
                            + " 600000.")
    int callTimeoutMs() default 60_000;

    @AttributeDefinition(
            description = "How often one call is tried before it is a failure, 1 to 10.")
    int maxAttempts() default 4;

    @AttributeDefinition(
            description =
                    "How many resources are asked for at once, 20 to 1000; a service that allows"
                            + " fewer is asked for fewer.")
    int pageSize() default 500;

    @AttributeDefinition(
            description =
                    "How many threads of one account look up the details of buckets, users, roles"
                            + " and functions, 1 to 64.")
    int detailThreads() default 8;
}
