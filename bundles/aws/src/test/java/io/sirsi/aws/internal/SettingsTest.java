package io.sirsi.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudAccount;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.CloudConnection;
import io.sirsi.spi.cloud.RecordingSink;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** What the two configurations say, and what is said of a value that makes no sense. */
class SettingsTest {

    @Test
    void has_the_same_defaults_in_the_file_and_in_the_code() throws Exception {
        Map<String, Object> file = read("io.sirsi.aws.cfg");

        assertThat(file.keySet()).isEqualTo(keys(AwsConfig.class));
        assertThat(AwsSettings.read(file)).isEqualTo(AwsSettings.DEFAULTS);
        assertThat(AwsSettings.read(defaults(AwsConfig.class))).isEqualTo(AwsSettings.DEFAULTS);
    }

    @Test
    void has_the_same_defaults_in_the_example_of_an_account_and_in_the_code() throws Exception {
        Map<String, Object> file = read("io.sirsi.aws.account-example.cfg.disabled");

        assertThat(file.keySet()).isEqualTo(keys(AccountConfig.class));
        assertThat(AccountSettings.read("example", file)).isEqualTo(AccountSettings.DEFAULTS);
        assertThat(AccountSettings.read("example", defaults(AccountConfig.class)))
                .isEqualTo(AccountSettings.DEFAULTS);
    }

    @Test
    void reads_rates_for_some_services() {
        AwsSettings settings =
                AwsSettings.read(
                        Map.of(
                                "requestsPerSecond",
                                "7",
                                "serviceRequestsPerSecond",
                                new String[] {"s3=50", "iam = 2.5"}));

        assertThat(settings.rates())
                .containsEntry(Service.EC2, 7.0)
                .containsEntry(Service.S3, 50.0)
                .containsEntry(Service.IAM, 2.5);
    }

    @Test
    void names_the_key_the_file_the_value_and_the_remedy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AwsSettings.read(Map.of("maxAttempts", "many")))
                .withMessage(
                        "maxAttempts in io.sirsi.aws.cfg is 'many': write a whole number from 1 to"
                                + " 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AwsSettings.read(Map.of("serviceRequestsPerSecond", "sqs=1")))
                .withMessageContaining("'sqs=1'");
    }

    @Test
    void refuses_what_makes_no_sense_for_an_account() {
        refused(Map.of("regions", "eu-wset-1"), "eu-wset-1");
        refused(Map.of("endpoint", "localhost:5000"), "localhost:5000");
        refused(Map.of("roleArn", "auditor"), "auditor");
        refused(Map.of("externalId", "x"), "roleArn");
        refused(Map.of("enabled", "perhaps"), "perhaps");
        refused(Map.of("requestsPerSecond", "-1"), "-1");
    }

    @Test
    void knows_an_account_by_the_name_of_its_file() {
        assertThat(account(Map.of("service.pid", "io.sirsi.aws.account~prod")).name())
                .isEqualTo("prod");
        assertThat(
                        account(
                                        Map.of(
                                                "service.pid",
                                                "io.sirsi.aws.account.0815-4711",
                                                "felix.fileinstall.filename",
                                                "file:/node/etc/io.sirsi.aws.account-my-prod.cfg"))
                                .name())
                .isEqualTo("my-prod");
    }

    @Test
    void lists_a_broken_account_and_says_what_is_wrong_when_it_is_scanned() throws Exception {
        AwsCloudProvider provider = provider(List.of());
        provider.addAccount(
                account(Map.of("service.pid", "io.sirsi.aws.account~prod", "endpoint", "nowhere")));
        try (CloudConnection connection = provider.connect("prod")) {
            assertThat(provider.accounts().accounts())
                    .extracting(CloudAccount::name)
                    .containsExactly("prod");
            Assertions.assertThatExceptionOfType(AgentFailureException.class)
                    .isThrownBy(() -> connection.identify(new RecordingSink("aws", "prod")))
                    .satisfies(
                            e -> {
                                assertThat(e.failure().code()).isEqualTo(AgentFailure.Code.INVALID);
                                assertThat(e.failure().sentence()).contains("'nowhere'");
                            });
        } finally {
            provider.stop();
        }
    }

    @Test
    void says_how_to_connect_an_account_when_there_is_none() {
        AwsCloudProvider provider = provider(List.of());
        provider.addAccount(
                account(Map.of("service.pid", "io.sirsi.aws.account~off", "enabled", "false")));

        assertThat(provider.accounts().accounts()).isEmpty();
        assertThat(provider.accounts().hint())
                .hasValueSatisfying(hint -> assertThat(hint).contains("aws configure"));
        provider.stop();
    }

    @Test
    void finds_the_default_account_by_the_first_source_that_has_credentials() {
        AwsCloudProvider provider =
                provider(List.of(TestSources.none("first"), TestSources.some("second")));

        assertThat(provider.accounts().accounts())
                .containsExactly(new CloudAccount("aws", "default", "default chain: second"));
        assertThat(provider.accounts().hint()).isEmpty();
        provider.stop();
    }

    @Test
    void gives_up_on_a_source_that_does_not_answer() {
        AwsCloudProvider provider = provider(List.of(TestSources.hanging("metadata")));
        long start = System.nanoTime();

        assertThat(provider.accounts().accounts()).isEmpty();
        assertThat(System.nanoTime() - start).isLessThan(4_000_000_000L);
        provider.stop();
    }

    @Test
    void asks_a_remote_source_that_had_nothing_again_only_after_ten_minutes() {
        long[] now = {0};
        int[] asked = {0};
        DefaultChain chain =
                new DefaultChain(List.of(TestSources.counting("metadata", asked)), () -> now[0]);

        chain.look(2000);
        chain.look(2000);
        assertThat(asked[0]).isEqualTo(1);
        now[0] = 11L * 60 * 1_000_000_000;
        chain.look(2000);
        assertThat(asked[0]).isEqualTo(2);
        chain.close();
    }

    @Test
    void does_not_scan_the_same_credentials_twice() {
        AwsCloudProvider provider = provider(List.of(TestSources.some("environment")));
        provider.addAccount(
                account(
                        Map.of(
                                "service.pid",
                                "io.sirsi.aws.account~moto",
                                "endpoint",
                                URI.create("http://127.0.0.1:5000").toString())));

        assertThat(provider.accounts().accounts())
                .extracting(CloudAccount::name)
                .containsExactly("moto");
        provider.stop();
    }

    private static AwsCloudProvider provider(List<DefaultChain.Source> sources) {
        return new AwsCloudProvider(Map.of(), new DefaultChain(sources, System::nanoTime));
    }

    private static ConfiguredAccount account(Map<String, Object> properties) {
        return new ConfiguredAccount(properties);
    }

    private static void refused(Map<String, Object> values, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AccountSettings.read("prod", values))
                .withMessageContaining(named);
    }

    private static Map<String, Object> read(String name) throws Exception {
        Path file = Optional.of(Path.of("../../config", name)).filter(Files::exists).orElseThrow();
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        Map<String, Object> values = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> values.put(key, properties.get(key)));
        return values;
    }

    private static Map<String, Object> defaults(Class<?> config) {
        return Arrays.stream(config.getDeclaredMethods())
                .filter(method -> method.getDefaultValue() != null)
                .collect(Collectors.toMap(Method::getName, Method::getDefaultValue));
    }

    private static Set<String> keys(Class<?> config) {
        return Arrays.stream(config.getDeclaredMethods())
                .map(Method::getName)
                .filter(name -> !name.startsWith("$"))
                .collect(Collectors.toSet());
    }
}
