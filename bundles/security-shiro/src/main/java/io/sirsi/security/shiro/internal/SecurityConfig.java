package io.sirsi.security.shiro.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code io.sirsi.security.shiro}. */
@ObjectClassDefinition(
        id = "io.sirsi.security.shiro",
        name = "Security",
        description = "Accounts, what their roles may do, and how guessing is slowed down.")
public @interface SecurityConfig {

    /** {@return where the accounts are: a path relative to the data folder, or an absolute one} */
    @AttributeDefinition(
            name = "Account file",
            description = "path of the account file, relative to the data folder or absolute")
    String accountsFile() default "etc/io.sirsi.accounts.properties";

    /** {@return what a viewer may do} */
    @AttributeDefinition(
            name = "Viewer",
            description = "permissions of the role viewer, between commas")
    String[] role_viewer() default {
        "hypervisor:read",
        "session:read",
        "agent:read",
        "task:read",
        "cloud:read",
        "metrics:read",
        "wasm:read"
    };

    /** {@return what an operator may do} */
    @AttributeDefinition(
            name = "Operator",
            description = "permissions of the role operator, between commas")
    String[] role_operator() default {
        "hypervisor:read",
        "session:read",
        "agent:read",
        "task:read",
        "cloud:read",
        "metrics:read",
        "audit:read",
        "audit:verify",
        "session:open",
        "session:suspend",
        "session:resume",
        "session:close",
        "agent:spawn",
        "agent:terminate",
        "task:submit",
        "task:cancel",
        "task:pause",
        "task:resume",
        "cloud:scan",
        "wasm:read",
        "wasm:check",
        "wasm:run",
        "event:emit",
        "wasi",
        "host:read",
        "sts:identify",
        "ec2:describe",
        "s3:read",
        "iam:read",
        "rds:describe",
        "lambda:list"
    };

    /** {@return what an administrator may do} */
    @AttributeDefinition(
            name = "Administrator",
            description = "permissions of the role admin, between commas")
    String[] role_admin() default {"*"};

    /** {@return how many wrong passwords an account may have before it has to wait, 1 or more} */
    @AttributeDefinition(
            name = "Wrong passwords of an account",
            description = "wrong passwords before an account's password login has to wait",
            min = "1")
    int maxFailures() default 5;

    /** {@return how many wrong passwords may come from one address before it has to wait} */
    @AttributeDefinition(
            name = "Wrong passwords from a source",
            description =
                    "wrong passwords from one address before its password logins have to wait",
            min = "1")
    int maxSourceFailures() default 10;

    /** {@return the first wait, in seconds; each further wrong password doubles it} */
    @AttributeDefinition(
            name = "First wait",
            description = "seconds of the first wait; each further wrong password doubles it",
            min = "1")
    int lockSeconds() default 30;

    /** {@return the longest wait, in seconds} */
    @AttributeDefinition(
            name = "Longest wait",
            description = "seconds of the longest wait; failures older than that are forgotten",
            min = "1")
    int maxLockSeconds() default 900;
}
