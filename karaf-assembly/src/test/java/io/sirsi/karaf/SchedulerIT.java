package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks of the assembled node outlive what happens to it. */
@Timeout(300)
class SchedulerIT {

    private static final Pattern TASK = Pattern.compile("t-[0-9a-z]{26}");
    private static final Pattern SESSION = Pattern.compile("s-[0-9a-z]{26}");
    private static final int TASKS = 40;
    private static final int RESTARTS = 4;

    private Node node;
    private String session;

    @BeforeEach
    void start() {
        node = Node.fresh().up();
        session = first(SESSION, done("session:open --json work"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void what_was_acknowledged_is_there_after_kill_9() throws Exception {
        done("agent:spawn --session " + session + " --set account=local host");
        String later = submit("--delay 1h --key later nosuch.type");
        String child = submit("--after " + later + " nosuch.type");
        String paused = submit("--delay 1s nosuch.type");
        done("task:pause " + paused);
        String ended = submit("--key ended cloud.discover");
        awaitState(ended, "Failed");
        String agents = done("agent:list --json");

        node.kill9();
        node.up();

        assertThat(state(later)).isEqualTo("Blocked");
        assertThat(state(child)).isEqualTo("Blocked");
        assertThat(state(ended)).isEqualTo("Failed");
        assertThat(done("task:why " + paused)).contains("paused by", "task:resume " + paused);
        assertThat(done("task:why " + child)).contains(later);
        assertThat(submit("--delay 1h --key later nosuch.type")).isEqualTo(later);
        assertThat(submit("--key ended cloud.discover")).isEqualTo(ended);
        Matcher agent = Pattern.compile("host-[0-9a-z]+").matcher(agents);
        assertThat(agent.find()).isTrue();
        assertThat(done("agent:list --json")).contains(agent.group());
        assertThat(done("audit:list --limit 50")).contains("task:recover");
        assertThat(node.exec("audit:verify").exitCode()).isZero();
    }

    @Test
    void a_scheduler_that_is_replaced_under_load_loses_and_doubles_nothing() throws Exception {
        done("agent:spawn --session " + session + " --set account=local host");
        CompletableFuture<Void> restarts =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < RESTARTS; i++) {
                                assertThat(
                                                node.exec("bundle:restart io.sirsi.scheduler")
                                                        .exitCode())
                                        .isZero();
                            }
                        });
        Map<String, String> acknowledged = new HashMap<>();
        for (int i = 0; i < TASKS || !restarts.isDone(); i++) {
            String key = "k" + i;
            acknowledged.put(key, submitUntilTaken(key));
        }
        restarts.get(60, TimeUnit.SECONDS);

        Set<String> ids = new HashSet<>(acknowledged.values());
        assertThat(ids).hasSameSizeAs(acknowledged.keySet());
        List<String> listed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            listed = all(TASK, done("task:list --json --label load=1 --limit 10000"));
            if (ended(listed.size())) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(new HashSet<>(listed)).isEqualTo(ids);
        for (Map.Entry<String, String> one : acknowledged.entrySet()) {
            assertThat(submitUntilTaken(one.getKey())).isEqualTo(one.getValue());
        }
    }

    private boolean ended(int count) {
        return all(TASK, done("task:list --json --state Failed --label load=1 --limit 10000"))
                        .size()
                == count;
    }

    /** While the scheduler is replaced, a door is closed or says so; the key makes trying safe. */
    private String submitUntilTaken(String key) {
        return first(
                TASK,
                done(
                        "task:submit --session "
                                + session
                                + " --label load=1 --key "
                                + key
                                + " cloud.discover"));
    }

    private String submit(String words) {
        return first(TASK, done("task:submit --session " + session + " --unknown-type " + words));
    }

    private void awaitState(String task, String wanted) throws InterruptedException {
        for (int i = 0; i < 200 && !state(task).equals(wanted); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(state(task)).isEqualTo(wanted);
    }

    private String state(String task) {
        Matcher state = Pattern.compile("(?m)^state +(\\w+)").matcher(done("task:show " + task));
        assertThat(state.find()).isTrue();
        return state.group(1);
    }

    /** Tries until it is done: for commands that may be given twice. */
    private String done(String command) {
        Outcome last = new Outcome(-1, "", "the node announces no door");
        for (int i = 0; i < 400; i++) {
            if (node.isAnnounced()) {
                last = tried(command);
                if (last.exitCode() == 0) {
                    return last.out();
                }
            }
            LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError(command + ": " + last);
    }

    /** The announcement, and the connection, may go between the look and the use. */
    private Outcome tried(String command) {
        try {
            return node.exec(command);
        } catch (AssertionError | RuntimeException closed) {
            return new Outcome(-1, "", closed.toString());
        }
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group();
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(MatchResult::group)
                .distinct()
                .collect(Collectors.toList());
    }
}
