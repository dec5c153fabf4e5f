package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bundle of a cloud is stopped, started and restarted while it works. */
@Timeout(600)
class HotSwapIT {

    private static final int CYCLES = 20;

    @TempDir private Path folder;

    private SlowAws cloud;
    private Node node;

    @BeforeEach
    void start() throws Exception {
        cloud = new SlowAws();
        node = Node.fresh().up();
        Path credentials =
                Files.writeString(
                        folder.resolve("credentials"),
                        "[default]\naws_access_key_id = AKIDSLOW\naws_secret_access_key = slow\n");
        Files.writeString(
                node.etc().resolve("io.sirsi.aws.account-slow.cfg"),
                "profile = default\ncredentialsFile = "
                        + credentials
                        + "\nendpoint = "
                        + cloud.endpoint()
                        + "\nregions = us-east-1\n");
        awaitProvider("\"slow\"");
    }

    @AfterEach
    void stop() {
        node.close();
        cloud.close();
    }

    @Test
    void a_scan_whose_bundle_is_stopped_ends_with_a_gap_and_the_next_one_works() throws Exception {
        Process scan =
                node.launcherInBackground(
                        "scan",
                        "--provider",
                        "aws",
                        "--timeout",
                        "5m",
                        "--report",
                        folder.resolve("r.html").toString());
        awaitCalls(cloud.calls() + 3);

        assertThat(node.exec("bundle:stop io.sirsi.aws").exitCode()).isZero();

        assertThat(scan.waitFor(90, TimeUnit.SECONDS)).as("the scan hangs").isTrue();
        assertThat(scan.exitValue()).isZero();
        Outcome gaps = node.exec("cloud:gaps latest");
        assertThat(gaps.out()).contains("aws");
        assertThat(node.exec("agent:list --json").out().strip())
                .as("agents of a type that is gone")
                .isEqualTo("[]");

        assertThat(node.exec("bundle:start io.sirsi.aws").exitCode()).isZero();
        awaitProvider("\"slow\"");
        cloud.answer();
        Outcome again =
                node.launcher(
                        "scan",
                        "--provider",
                        "aws",
                        "--type",
                        "aws:ec2:vpc",
                        "--report",
                        folder.resolve("r.html").toString());
        assertThat(again.exitCode()).as(again.toString()).isZero();
        assertThat(again.out()).contains("COMPLETE");
    }

    @Test
    void an_agent_outlives_the_restart_of_the_bundle_of_its_type() throws Exception {
        Matcher session = Pattern.compile("s-[0-9a-z]{26}").matcher(done("session:open work"));
        assertThat(session.find()).isTrue();
        done("agent:spawn --session " + session.group() + " --set account=local host");
        String agents = done("agent:list");

        done("bundle:restart io.sirsi.host");

        Outcome task =
                node.exec(
                        "task:submit --session "
                                + session.group()
                                + " --unknown-type --wait cloud.identify");
        assertThat(task.out())
                .as("the answer of the agent, which only a scan gives all that it needs")
                .contains("a task 'cloud.identify' needs the label 'account'");
        Matcher agent = Pattern.compile("host-[0-9a-z]+").matcher(agents);
        assertThat(agent.find()).isTrue();
        assertThat(done("agent:list")).contains(agent.group());
    }

    @Test
    void twenty_restarts_under_work_leave_no_thread_and_no_class_loader() throws Exception {
        for (int i = 0; i < CYCLES; i++) {
            Process scan =
                    node.launcherInBackground(
                            "exec", "cloud:scan --provider aws --timeout 5s --progress none");
            awaitCalls(cloud.calls() + 2);
            assertThat(node.exec("bundle:restart io.sirsi.aws").exitCode()).isZero();
            assertThat(scan.waitFor(90, TimeUnit.SECONDS)).as("scan " + i + " hangs").isTrue();
            awaitProvider("\"slow\"");
        }

        assertThat(node.exec("agent:list --json").out().strip()).isEqualTo("[]");
        assertThat(revisions()).as("class loaders of the bundle").isEqualTo(1);
        List<String> threads = agentThreads();
        for (int i = 0; i < 60 && threads.size() > 1; i++) { // idle ones end after ten seconds
            TimeUnit.MILLISECONDS.sleep(500);
            threads = agentThreads();
        }
        assertThat(threads).as("threads of agents of the bundle").hasSizeLessThanOrEqualTo(1);
        assertThat(
                        jcmd("Thread.print")
                                .lines()
                                .filter(
                                        line ->
                                                line.startsWith("\"idle-connection-reaper")
                                                        || line.startsWith("\"sdk-")))
                .as("threads of the SDK")
                .hasSizeLessThanOrEqualTo(2);
    }

    private List<String> agentThreads() {
        return jcmd("Thread.print")
                .lines()
                .filter(line -> line.startsWith("\"sirsi-agent-aws"))
                .toList();
    }

    private String done(String command) {
        Outcome outcome = node.exec(command);
        assertThat(outcome.exitCode()).as(command + ": " + outcome).isZero();
        return outcome.out();
    }

    /**
     * How many copies of the bundle's classes the JVM holds, garbage aside; waits a little for
     * references to clear.
     */
    private long revisions() throws InterruptedException {
        long revisions = 0;
        for (int i = 0; i < 20; i++) {
            revisions =
                    jcmd("GC.class_histogram")
                            .lines()
                            .filter(
                                    line ->
                                            line.matches(
                                                    ".*\\sio\\.sirsi\\.aws\\.internal\\.AwsCloudProvider(\\s.*)?"))
                            .count();
            if (revisions <= 1) {
                return revisions;
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
        return revisions;
    }

    private String jcmd(String command) {
        return Commands.run(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(node.pid()),
                                command),
                        Map.of())
                .out();
    }

    private void awaitProvider(String what) throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            if (node.exec("cloud:providers --json").out().contains(what)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError(
                what + " did not appear: " + node.exec("cloud:providers --json").out());
    }

    private void awaitCalls(int calls) throws InterruptedException, IOException {
        for (int i = 0; i < 600 && cloud.calls() < calls; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(cloud.calls()).as("calls to the cloud").isGreaterThanOrEqualTo(calls);
    }
}
