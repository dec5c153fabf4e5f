package io.sirsi.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sirsi.security.Permission;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AgentCapabilitiesTest {

    private static final AgentCapabilities PARENT =
            AgentCapabilities.NONE
                    .canSpawnSubAgents()
                    .domainExpertise("compute", "storage")
                    .requiredPermissions("ec2:describe", "s3:*");

    @Test
    void has_no_excess_over_itself_and_nothing_has_none_over_anything() {
        assertThat(PARENT.excessOver(PARENT)).isEmpty();
        assertThat(AgentCapabilities.NONE.excessOver(AgentCapabilities.NONE)).isEmpty();
        assertThat(AgentCapabilities.NONE.excessOver(PARENT)).isEmpty();
    }

    @Test
    void names_the_first_thing_that_the_giver_lacks() {
        assertThat(PARENT.excessOver(AgentCapabilities.NONE))
                .contains("the right to spawn sub-agents");
        assertThat(AgentCapabilities.NONE.domainExpertise("network", "dns").excessOver(PARENT))
                .contains("the capability 'dns'");
        assertThat(
                        AgentCapabilities.NONE
                                .requiredPermissions("s3:read", "ec2:terminate")
                                .excessOver(PARENT))
                .contains("the permission 'ec2:terminate'");
    }

    @Test
    void a_wider_permission_than_the_parents_is_an_excess() {
        assertThat(AgentCapabilities.NONE.requiredPermissions("ec2").excessOver(PARENT))
                .contains("the permission 'ec2'");
        assertThat(AgentCapabilities.NONE.requiredPermissions("*").excessOver(PARENT))
                .contains("the permission '*'");
    }

    @Test
    void what_has_no_excess_permits_no_more_than_its_giver() {
        String[] some = {"*", "ec2", "ec2:*", "ec2:read", "*:read", "s3:read", "s3:read:logs"};
        Random random = new Random(20261122);
        int subsets = 0;
        for (int i = 0; i < 5_000; i++) {
            AgentCapabilities child = draw(some, random);
            AgentCapabilities giver = draw(some, random);
            if (child.excessOver(giver).isEmpty()) {
                subsets++;
                for (String permission : some) {
                    if (child.permits(Permission.of(permission))) {
                        assertThat(giver.permits(Permission.of(permission)))
                                .as("%s of %s under %s", permission, child, giver)
                                .isTrue();
                    }
                }
            }
        }
        assertThat(subsets).isGreaterThan(500);
    }

    @Test
    void a_wish_returns_a_copy() {
        AgentCapabilities more = PARENT.domainExpertise("network");

        assertThat(PARENT.domains()).containsExactlyInAnyOrder("compute", "storage");
        assertThat(more.domains()).containsExactlyInAnyOrder("compute", "storage", "network");
        assertThat(more.spawnsSubAgents()).isTrue();
    }

    @Test
    void refuses_names_of_another_shape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentCapabilities.NONE.domainExpertise("Compute"))
                .withMessageContaining("'Compute'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentCapabilities.NONE.requiredPermissions("ec2:Describe"));
    }

    private static AgentCapabilities draw(String[] some, Random random) {
        AgentCapabilities drawn = AgentCapabilities.NONE;
        for (int n = random.nextInt(3); n > 0; n--) {
            drawn = drawn.requiredPermissions(some[random.nextInt(some.length)]);
        }
        return drawn;
    }
}
