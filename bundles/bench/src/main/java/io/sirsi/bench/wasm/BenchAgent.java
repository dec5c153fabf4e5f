package io.sirsi.bench.wasm;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.event.Event;
import io.sirsi.event.Receipt;
import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.AgentContext;
import java.time.Clock;

/** An agent of the type {@link Guests#TYPE} in a session of its own, which spawns nothing. */
record BenchAgent(int number) implements AgentContext {

    /** {@return a session of this number} */
    static SessionId session(int number) {
        return new SessionId(String.format("s-%026d", number));
    }

    @Override
    public AgentId id() {
        return new AgentId(Guests.TYPE + "-" + number);
    }

    @Override
    public SessionId session() {
        return session(number);
    }

    @Override
    public AgentSpec spec() {
        return AgentSpec.of(Guests.TYPE);
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public AgentId spawn(AgentSpec child) {
        throw RefusedException.unavailable("nobody is spawned in a benchmark");
    }

    @Override
    public Receipt publish(Event event) {
        return new Receipt(0, 0, 0);
    }
}
