package io.sirsi.spi.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudAccount;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.AgentProvider;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What every {@link CloudProvider} promises, as tests. The tests of a provider extend this class
 * and hand in a provider that has at least one account with something in it: a real one, or one
 * that speaks to a server of the test.
 */
@Timeout(120)
public abstract class CloudProviderContract {

    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private static final Pattern CAMEL_CASE = Pattern.compile("[a-z][a-zA-Z0-9]*");
    private static final Duration SOON = Duration.ofSeconds(5);

    private final List<CloudProvider> opened = new ArrayList<>();
    private CloudProvider provider;

    /**
     * Makes a provider.
     *
     * @return a new provider, activated, with at least one account that can be reached
     */
    protected abstract CloudProvider newProvider() throws Exception;

    /** Ends a provider as its deactivation does. */
    protected abstract void dispose(CloudProvider someProvider) throws Exception;

    /** {@return the type of agent that it must have, such as {@code aws}} */
    protected abstract String providerName();

    /** {@return types of which the account under test has at least one resource} */
    protected abstract Set<String> typesWithResources();

    /**
     * Makes a provider that is healthy itself, while all that it would ask is broken: it does not
     * answer, or answers with errors.
     *
     * @return a new provider, activated; empty if the outside cannot be broken
     */
    protected Optional<CloudProvider> breakOutside() throws Exception {
        return Optional.empty();
    }

    /** {@return the name of its component, by which its description is found} */
    protected String componentName() {
        return provider.getClass().getName();
    }

    /**
     * Tells threads that a library starts once a process, and never again, from those that leak.
     *
     * @param thread a thread that runs after everything was closed, and did not before
     * @return whether it may stay
     */
    protected boolean mayStay(Thread thread) {
        return false;
    }

    @BeforeEach
    void open() throws Exception {
        provider = open(newProvider());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (CloudProvider each : opened) {
            dispose(each);
        }
    }

    @Test
    void has_a_descriptor_that_is_always_the_same_and_runs_the_tasks_of_a_scan() {
        assertThat(provider.descriptor()).isEqualTo(provider.descriptor());
        assertThat(provider.descriptor().type().value()).isEqualTo(providerName());
        assertThat(provider.descriptor().title()).isNotBlank();
        assertThat(provider.descriptor().taskTypes())
                .contains(CloudTasks.IDENTIFY, CloudTasks.DISCOVER);
        assertThat(provider.descriptor().offers().spawnsSubAgents()).isTrue();
    }

    @Test
    void is_published_as_both_services_with_its_agent_type() throws Exception {
        String resource = "OSGI-INF/" + componentName() + ".xml";
        Document component;
        try (InputStream in = provider.getClass().getClassLoader().getResourceAsStream(resource)) {
            assertThat(in).as("component description %s", resource).isNotNull();
            component = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
        }

        assertThat(attributes(component, "provide", "interface").keySet())
                .contains(CloudProvider.class.getName(), AgentProvider.class.getName());
        assertThat(attributes(component, "property", "name"))
                .containsKey("agent.type")
                .extractingByKey("agent.type")
                .extracting(element -> element.getAttribute("value"))
                .isEqualTo(providerName());
    }

    @Test
    void lists_types_of_its_own_each_once_and_always_the_same() {
        List<ResourceTypeInfo> types = provider.resourceTypes();

        assertThat(types).isNotEmpty().isEqualTo(provider.resourceTypes());
        assertThat(types).extracting(ResourceTypeInfo::type).doesNotHaveDuplicates();
        assertThat(types)
                .allSatisfy(
                        info -> {
                            assertThat(info.type().provider()).isEqualTo(providerName());
                            assertThat(info.title()).isNotBlank();
                        });
    }

    @Test
    void knows_regions_without_asking_anyone() {
        assertThat(provider.regions())
                .isNotEmpty()
                .doesNotContain(CloudScope.GLOBAL)
                .allSatisfy(region -> assertThat(region).isNotBlank())
                .isEqualTo(provider.regions());
    }

    @Test
    void has_rules_with_names_of_their_own_on_types_that_it_lists() {
        List<FindingRule> rules = provider.rules();

        assertThat(rules).extracting(FindingRule::id).doesNotHaveDuplicates();
        assertThat(rules)
                .isEqualTo(provider.rules())
                .allSatisfy(
                        rule -> {
                            assertThat(rule.id()).startsWith(providerName() + "-");
                            assertThat(rule.type()).isIn(knownTypes());
                        });
    }

