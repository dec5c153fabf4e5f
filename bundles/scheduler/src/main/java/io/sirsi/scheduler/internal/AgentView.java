package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import java.util.ArrayList;
import java.util.List;

/** An agent that takes tasks, and what we have given it. Guarded by the engine's baton. */
final class AgentView extends TimerNode {

    final AgentSnapshot agent;
    final AgentDescriptor descriptor;
    final long[] capabilities;

    /** The demands that it can meet, and its number in each. */
    final List<Demand> demands = new ArrayList<>();

    final List<Integer> numbers = new ArrayList<>();

    int running;

    /** What its demands have been told of {@link #hasPlace}. */
    boolean toldPlace;

    /** It refused a task although it has a place by our count; not asked again for a while. */
    boolean refused;

    /** It is not there any more. */
    boolean gone;

    AgentView(AgentSnapshot agent, AgentDescriptor descriptor, long[] capabilities) {
        this.agent = agent;
        this.descriptor = descriptor;
        this.capabilities = capabilities;
    }

    AgentId id() {
        return agent.id();
    }

    boolean hasPlace() {
        return !refused && !gone && running < descriptor.concurrency();
    }
}
