package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentType;
import io.sirsi.task.AgentConstraint;
import java.util.ArrayList;
import java.util.List;

/**
 * The constraints of a demand as sets of bits: capabilities are interned once, and an agent fits
 * when it has all the bits that are required and none that is forbidden.
 */
final class Wish {

    private final long[] required;
    private final long[] forbidden;
    private final List<long[]> preferred = new ArrayList<>();
    private final List<AgentConstraint> others = new ArrayList<>();
    private final List<AgentType> preferredTypes = new ArrayList<>();
    private final List<AgentId> preferredAgents = new ArrayList<>();

    Wish(List<AgentConstraint> constraints, CapabilityBits bits) {
        long[] must = {};
        long[] mustNot = {};
        for (AgentConstraint one : constraints) {
            if (one instanceof AgentConstraint.RequireCapability require) {
                must = bits.with(must, require.capability());
            } else if (one instanceof AgentConstraint.ForbidCapability forbid) {
                mustNot = bits.with(mustNot, forbid.capability());
            } else if (one instanceof AgentConstraint.PreferCapability prefer) {
                preferred.add(bits.with(new long[0], prefer.capability()));
            } else if (one instanceof AgentConstraint.PreferType prefer) {
                preferredTypes.add(prefer.type());
            } else if (one instanceof AgentConstraint.PreferAgent prefer) {
                preferredAgents.add(prefer.agent());
            } else {
                others.add(one);
            }
        }
        this.required = must;
        this.forbidden = mustNot;
    }

    /** {@return whether the agent meets all that must hold} */
    boolean fits(AgentSnapshot agent, long[] capabilities) {
        return CapabilityBits.containsAll(capabilities, required)
                && !CapabilityBits.intersects(capabilities, forbidden)
                && others.stream().allMatch(one -> one.matches(agent));
    }

    int mostScore() {
        return preferred.size() + preferredTypes.size() + preferredAgents.size();
    }

    /** {@return how many preferences the agent meets} */
    int score(AgentView view) {
        if (mostScore() == 0) {
            return 0;
        }
        int score = 0;
        for (long[] one : preferred) {
            score += CapabilityBits.containsAll(view.capabilities, one) ? 1 : 0;
        }
        for (AgentType type : preferredTypes) {
            score += view.agent.spec().type().equals(type) ? 1 : 0;
        }
        for (AgentId agent : preferredAgents) {
            score += view.id().equals(agent) ? 1 : 0;
        }
        return score;
    }
}
