package io.sirsi.aws.internal;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes providers that know one account, {@code test}, at an endpoint of the test's own. */
final class TestProviders {

    private TestProviders() {}

    /** {@return a provider without a default chain} */
    static AwsCloudProvider of(
            Map<String, Object> settings, URI endpoint, Path credentials, List<String> regions) {
        AwsCloudProvider provider =
                new AwsCloudProvider(settings, new DefaultChain(List.of(), System::nanoTime));
        provider.addAccount(account("test", endpoint, credentials, regions));
        return provider;
    }

    /** {@return an account at an endpoint} */
    static ConfiguredAccount account(
            String name, URI endpoint, Path credentials, List<String> regions) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("service.pid", AccountConfig.PID + "~" + name);
        properties.put("endpoint", endpoint.toString());
        properties.put("credentialsFile", credentials.toString());
        properties.put("regions", String.join(",", regions));
        return new ConfiguredAccount(properties);
    }
}
