package io.sirsi.aws.internal;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import software.amazon.awssdk.regions.Region;

/**
 * One account, as configured.
 *
 * @param enabled whether it is scanned
 * @param profile the profile to sign in with; empty for the default chain
 * @param credentialsFile the file that has the profile; empty for the SDK's own places
 * @param role the role to assume, if any
 * @param externalId what the role asks for, if anything
 * @param regions the regions to scan; empty for all that are enabled
 * @param endpoint where every call goes; empty for AWS itself
 * @param requestsPerSecond the rate for every service, if it is not the general one
 */
record AccountSettings(
        boolean enabled,
        Optional<String> profile,
        Optional<Path> credentialsFile,
        Optional<String> role,
        Optional<String> externalId,
        List<String> regions,
        Optional<URI> endpoint,
        OptionalDouble requestsPerSecond) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}");
    private static final Pattern ROLE =
            Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]{1,576}");

    /** The default chain, all regions, AWS itself. */
    static final AccountSettings DEFAULTS = read("default", Map.of());

    AccountSettings {
        regions = List.copyOf(regions);
    }

    /** {@return whether it signs in with nothing but the default chain} */
    boolean usesDefaultChain() {
        return profile.isEmpty() && credentialsFile.isEmpty() && role.isEmpty();
    }

    /**
     * Reads {@code io.sirsi.aws.account-NAME.cfg}.
     *
     * @throws IllegalArgumentException with a sentence, if a value makes no sense
     */
    static AccountSettings read(String name, Map<String, Object> values) {
        String file = AccountConfig.PID + "-" + name + ".cfg";
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the file name "
                            + file
                            + " names the account '"
                            + name
                            + "': rename it to lower-case letters, digits and dashes");
        }
        Settings settings = new Settings(file, values);
        Optional<URI> endpoint = optional(settings, "endpoint").map(text -> url(settings, text));
        List<String> regions = settings.list("regions", List.of());
        for (String region : regions) {
            boolean known = endpoint.isPresent() || Region.regions().contains(Region.of(region));
            if (!known || !REGION.matcher(region).matches()) {
                throw settings.wrong(
                        "regions", region, "write names of regions such as eu-west-1, with commas");
            }
        }
        Optional<String> role = optional(settings, "roleArn");
        role.filter(arn -> !ROLE.matcher(arn).matches())
                .ifPresent(
                        arn -> {
                            throw settings.wrong(
                                    "roleArn",
                                    arn,
                                    "write one such as arn:aws:iam::123456789012:role/auditor");
                        });
        Optional<String> externalId = optional(settings, "externalId");
        if (externalId.isPresent() && role.isEmpty()) {
            throw settings.wrong("externalId", externalId.get(), "set roleArn, too");
        }
        String rate = settings.text("requestsPerSecond", "0");
        return new AccountSettings(
                settings.flag("enabled", true),
                optional(settings, "profile"),
                optional(settings, "credentialsFile").map(Path::of),
                role,
                externalId,
                regions,
                endpoint,
                rate.equals("0") || rate.equals("0.0")
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(settings.rate("requestsPerSecond", rate)));
    }

    private static Optional<String> optional(Settings settings, String key) {
        return Optional.of(settings.text(key, "")).filter(text -> !text.isEmpty());
    }

    private static URI url(Settings settings, String text) {
        try {
            URI url = URI.create(text);
            String scheme = String.valueOf(url.getScheme());
            if ((scheme.equals("http") || scheme.equals("https")) && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw settings.wrong("endpoint", text, "write a URL such as http://127.0.0.1:5000");
    }
}