    @Test
    void has_rules_that_say_nothing_about_a_resource_that_says_nothing() {
        RecordingSink sink = new RecordingSink(providerName(), "somebody");

        assertThat(provider.rules())
                .allSatisfy(
                        rule -> {
                            ResourceKey key = sink.key("somewhere", rule.type(), "some-id");
                            CloudResource mute =
                                    new CloudResource(key, "some-id", Map.of(), Map.of());
                            assertThat(rule.check().look(mute, NOW)).as(rule.id()).isEmpty();
                        });
    }

    @Test
    void has_rules_that_answer_the_same_twice_with_evidence() throws Exception {
        Map<ResourceType, List<FindingRule>> rules =
                provider.rules().stream().collect(Collectors.groupingBy(FindingRule::type));

        for (CloudResource resource : discoverAll(provider)) {
            for (FindingRule rule : rules.getOrDefault(resource.key().type(), List.of())) {
                Optional<FindingRule.Violation> violation = rule.check().look(resource, NOW);
                assertThat(rule.check().look(resource, NOW)).as(rule.id()).isEqualTo(violation);
                violation.ifPresent(
                        found -> {
                            assertThat(found.sentence()).as(rule.id()).isNotBlank();
                            assertThat(found.evidence()).as(rule.id()).isNotEmpty();
                            found.evidence()
                                    .forEach(
                                            (name, value) ->
                                                    assertThat(value)
                                                            .as("%s of %s", name, rule.id())
                                                            .isEqualTo(
                                                                    resource.attributes()
                                                                            .getOrDefault(
                                                                                    name, value)));
                        });
            }
        }
    }

    @Test
    void says_within_five_seconds_which_accounts_it_would_scan() {
        long start = System.nanoTime();
        List<CloudAccount> accounts = provider.accounts().accounts();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        assertThat(accounts).isNotEmpty();
        assertThat(accounts).extracting(CloudAccount::name).doesNotHaveDuplicates();
        assertThat(accounts)
                .allSatisfy(
                        account -> {
                            assertThat(account.provider()).isEqualTo(providerName());
                            assertThat(account.name()).matches("[a-z0-9-]+");
                            assertThat(account.origin()).isNotBlank();
                        });
    }

    @Test
    void does_not_open_an_account_that_it_does_not_know() {
        assertThatExceptionOfType(AgentFailureException.class)
                .isThrownBy(() -> provider.connect("nobody-has-this-account"))
                .satisfies(
                        e -> {
                            assertThat(e.failure().code()).isEqualTo(AgentFailure.Code.NOT_FOUND);
                            assertThat(e.failure().sentence()).contains("nobody-has-this-account");
                        });
    }

    @Test
    void says_who_it_is_and_where() throws Exception {
        try (CloudConnection connection = connect(provider)) {
            CloudConnection.Identity identity = connection.identify(sink("unknown-yet"));

            assertThat(identity.account()).isNotBlank();
            assertThat(identity.principal()).isNotBlank();
            assertThat(identity.regions()).isNotEmpty().doesNotHaveDuplicates();
            assertThat(provider.regions()).containsAll(identity.regions());
        }
    }

    @Test
    void discovers_resources_of_the_type_that_was_asked_for_in_their_right_place()
            throws Exception {
        try (CloudConnection connection = connect(provider)) {
            CloudConnection.Identity identity = connection.identify(sink("unknown-yet"));
            Set<ResourceKey> keys = new HashSet<>();
            Set<String> seen = new HashSet<>();
            for (ResourceTypeInfo info : provider.resourceTypes()) {
                for (String region : regionsOf(info, identity)) {
                    RecordingSink sink = sink(identity.account());
                    connection.discover(region, info.type(), sink);
                    for (CloudResource resource : sink.resources()) {
                        checkResource(resource, info, region, identity);
                        assertThat(keys.add(resource.key()))
                                .as("%s is there once", resource.key())
                                .isTrue();
                        seen.add(info.type().value());
                    }
                    assertThat(sink.pages().isEmpty() && sink.gaps().isEmpty())
                            .as("%s in %s: neither a page nor a gap", info.type(), region)
                            .isFalse();
                    sink.gaps().forEach(CloudProviderContract::checkGap);
                }
            }
            assertThat(seen).containsAll(typesWithResources());
        }
    }

