package io.sirsi.host.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Severity;
import io.sirsi.spi.cloud.FindingRule;
import io.sirsi.spi.cloud.RecordingSink;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostRulesTest {

    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    private final List<FindingRule> rules = HostRules.of(new Settings(25, 500, 85, 95, false));

    @ParameterizedTest
    @CsvSource({
        "85.0, ",
        "85.1, host-filesystem-filling",
        "95.0, host-filesystem-filling",
        "95.1, host-filesystem-full",
        "100.0, host-filesystem-full",
    })
    void a_file_system_is_filling_then_full(String used, String rule) {
        assertFinds(HostTypes.FILE_SYSTEM, Map.of("usedPercent", used), rule);
    }

    @ParameterizedTest
    @CsvSource({"70, 80, 71, host-filesystem-filling", "70, 80, 81, host-filesystem-full"})
    void an_operator_chooses_when_a_file_system_is_full(
            int filling, int full, String used, String rule) {
        List<FindingRule> strict = HostRules.of(new Settings(25, 500, filling, full, false));

        assertThat(find(strict, HostTypes.FILE_SYSTEM, Map.of("usedPercent", used)))
                .containsExactly(rule);
    }

    @Test
    void an_image_that_nobody_can_write_to_is_full_by_nature() {
        assertFinds(
                HostTypes.FILE_SYSTEM,
                Map.of("usedPercent", "100.0", "usedInodesPercent", "100.0", "readOnly", "true"),
                null);
    }

    @ParameterizedTest
    @CsvSource({"90.0, ", "90.1, host-filesystem-inodes"})
    void inodes_run_out(String used, String rule) {
        assertFinds(HostTypes.FILE_SYSTEM, Map.of("usedInodesPercent", used), rule);
    }

    @ParameterizedTest
    @CsvSource({
        "tcp, 8080, all-interfaces, host-port-exposed",
        "tcp, 6379, all-interfaces, host-port-risky",
        "udp, 69, all-interfaces, host-port-risky",
        "udp, 5353, all-interfaces, ",
        "tcp, 6379, this-machine, ",
        "tcp, 6379, one-interface, ",
    })
    void a_port_is_open_to_everyone(String protocol, String port, String reach, String rule) {
        assertFinds(
                HostTypes.PORT, Map.of("protocol", protocol, "port", port, "reach", reach), rule);
    }

    @ParameterizedTest
    @CsvSource({"50.0, 10.0, ", "50.1, 10.0, host-swap-in-use", "0.0, 9.9, host-memory-low"})
    void memory_runs_out(String swapUsed, String available, String rule) {
        assertFinds(
                HostTypes.MEMORY,
                Map.of("swapUsedPercent", swapUsed, "availablePercent", available),
                rule);
    }

    @ParameterizedTest
    @CsvSource({"8.0, 4, ", "8.1, 4, host-load-high"})
    void load_is_more_than_two_a_processor(String load, String processors, String rule) {
        assertFinds(
                HostTypes.CPU, Map.of("load5Minutes", load, "logicalProcessors", processors), rule);
    }

    @ParameterizedTest
    @CsvSource({"15552000, ", "15552001, host-uptime-long"})
    void a_machine_is_up_for_180_days(String uptime, String rule) {
        assertFinds(HostTypes.OS, Map.of("uptimeSeconds", uptime), rule);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, ", "1, 0, host-interface-errors", "0, 1, host-interface-errors"})
    void an_interface_counts_errors(String in, String out, String rule) {
        assertFinds(HostTypes.INTERFACE, Map.of("receiveErrors", in, "sendErrors", out), rule);
    }

    @ParameterizedTest
    @CsvSource({"50.0, ", "50.1, host-process-memory"})
    void a_process_holds_half_of_the_memory(String percent, String rule) {
        assertFinds(HostTypes.PROCESS, Map.of("memoryPercent", percent, "pid", "7"), rule);
    }

    @Test
    void a_value_that_is_no_number_is_nothing_to_find() {
        assertFinds(HostTypes.MEMORY, Map.of("availablePercent", "few"), null);
    }

    @Test
    void severities_are_those_of_the_documentation() {
        assertThat(rules)
                .extracting(rule -> rule.id() + " " + rule.severity())
                .containsExactlyInAnyOrder(
                        "host-filesystem-filling " + Severity.MEDIUM,
                        "host-filesystem-full " + Severity.HIGH,
                        "host-filesystem-inodes " + Severity.MEDIUM,
                        "host-port-risky " + Severity.HIGH,
                        "host-port-exposed " + Severity.LOW,
                        "host-swap-in-use " + Severity.MEDIUM,
                        "host-memory-low " + Severity.HIGH,
                        "host-load-high " + Severity.MEDIUM,
                        "host-uptime-long " + Severity.INFO,
                        "host-interface-errors " + Severity.LOW,
                        "host-process-memory " + Severity.MEDIUM);
    }

    private void assertFinds(ResourceType type, Map<String, String> attributes, String rule) {
        assertThat(find(rules, type, attributes))
                .isEqualTo(rule == null ? List.of() : List.of(rule));
    }

    private static List<String> find(
            List<FindingRule> rules, ResourceType type, Map<String, String> attributes) {
        CloudResource resource =
                new CloudResource(
                        new RecordingSink("host", "box").key("local", type, "some"),
                        "some",
                        Map.of(),
                        attributes);
        return rules.stream()
                .filter(rule -> rule.type().equals(type))
                .filter(
                        rule ->
                                rule.check()
                                        .look(resource, NOW)
                                        .filter(found -> !found.evidence().isEmpty())
                                        .isPresent())
                .map(FindingRule::id)
                .toList();
    }
}
