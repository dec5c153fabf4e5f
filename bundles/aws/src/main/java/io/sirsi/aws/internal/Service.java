package io.sirsi.aws.internal;

import java.util.Locale;

/** The services that are asked. */
enum Service {
    EC2,
    IAM,
    LAMBDA,
    RDS,
    S3,
    STS;

    /** {@return its name in permissions, sentences and settings, such as {@code ec2}} */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
