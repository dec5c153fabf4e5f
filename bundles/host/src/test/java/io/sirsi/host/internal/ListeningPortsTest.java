package io.sirsi.host.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ListeningPortsTest {

    private final ListeningPorts ports = new ListeningPorts();

    @Test
    void several_sockets_of_one_address_and_port_are_one_port() throws UnknownHostException {
        ports.add("tcp", ip(0, 0, 0, 0), 443, 12);
        ports.add("tcp", ip(0, 0, 0, 0), 443, 11);
        ports.add("tcp", ip(0, 0, 0, 0), 443, 11);

        Listing listing = ports.listing(Map.of(11, "nginx", 12, "nginx"));

        assertThat(listing.gaps()).isEmpty();
        assertThat(listing.entries())
                .containsExactly(
                        new Listing.Entry(
                                "tcp/0.0.0.0:443",
                                "tcp/0.0.0.0:443",
                                Map.of(
                                        "protocol", "tcp",
                                        "address", "0.0.0.0",
                                        "port", "443",
                                        "reach", "all-interfaces",
                                        "pids", "11,12",
                                        "processes", "nginx")));
    }

    @Test
    void a_process_that_cannot_be_seen_is_a_gap_and_no_attribute() throws UnknownHostException {
        ports.add("tcp", ip(127, 0, 0, 1), 631, -1);
        ports.add("udp", InetAddress.getByAddress(new byte[16]), 53, 5);

        Listing listing = ports.listing(Map.of(5, "named"));

        assertThat(listing.gaps())
                .singleElement()
                .satisfies(
                        gap -> {
                            assertThat(gap.code()).isEqualTo(AgentFailure.Code.FORBIDDEN);
                            assertThat(gap.sentence())
                                    .contains("1 of 2", "tcp/127.0.0.1:631", "as root");
                        });
        assertThat(listing.entries())
                .extracting(Listing.Entry::id)
                .containsExactly("tcp/127.0.0.1:631", "udp/[::]:53");
        assertThat(listing.entries().get(0).attributes()).doesNotContainKeys("pids", "processes");
    }

    @Test
    void a_process_that_has_ended_meanwhile_keeps_its_number() throws UnknownHostException {
        ports.add("tcp", ip(192, 0, 2, 7), 80, 9);

        assertThat(ports.listing(Map.of()).entries().get(0).attributes())
                .containsEntry("pids", "9")
                .containsEntry("reach", "one-interface")
                .doesNotContainKey("processes");
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "fe80:0:0:0:fc:ff:fe00:1%eth0, fe80::fc:ff:fe00:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "10.0.0.1, 10.0.0.1",
    })
    void writes_addresses_the_short_way(String address, String expected) {
        assertThat(ListeningPorts.text(address)).isEqualTo(expected);
    }

    private static InetAddress ip(int... parts) throws UnknownHostException {
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = (byte) parts[i];
        }
        return InetAddress.getByAddress(bytes);
    }
}
