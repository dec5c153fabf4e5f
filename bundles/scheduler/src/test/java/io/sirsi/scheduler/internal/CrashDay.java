package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentState;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.JournalException;
import io.sirsi.scheduler.internal.HistoryChecker.Rule;
import io.sirsi.scheduler.internal.HistoryChecker.Violation;
import io.sirsi.session.SessionId;
import io.sirsi.task.Delivery;
import io.sirsi.task.Dependency;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.Recurrence;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A short day in the life of a node, decided by a seed: people ask for tasks, agents run them or
 * not, clocks go wrong, and the node goes down in every way at any moment. Then nothing disturbs
 * any more, and all must end.
 */
final class CrashDay {

    private static final int MOST_ROUNDS = 400;
    private static final int QUICK_ROUNDS = 60;

    /** The disk that all fits on, and one that is as good as full. */
    private static final long PLENTY = Long.MAX_VALUE;

    /** A call that has not been answered yet. */
    private record Pending<T>(Call<T> call, Consumer<T> answered) {

        /** {@return whether it is over} */
        boolean look() {
            if (!call.isDone()) {
                return false;
            }
            T answer;
            try {
                answer = call.await(0);
            } catch (RefusedException | JournalException refused) {
                return true;
            }
            answered.accept(answer);
            return true;
        }
    }

    private final SimulatedNode node;
    private final HistoryChecker checker;
    private final Random random;
    private final RandomWork work;
    private final int steps;
    private final List<Pending<?>> pending = new ArrayList<>();
    private final List<ScriptedAgents.Run> zombies = new ArrayList<>();
    private int agentNumber;
    private int withheld;

    CrashDay(long seed, int steps, Seams seams) {
        this.node = new SimulatedNode(seed, seams);
        this.checker = node.checker();
        this.random = node.random;
        this.work = new RandomWork(random);
        this.steps = steps;
    }

    HistoryChecker checker() {
        return checker;
    }

    /** Lives it, and fails where a rule is broken. */
    void live() {
        try {
            addAgent(Bench.SESSION);
            restart();
            for (int i = 0; i < steps; i++) {
                step();
                settle();
            }
            finish();
        } catch (Violation found) {
            throw found;
        } catch (RuntimeException | StackOverflowError broken) {
            Violation found = new Violation(Rule.WORKS, "it fails by itself: " + broken);
            found.initCause(broken);
            throw found;
        }
    }

    // ---- steps ----

    private void step() {
        if (!node.isUp()) {
            node.clock.pass(Duration.ofSeconds(1));
            if (random.nextBoolean()) {
                heal();
            }
            restart();
            return;
        }
        switch (random.nextInt(32)) {
            case 0, 1, 2, 3, 4 -> submit();
            case 5, 6 -> submitGraph();
            case 7, 8, 9, 10, 11, 12 -> endRun();
            case 13, 14, 15 -> node.clock.pass(Duration.ofMillis(random.nextInt(9_000)));
            case 16 -> node.clock.jumpWall(Duration.ofSeconds(random.nextInt(7_200) - 3_600));
            case 17, 18 -> cancel();
            case 19 -> pause();
            case 20 -> pauseTask();
            case 21 -> addAgent(session());
            case 22 -> endAgent();
            case 23 -> node.agents.refusing = random.nextInt(4) == 0;
            case 24, 25 -> node.snapshot();
            case 26 -> withheld = random.nextInt(8);
            case 27 -> node.disk.crashAtStep(1 + random.nextInt(12));
            case 28 -> hotSwap();
            case 29 -> node.disk.failForce(1 + random.nextInt(3));
            case 30 -> node.disk.capacity(random.nextInt(3) > 0 ? PLENTY : 0);
            default -> goDown(random.nextInt(3) > 0);
        }
    }

    /** What threads do meanwhile, unless they are held up. */
    private void settle() {
        if (node.isUp()) {
            if (withheld > 0) {
                withheld--;
            } else {
                node.journalTurn();
            }
        }
        if (node.isUp() && random.nextInt(3) > 0) {
            node.engine().runDue();
        }
        look();
        if (node.disk.isCrashed()) {
            goDown(random.nextInt(4) > 0);
        } else if (node.isLost()) {
            checker.note("the log failed");
            node.stop();
            look();
            pending.clear();
            restart();
        } else if (node.isUp()) {
            checker.checkStarted(node.engine());
        }
    }

    private void look() {
        for (Iterator<Pending<?>> all = pending.iterator(); all.hasNext(); ) {
            if (all.next().look()) {
                all.remove();
            }
        }
    }

    private void goDown(boolean power) {
        pending.clear();
        zombies.clear();
        if (power) {
            node.losePower();
        } else {
            node.die();
        }
        restart();
    }

    private void hotSwap() {
        node.stop();
        look();
        pending.clear();
        if (random.nextBoolean()) {
            endRun(); // What ends while there is no scheduler is told to the next.
        }
        if (!node.disk.isCrashed()) {
            restart();
        }
    }

