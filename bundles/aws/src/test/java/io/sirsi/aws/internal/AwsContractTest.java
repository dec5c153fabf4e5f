package io.sirsi.aws.internal;

import io.sirsi.aws.emulator.Landscape;
import io.sirsi.spi.cloud.CloudProvider;
import io.sirsi.spi.cloud.CloudProviderContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a cloud, kept against a server of the test. */
class AwsContractTest extends CloudProviderContract {

    @TempDir static Path folder;

    private static AwsStub stub;
    private static Path credentials;

    @BeforeAll
    static void start() throws Exception {
        stub = new AwsStub();
        credentials = Landscape.writeCredentials(folder.resolve("credentials"));
    }

    @AfterAll
    static void end() {
        stub.close();
    }

    @Override
    protected CloudProvider newProvider() {
        return TestProviders.of(
                Map.of("requestsPerSecond", "1000", "serviceRequestsPerSecond", "s3=1000"),
                stub.endpoint(),
                credentials,
                List.of());
    }

    @Override
    protected void dispose(CloudProvider provider) {
        ((AwsCloudProvider) provider).stop();
    }

    @Override
    protected String providerName() {
        return "aws";
    }

    @Override
    protected Set<String> typesWithResources() {
        return Set.of(
                "aws:ec2:instance",
                "aws:ec2:volume",
                "aws:ec2:vpc",
                "aws:ec2:subnet",
                "aws:ec2:security-group",
                "aws:rds:instance",
                "aws:lambda:function",
                "aws:s3:bucket",
                "aws:iam:user",
                "aws:iam:role");
    }

    @Override
    protected Optional<CloudProvider> breakOutside() {
        return Optional.of(
                TestProviders.of(
                        Map.of("maxAttempts", "1"),
                        URI.create("http://127.0.0.1:9"),
                        credentials,
                        List.of()));
    }

    @Override
    protected boolean mayStay(Thread thread) {
        // The JDK's own, for connections that are kept alive; and the server's of this test.
        return thread.getName().equals("Keep-Alive-Timer") || thread.getName().startsWith("pool-");
    }
}
