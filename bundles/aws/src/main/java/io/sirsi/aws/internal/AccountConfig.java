package io.sirsi.aws.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The keys of {@code io.sirsi.aws.account-NAME.cfg}, as {@link AccountSettings} reads them. None of
 * them is a secret: credentials come from the SDK's chain, a profile or a role.
 */
@ObjectClassDefinition(
        id = AccountConfig.PID,
        name = "AWS account",
        description = "One AWS account to look after.")
@interface AccountConfig {

    /** The factory PID. */
    String PID = "io.sirsi.aws.account";

    @AttributeDefinition(description = "Whether the account is scanned.")
    boolean enabled() default true;

    @AttributeDefinition(
            description =
                    "The profile of the shared credentials and config files to sign in with; empty"
                            + " for the SDK's default chain.")
    String profile() default "";

    @AttributeDefinition(
            description =
                    "The shared credentials file that has the profile; empty for the SDK's own"
                            + " places.")
    String credentialsFile() default "";

    @AttributeDefinition(description = "The role to assume with these credentials; empty for none.")
    String roleArn() default "";

    @AttributeDefinition(description = "The external id that the role asks for; empty for none.")
    String externalId() default "";

    @AttributeDefinition(
            description = "The regions to scan; empty for all that the account has enabled.")
    String[] regions() default {};

    @AttributeDefinition(
            description =
                    "The URL that every call goes to, such as http://127.0.0.1:5000; empty for AWS"
                            + " itself.")
    String endpoint() default "";

    @AttributeDefinition(
            description =
                    "Requests per second to one service in one region, 0.1 to 1000; 0 for what"
                            + " io.sirsi.aws.cfg says.")
    double requestsPerSecond() default 0;
}
