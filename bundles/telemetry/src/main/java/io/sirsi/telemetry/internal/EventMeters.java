package io.sirsi.telemetry.internal;

import static io.sirsi.telemetry.internal.Recorder.part;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentStateChanged;
import io.sirsi.agent.AgentTypeAppeared;
import io.sirsi.agent.AgentTypeDisappeared;
import io.sirsi.cloud.GapDiscovered;
import io.sirsi.cloud.ResourcesDiscovered;
import io.sirsi.cloud.ScanEnded;
import io.sirsi.cloud.ScanStarted;
import io.sirsi.event.Event;
import io.sirsi.session.SessionOpened;
import io.sirsi.session.SessionStateChanged;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskStarted;
import io.sirsi.task.TaskSubmitted;
import io.sirsi.wasm.ModuleInstalled;
import io.sirsi.wasm.ModuleRefused;
import io.sirsi.wasm.ModuleUnloaded;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns facts into numbers. Called by one thread at a time. */
final class EventMeters {

    /** Of more agents at once, the times of the oldest are not measured. */
    private static final int MOST_AGENTS = 10_000;

    private final Recorder recorder;
    private final Map<AgentId, Life> lives =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<AgentId, Life> eldest) {
                    return size() > MOST_AGENTS;
                }
            };

    /** When an agent was spawned, and since when it has been in its state. */
    private record Life(Instant spawned, Instant since) {}

    EventMeters(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Measures one fact. */
    void measure(Event event) {
        recorder.count("events.seen");
        measureTask(event);
        measureAgent(event);
        measureSession(event);
        measureScan(event);
        measureModule(event);
    }

    private void measureTask(Event event) {
        if (event instanceof TaskSubmitted) {
            recorder.count("task.submitted");
        } else if (event instanceof TaskStarted started) {
            recorder.count("task.started");
            recorder.time("task.wait", started.waited());
        } else if (event instanceof TaskAttemptFailed failed) {
            recorder.count("task.attempt.failed");
            recorder.count("task.attempt.failed." + part(failed.failure().code().name()));
        } else if (event instanceof TaskFinished finished) {
            measureFinished(finished);
        }
    }

    private void measureFinished(TaskFinished finished) {
        recorder.count("task.finished");
        recorder.count("task.finished." + part(finished.task().state().name()));
        recorder.time("task.total", Duration.between(finished.task().submittedAt(), finished.at()));
        if (finished.ran().compareTo(Duration.ZERO) > 0) {
            recorder.time("task.run", finished.ran());
            recorder.time("task.run." + finished.task().spec().type(), finished.ran());
        }
    }

    private void measureAgent(Event event) {
        if (event instanceof AgentTypeAppeared) {
            recorder.count("agent.type.appeared");
        } else if (event instanceof AgentTypeDisappeared) {
            recorder.count("agent.type.disappeared");
        } else if (event instanceof AgentSpawned spawned) {
            recorder.count("agent.spawned");
            recorder.count("agent.spawned." + spawned.agent().spec().type());
            lives.put(spawned.agent().id(), new Life(spawned.at(), spawned.at()));
        } else if (event instanceof AgentStateChanged changed) {
            measureChange(changed);
        }
    }

    private void measureChange(AgentStateChanged changed) {
        AgentState state = changed.agent().state();
        if (state == AgentState.TERMINATED || state == AgentState.FAILED) {
            String name = "agent." + part(state.name());
            recorder.count(name);
            recorder.count(name + "." + changed.agent().spec().type());
        }
        Life life = lives.get(changed.agent().id());
        if (life == null) {
            return; // Spawned before we began to listen.
        }
        recorder.time(
                "agent.state." + part(changed.before().name()),
                Duration.between(life.since(), changed.at()));
        if (state == AgentState.TERMINATED) {
            recorder.time("agent.lifetime", Duration.between(life.spawned(), changed.at()));
            lives.remove(changed.agent().id());
        } else {
            lives.put(changed.agent().id(), new Life(life.spawned(), changed.at()));
        }
    }

    private void measureSession(Event event) {
        if (event instanceof SessionOpened) {
            recorder.count("session.opened");
        } else if (event instanceof SessionStateChanged changed) {
            String state = part(changed.session().state().name());
            if (changed.session().state().isFinal()) {
                recorder.count("session.ended");
                recorder.count("session.ended." + state);
                recorder.time(
                        "session.lifetime",
                        Duration.between(changed.session().openedAt(), changed.at()));
            } else {
                recorder.count("session.became." + state);
            }
        }
    }

    private void measureModule(Event event) {
        if (event instanceof ModuleInstalled) {
            recorder.count("module.installed");
        } else if (event instanceof ModuleRefused) {
            recorder.count("module.refused");
        } else if (event instanceof ModuleUnloaded) {
            recorder.count("module.unloaded");
        }
    }

    private void measureScan(Event event) {
        if (event instanceof ScanStarted) {
            recorder.count("scan.started");
        } else if (event instanceof ResourcesDiscovered discovered) {
            recorder.count("scan.resources.discovered", discovered.resources().size());
        } else if (event instanceof GapDiscovered) {
            recorder.count("scan.gaps");
        } else if (event instanceof ScanEnded ended) {
            recorder.count("scan.ended");
            recorder.count("scan.ended." + part(ended.scan().state().name()));
            recorder.time(
                    "scan.duration", Duration.between(ended.scan().span().startedAt(), ended.at()));
            recorder.value("scan.resources", ended.resources());
        }
    }
}