    @Test
    void fails_on_a_type_or_region_that_it_does_not_know_instead_of_finding_nothing()
            throws Exception {
        try (CloudConnection connection = connect(provider)) {
            CloudConnection.Identity identity = connection.identify(sink("unknown-yet"));
            ResourceTypeInfo known = provider.resourceTypes().get(0);
            ResourceType unknown = ResourceType.of(providerName() + ":no-such-thing");
            RecordingSink sink = sink(identity.account());

            assertFails(connection, identity.regions().get(0), unknown, sink, "no-such-thing");
            assertFails(connection, "no-such-region-1", known.type(), sink, "no-such-region-1");
            assertThat(sink.pages()).isEmpty();
        }
    }

    @Test
    void stops_early_when_it_is_cancelled() throws Exception {
        try (CloudConnection connection = connect(provider)) {
            CloudConnection.Identity identity = connection.identify(sink("unknown-yet"));
            for (ResourceTypeInfo info : provider.resourceTypes()) {
                for (String region : regionsOf(info, identity)) {
                    RecordingSink sink = sink(identity.account()).cancel();
                    connection.discover(region, info.type(), sink);
                    assertThat(sink.pages()).as("%s in %s", info.type(), region).isEmpty();
                }
            }
        }
    }

    @Test
    void obeys_an_interrupt() throws Exception {
        try (CloudConnection connection = connect(provider)) {
            CloudConnection.Identity identity = connection.identify(sink("unknown-yet"));
            for (ResourceTypeInfo info : provider.resourceTypes()) {
                for (String region : regionsOf(info, identity)) {
                    RecordingSink sink = sink(identity.account());
                    Thread.currentThread().interrupt();
                    try {
                        assertThatThrownBy(() -> connection.discover(region, info.type(), sink))
                                .as("%s in %s", info.type(), region)
                                .isInstanceOf(InterruptedException.class);
                    } finally {
                        Thread.interrupted();
                    }
                }
            }
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> connection.identify(sink("unknown-yet")))
                        .isInstanceOf(InterruptedException.class);
            } finally {
                Thread.interrupted();
            }
        }
    }

    @Test
    void hands_on_that_a_page_was_not_kept() throws Exception {
        try (CloudConnection connection = connect(provider)) {
            CloudConnection.Identity identity = connection.identify(sink("unknown-yet"));
            for (ResourceTypeInfo info : provider.resourceTypes()) {
                if (typesWithResources().contains(info.type().value())) {
                    assertThatExceptionOfType(AgentFailureException.class)
                            .as(info.type().value())
                            .isThrownBy(
                                    () -> {
                                        for (String region : regionsOf(info, identity)) {
                                            connection.discover(
                                                    region,
                                                    info.type(),
                                                    sink(identity.account()).losing());
                                        }
                                    });
                }
            }
        }
    }

    @Test
    void can_be_closed_twice_and_leaves_no_thread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        CloudProvider another = newProvider();
        CloudConnection connection = connect(another);
        CloudConnection.Identity identity = connection.identify(sink("unknown-yet"));
        for (ResourceTypeInfo info : another.resourceTypes()) {
            for (String region : regionsOf(info, identity)) {
                connection.discover(region, info.type(), sink(identity.account()));
            }
        }

        connection.close();
        connection.close();
        dispose(another);

        long deadline = System.nanoTime() + SOON.toNanos();
        while (!leaked(before).isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        assertThat(leaked(before)).isEmpty();
    }

    @Test
    void leaves_other_connections_of_the_account_open_when_one_is_closed() throws Exception {
        CloudConnection first = connect(provider);
        try (CloudConnection second = connect(provider)) {
            first.close();
            assertThat(second.identify(sink("unknown-yet")).account()).isNotBlank();
        }
    }

    @Test
    void never_lets_a_failure_look_like_nothing_being_there() throws Exception {
        Optional<CloudProvider> broken = breakOutside();
        Assumptions.assumeTrue(broken.isPresent(), "nothing outside that could be broken");
        CloudProvider unlucky = open(broken.get());
        String region = unlucky.regions().iterator().next();
        try (CloudConnection connection = connect(unlucky)) {
            for (ResourceTypeInfo info : unlucky.resourceTypes()) {
                String place =
                        info.placement() == ResourceTypeInfo.Placement.GLOBAL
                                ? CloudScope.GLOBAL
                                : region;
                RecordingSink sink = sink("some-account");
                boolean failed = false;
                try {
                    connection.discover(place, info.type(), sink);
                } catch (AgentFailureException e) {
                    assertThat(e.failure().sentence()).isNotBlank();
                    assertThat(e.failure().code()).isNotEqualTo(AgentFailure.Code.INTERNAL);
                    failed = true;
                }
                assertThat(failed || !sink.gaps().isEmpty())
                        .as("%s: a failure or a gap", info.type())
                        .isTrue();
                assertThat(sink.resources()).as(info.type().value()).isEmpty();
                sink.gaps().forEach(CloudProviderContract::checkGap);
            }
        }
    }

    private CloudProvider open(CloudProvider some) {
        opened.add(some);
        return some;
    }

    private static CloudConnection connect(CloudProvider some) throws AgentFailureException {
        return some.connect(some.accounts().accounts().get(0).name());
    }

    private RecordingSink sink(String account) {
        return new RecordingSink(providerName(), account);
    }

    private Set<ResourceType> knownTypes() {
        return provider.resourceTypes().stream()
                .map(ResourceTypeInfo::type)
                .collect(Collectors.toSet());
    }

    private List<CloudResource> discoverAll(CloudProvider some) throws Exception {
        List<CloudResource> all = new ArrayList<>();
        try (CloudConnection connection = connect(some)) {
            CloudConnection.Identity identity = connection.identify(sink("unknown-yet"));
            for (ResourceTypeInfo info : some.resourceTypes()) {
                for (String region : regionsOf(info, identity)) {
                    RecordingSink sink = sink(identity.account());
                    connection.discover(region, info.type(), sink);
                    all.addAll(sink.resources());
                }
            }
        }
        return all;
    }

    private static List<String> regionsOf(
            ResourceTypeInfo info, CloudConnection.Identity identity) {
        return info.placement() == ResourceTypeInfo.Placement.GLOBAL
                ? List.of(CloudScope.GLOBAL)
                : identity.regions();
    }

    private void checkResource(
            CloudResource resource,
            ResourceTypeInfo info,
            String region,
            CloudConnection.Identity identity) {
        CloudScope scope = resource.key().scope();
        assertThat(scope.provider()).isEqualTo(providerName());
        assertThat(scope.account()).isEqualTo(identity.account());
        assertThat(scope.region()).isNotBlank();
        if (info.placement() == ResourceTypeInfo.Placement.REGIONAL) {
            assertThat(scope.region()).isEqualTo(region);
        }
        assertThat(resource.key().type()).isEqualTo(info.type());
        assertThat(resource.key().id()).isNotBlank().isNotEqualTo("null");
        assertThat(resource.name()).as(resource.key().toString()).isNotBlank();
        assertThat(resource.name()).isNotEqualTo("null");
        assertThat(resource.attributes())
                .as(resource.key().toString())
                .isNotEmpty()
                .allSatisfy(
                        (name, value) -> {
                            assertThat(name).matches(CAMEL_CASE);
                            assertThat(value)
                                    .as(name)
                                    .isNotBlank()
                                    .isNotEqualToIgnoringCase("null")
                                    .isNotEqualToIgnoringCase("unknown");
                        });
    }

    private static void checkGap(CoverageGap gap) {
        assertThat(gap.scope().provider()).isNotBlank();
        assertThat(gap.scope().account()).isNotBlank();
        assertThat(gap.scope().region()).isNotBlank();
        assertThat(gap.failure().sentence()).isNotBlank();
        assertThat(gap.failure().code()).isNotEqualTo(AgentFailure.Code.INTERNAL);
    }

    private static void assertFails(
            CloudConnection connection,
            String region,
            ResourceType type,
            DiscoverySink sink,
            String named) {
        assertThatExceptionOfType(AgentFailureException.class)
                .isThrownBy(() -> connection.discover(region, type, sink))
                .satisfies(
                        e -> {
                            assertThat(e.failure().code())
                                    .isIn(
                                            AgentFailure.Code.INVALID,
                                            AgentFailure.Code.NOT_FOUND,
                                            AgentFailure.Code.UNSUPPORTED);
                            assertThat(e.failure().sentence()).contains(named);
                        });
    }

    private Set<Thread> leaked(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .filter(Thread::isAlive)
                .filter(thread -> !mayStay(thread))
                .collect(Collectors.toSet());
    }

    private static Map<String, Element> attributes(Document document, String tag, String name) {
        Map<String, Element> found = new LinkedHashMap<>();
        NodeList nodes = document.getElementsByTagName(tag);
        for (int i = 0; i < nodes.getLength(); i++) {
            Element element = (Element) nodes.item(i);
            found.put(element.getAttribute(name), element);
        }
        return found;
    }
}
