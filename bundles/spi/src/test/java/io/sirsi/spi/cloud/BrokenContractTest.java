package io.sirsi.spi.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sirsi.agent.AgentFailure;
import io.sirsi.spi.cloud.ScriptedCloud.Fault;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract is a test that can fail: each way to break it is noticed. */
final class BrokenContractTest {

    /** The contract of a cloud that breaks it. */
    private static CloudProviderContract broken(Fault fault) {
        return new CloudProviderContract() {
            @Override
            protected CloudProvider newProvider() {
                return new ScriptedCloud().with(fault);
            }

            @Override
            protected void dispose(CloudProvider someProvider) {
                // Its connections may stay open: the test that opened them has failed.
            }

            @Override
            protected String providerName() {
                return "scripted";
            }

            @Override
            protected Set<String> typesWithResources() {
                return Set.of("scripted:box", "scripted:user");
            }

            @Override
            protected Optional<CloudProvider> breakOutside() {
                return Optional.of(
                        new ScriptedCloud().with(fault).broken(AgentFailure.unreachable("it")));
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void notices(Fault fault) throws Exception {
        CloudProviderContract contract = broken(fault);
        contract.open();

        assertThatExceptionOfType(AssertionError.class).isThrownBy(testOf(contract).get(fault));
    }

    @Test
    void knows_a_test_for_each_fault() {
        assertThat(testOf(broken(Fault.DEAF))).containsOnlyKeys(Fault.values());
    }

    private static Map<Fault, ThrowingCallable> testOf(CloudProviderContract contract) {
        Map<Fault, ThrowingCallable> tests = new EnumMap<>(Fault.class);
        ThrowingCallable discovery =
                contract::discovers_resources_of_the_type_that_was_asked_for_in_their_right_place;
        tests.put(Fault.ANY_ACCOUNT, contract::does_not_open_an_account_that_it_does_not_know);
        tests.put(
                Fault.ANY_REGION,
                contract
                        ::fails_on_a_type_or_region_that_it_does_not_know_instead_of_finding_nothing);
        tests.put(Fault.DEAF, contract::stops_early_when_it_is_cancelled);
        tests.put(Fault.UNINTERRUPTIBLE, contract::obeys_an_interrupt);
        tests.put(Fault.DOUBLE, discovery);
        tests.put(Fault.NULL_TEXT, discovery);
        tests.put(Fault.WRONG_ACCOUNT, discovery);
        tests.put(Fault.BLIND, contract::never_lets_a_failure_look_like_nothing_being_there);
        tests.put(Fault.CARELESS, contract::hands_on_that_a_page_was_not_kept);
        tests.put(Fault.THREAD, contract::can_be_closed_twice_and_leaves_no_thread);
        return tests;
    }
}