    private void restart() {
        while (!node.start()) {
            if (!node.disk.isCrashed()) {
                return; // No room, or an error; it is tried again later.
            }
            zombies.clear();
            if (random.nextBoolean()) {
                node.losePower();
            } else {
                node.die();
            }
        }
    }

    private SessionId session() {
        return random.nextInt(4) == 0 ? Bench.OTHER : Bench.SESSION;
    }

    private void addAgent(SessionId session) {
        work.agents.add(
                node.agents.add(
                        session,
                        "a" + ++agentNumber,
                        random.nextBoolean() ? "aws" : "wide",
                        random.nextBoolean() ? new String[] {"fast"} : new String[0]));
        if (node.isUp()) {
            node.engine().agentsChanged();
        }
    }

    private void endAgent() {
        if (work.agents.isEmpty() || random.nextBoolean()) {
            return;
        }
        AgentId agent = work.any(work.agents);
        if (random.nextBoolean()) {
            node.agents.enter(agent, AgentState.DRAINING);
        }
        node.agents.running(agent).forEach(run -> checker.failing(run, Duration.ZERO));
        node.agents.kill(agent);
        work.agents.remove(agent);
        node.engine().agentsChanged();
    }

    private TaskSpec spec() {
        TaskSpec spec = work.spec();
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> {
                spec = spec.delivery(Delivery.AT_MOST_ONCE);
                if (random.nextBoolean()) {
                    spec = spec.retry(RetryPolicy.NONE);
                }
            }
            case 3, 4 -> spec = spec.delay(Duration.ofMillis(random.nextInt(20_000)));
            case 5 ->
                    spec = spec.notBefore(node.clock.instant().plusMillis(random.nextInt(20_000)));
            case 6 -> spec = spec.join(Join.ANY_OF);
            case 7 -> spec = spec.onParentFailure(work.any(List.of(ParentFailure.values())));
            case 8 ->
                    spec = spec.input(Payload.json("\"" + "x".repeat(random.nextInt(700)) + "\""));
            default -> {}
        }
        return spec;
    }

    private void submit() {
        TaskSpec spec;
        int kind = random.nextInt(14);
        if (kind == 0) {
            spec = TaskSpec.of("work").delivery(Delivery.VOLATILE);
        } else if (kind == 1) {
            Recurrence.Misfire misfire = work.any(List.of(Recurrence.Misfire.values()));
            spec =
                    TaskSpec.of("work")
                            .recurring(
                                    new Recurrence.Every(
                                            misfire == Recurrence.Misfire.FIRE_ALL
                                                    ? Duration.ofMinutes(10)
                                                    : Duration.ofSeconds(3 + random.nextInt(20)),
                                            misfire));
        } else {
            spec = work.afterSome(spec());
        }
        SessionId session = session();
        HistoryChecker.Wish wish = checker.wish(session, spec);
        if (spec.delivery() == Delivery.VOLATILE) {
            submitVolatile(session, wish);
            return;
        }
        pending.add(
                new Pending<>(
                        node.engine().submit(session, wish.spec()),
                        ids -> {
                            checker.acknowledged(node.engine(), wish, ids.get(0));
                            work.note(ids.get(0));
                        }));
        look();
    }

    /** It is let in without any waiting. */
    private void submitVolatile(SessionId session, HistoryChecker.Wish wish) {
        try {
            TaskId task = node.engine().schedule(session, wish.spec());
            checker.acknowledged(node.engine(), wish, task);
        } catch (RefusedException full) {
            checker.note("refused");
        }
    }

    private void submitGraph() {
        SessionId session = session();
        List<HistoryChecker.Wish> wishes = new ArrayList<>();
        TaskGraph graph =
                work.graph(
                        () -> {
                            HistoryChecker.Wish wish = checker.wish(session, spec());
                            wishes.add(wish);
                            return wish.spec();
                        });
        for (HistoryChecker.Wish wish : wishes) {
            checker.forgetBefore(wish);
        }
        pending.add(
                new Pending<>(
                        node.engine().submitAll(session, graph),
                        ids -> acknowledged(graph, wishes, ids)));
        look();
    }

    private void acknowledged(TaskGraph graph, List<HistoryChecker.Wish> wishes, List<TaskId> ids) {
        for (int i = 0; i < ids.size(); i++) {
            HistoryChecker.Wish wish = wishes.get(i);
            TaskGraph.Node one = graph.node(i);
            List<Dependency> before = new ArrayList<>();
            if (one != null) {
                one.after()
                        .forEach(
                                (name, how) ->
                                        before.add(
                                                new Dependency(ids.get(graph.place(name)), how)));
            }
            checker.waitsFor(wish, before);
            checker.acknowledged(node.engine(), wish, ids.get(i));
            work.note(ids.get(i));
        }
    }

    private void cancel() {
        if (work.tasks.isEmpty()) {
            return;
        }
        TaskId task = work.any(work.tasks);
        pending.add(
                new Pending<>(
                        node.engine().beginCancel(task, "called off"),
                        done -> {
                            if (done) {
                                checker.cancelled(task);
                            }
                        }));
        look();
    }

    private void pause() {
        pause(session(), random.nextBoolean());
    }

    private void pause(SessionId session, boolean paused) {
        long order = checker.ordered(session);
        pending.add(
                new Pending<>(
                        node.engine().beginPause(session, paused),
                        done -> checker.obeyed(session, order, paused)));
        look();
    }

    private void pauseTask() {
        if (work.tasks.isEmpty()) {
            return;
        }
        TaskId task = work.any(work.tasks);
        boolean paused = random.nextInt(3) > 0;
        long order = checker.ordered(task);
        pending.add(
                new Pending<>(
                        paused
                                ? node.engine().beginPauseTask(task, "me")
                                : node.engine().beginResumeTask(task),
                        done -> {
                            if (done) {
                                checker.obeyed(task, order, paused);
                            }
                        }));
        look();
    }

    private void endRun() {
        List<ScriptedAgents.Run> running = new ArrayList<>(node.agents.running());
        running.removeAll(zombies);
        if (running.isEmpty()) {
            return;
        }
        ScriptedAgents.Run run = work.any(running);
        int how = random.nextInt(8);
        switch (how) {
            case 0, 1, 2 -> {
                AgentFailure failure = work.failure(how);
                checker.failing(run, failure.retryAfter().orElse(Duration.ZERO));
                run.fail(failure);
            }
            case 3 -> run.end(new TaskOutcome.Cancelled(Duration.ZERO, "x"));
            case 4 -> {
                run.ignoresAbandon = true; // Speaks again when nobody listens any more.
                zombies.add(run);
            }
            default -> succeed(run);
        }
        if (!zombies.isEmpty() && random.nextInt(4) == 0) {
            succeed(zombies.remove(0));
        }
    }

    private static void succeed(ScriptedAgents.Run run) {
        run.end(new TaskOutcome.Succeeded(Duration.ZERO, Payload.json("\"" + run.fence() + "\"")));
    }

    // ---- the end ----

    private void heal() {
        node.disk.capacity(PLENTY);
        node.disk.crashAtStep(-1);
        node.disk.failForce(-1);
        node.agents.refusing = false;
    }

    private void finish() {
        checker.note("nothing disturbs any more");
        heal();
        withheld = 0;
        if (node.disk.isCrashed()) {
            goDown(true);
        }
        for (int i = 0; i < MOST_ROUNDS; i++) {
            round(i);
            if (node.isUp() && i > 2 && isQuiet()) {
                checker.checkEnded(node.engine());
                node.losePower();
                restart();
                checker.checkEnded(node.engine());
                return;
            }
        }
        checker.checkEnded(node.engine());
        throw new Violation(Rule.ENDS_AT_LAST, "the engine finds no rest");
    }

    private void round(int number) {
        if (node.isLost()) {
            node.stop();
        }
        if (!node.isUp()) {
            restart();
            if (!node.isUp()) {
                throw new Violation(Rule.WORKS, "it does not open though the disk is well");
            }
        }
        if (number == 0) {
            for (SessionId session : List.of(Bench.SESSION, Bench.OTHER)) {
                pause(session, false);
                addAgent(session);
            }
            for (TaskId task : work.tasks) {
                checker.ordered(task);
                node.engine().beginResumeTask(task);
            }
        }
        rest();
        for (TaskSnapshot task : unfinished()) {
            if (task.spec().recurrence().isPresent()) {
                node.engine().beginCancel(task.id(), "the day is over");
            }
        }
        for (ScriptedAgents.Run run : node.agents.running()) {
            if (!zombies.contains(run)) {
                succeed(run);
            }
        }
        if (number == QUICK_ROUNDS / 2) {
            zombies.forEach(CrashDay::succeed);
            zombies.clear();
        }
        rest();
        node.clock.pass(number < QUICK_ROUNDS ? Duration.ofSeconds(5) : Duration.ofMinutes(10));
        rest();
    }

    private void rest() {
        for (int i = 0; i < 1_000; i++) {
            boolean worked = node.isUp() && node.engine().runDue() == 0;
            worked |= node.isUp() && node.engine().lost().isEmpty() && node.journalTurn();
            look();
            if (!worked) {
                checker.checkStarted(node.engine());
                return;
            }
        }
        throw new Violation(Rule.ENDS_AT_LAST, "there is always something to do at once");
    }

    private List<TaskSnapshot> unfinished() {
        return node.engine()
                .list(new TaskQuery(Optional.empty(), TaskState.UNFINISHED, Map.of(), 100_000));
    }

    private boolean isQuiet() {
        return pending.isEmpty() && node.engine().life().unfinished == 0 && zombies.isEmpty();
    }
}
