package io.sirsi.aws.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.spi.agent.AgentFailureException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessKeyLastUsed;
import software.amazon.awssdk.services.iam.model.AccessKeyMetadata;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.User;

/** Lists what belongs to IAM, which has no regions. */
final class IamListing {

    private static final int PAGE = 1000;
    private static final String HERE = CloudScope.GLOBAL;

    private final AwsCalls calls;
    private final IamClient iam;
    private final Missing missing;

    private IamListing(AwsCalls calls, AwsType type, String plural) {
        this.calls = calls;
        this.iam = calls.clients().iam();
        this.missing = new Missing(type.type(), plural, calls.sink());
    }

    /** Users, with their access keys, second factors and passwords. */
    static void users(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        IamListing listing = new IamListing(calls, AwsType.USER, "users");
        calls.pages(
                Service.IAM,
                HERE,
                "ListUsers",
                how ->
                        listing.iam.listUsersPaginator(
                                request ->
                                        request.maxItems(calls.pageSize(PAGE))
                                                .overrideConfiguration(how)),
                page -> calls.sink().page(calls.each(page.users(), listing::user)));
        listing.missing.report();
    }

    /** Roles, with when they were last used and whom they trust. */
    static void roles(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        IamListing listing = new IamListing(calls, AwsType.ROLE, "roles");
        calls.pages(
                Service.IAM,
                HERE,
                "ListRoles",
                how ->
                        listing.iam.listRolesPaginator(
                                request ->
                                        request.maxItems(calls.pageSize(PAGE))
                                                .overrideConfiguration(how)),
                page -> calls.sink().page(calls.each(page.roles(), listing::role)));
        listing.missing.report();
    }

    private CloudResource user(User user) throws AgentFailureException, InterruptedException {
        String name = user.userName();
        Attributes attributes =
                new Attributes()
                        .put("arn", user.arn())
                        .put("path", user.path())
                        .put("createTime", user.createDate())
                        .put("passwordLastUsed", user.passwordLastUsed());
        ask(
                        name,
                        "password",
                        "GetLoginProfile",
                        Set.of("NoSuchEntity"),
                        false,
                        how ->
                                iam.getLoginProfile(
                                                        r ->
                                                                r.userName(name)
                                                                        .overrideConfiguration(how))
                                                .loginProfile()
                                        != null)
                .ifPresent(value -> attributes.put("consoleAccess", value));
        ask(
                        name,
                        "second factors",
                        "ListMFADevices",
                        Set.of(),
                        0,
                        how ->
                                iam.listMFADevices(r -> r.userName(name).overrideConfiguration(how))
                                        .mfaDevices()
                                        .size())
                .ifPresent(value -> attributes.put("mfaDevices", value));
        Optional<List<AccessKeyMetadata>> keys =
                ask(
                        name,
                        "access keys",
                        "ListAccessKeys",
                        Set.of(),
                        List.of(),
                        how ->
                                iam.listAccessKeys(r -> r.userName(name).overrideConfiguration(how))
                                        .accessKeyMetadata());
        if (keys.isPresent()) {
            attributes.put("accessKeys", keys.get().size());
            for (int i = 0; i < keys.get().size(); i++) {
                key(name, "accessKey" + (i + 1), keys.get().get(i), attributes);
            }
        }
        Map<String, String> tags =
                ask(
                                name,
                                "tags",
                                "ListUserTags",
                                Set.of(),
                                Map.<String, String>of(),
                                how ->
                                        Attributes.tags(
                                                iam.listUserTags(
                                                                r ->
                                                                        r.userName(name)
                                                                                .overrideConfiguration(
                                                                                        how))
                                                        .tags(),
                                                Tag::key,
                                                Tag::value))
                        .orElse(Map.of());
        return new CloudResource(
                calls.sink().key(HERE, AwsType.USER.type(), name), name, tags, attributes.map());
    }

    private void key(String user, String prefix, AccessKeyMetadata key, Attributes attributes)
            throws AgentFailureException, InterruptedException {
        attributes
                .put(prefix + "Id", key.accessKeyId())
                .put(prefix + "Status", key.statusAsString())
                .put(prefix + "CreateTime", key.createDate());
        ask(
                        user,
                        "last use of access keys",
                        "GetAccessKeyLastUsed",
                        Set.of(),
                        Optional.<AccessKeyLastUsed>empty(),
                        how ->
                                Optional.ofNullable(
                                        iam.getAccessKeyLastUsed(
                                                        r ->
                                                                r.accessKeyId(key.accessKeyId())
                                                                        .overrideConfiguration(how))
                                                .accessKeyLastUsed()))
                .flatMap(used -> used)
                .ifPresent(used -> attributes.put(prefix + "LastUsed", used.lastUsedDate()));
    }

    private CloudResource role(Role listed) throws AgentFailureException, InterruptedException {
        String name = listed.roleName();
        // The list leaves out the tags and the last use.
        Optional<Role> full =
                ask(
                        name,
                        "tags and last use",
                        "GetRole",
                        Set.of(),
                        listed,
                        how ->
                                iam.getRole(r -> r.roleName(name).overrideConfiguration(how))
                                        .role());
        Role role = full.orElse(listed);
        Attributes attributes =
                new Attributes()
                        .put("arn", role.arn())
                        .put("path", role.path())
                        .put("description", role.description())
                        .put("createTime", role.createDate())
                        .put("maxSessionSeconds", role.maxSessionDuration());
        if (role.roleLastUsed() != null) {
            attributes
                    .put("lastUsed", role.roleLastUsed().lastUsedDate())
                    .put("lastUsedRegion", role.roleLastUsed().region());
        }
        String policy = decoded(role.assumeRolePolicyDocument());
        if (policy != null) {
            attributes.put("trustPolicy", policy);
            TrustPolicy.trustsAnyone(policy)
                    .ifPresent(anyone -> attributes.put("trustsAnyone", anyone));
        }
        return new CloudResource(
                calls.sink().key(HERE, AwsType.ROLE.type(), name),
                name,
                Attributes.tags(role.tags(), Tag::key, Tag::value),
                attributes.map());
    }

    private <T> Optional<T> ask(
            String name,
            String detail,
            String operation,
            Set<String> absent,
            T ifAbsent,
            AwsCalls.Request<T> request)
            throws AgentFailureException, InterruptedException {
        return missing.tryTo(
                HERE,
                name,
                detail,
                () -> calls.find(Service.IAM, HERE, operation, absent, request).orElse(ifAbsent));
    }

    private static @Nullable String decoded(@Nullable String policy) {
        if (policy == null) {
            return null;
        }
        try {
            return URLDecoder.decode(policy, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return policy;
        }
    }
}
