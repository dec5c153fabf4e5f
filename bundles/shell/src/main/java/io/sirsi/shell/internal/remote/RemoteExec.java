package io.sirsi.shell.internal.remote;

import io.sirsi.shell.internal.SentFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one command for {@code ./sirsi} and waits until its output has arrived. Karaf closes the
 * whole connection as soon as a command ends, which cuts off what is still under way: the end of a
 * long answer, a complaint, the exit code. So the end is told in the answer itself, as {@code
 * U+0001 NONCE SPACE EXITCODE SPACE BASE64(complaint) LF}, and this side waits for one byte that
 * says that it was read. Where the caller leaves before, the command is interrupted. The inner
 * command is guarded as if it had been typed. A file that goes with it comes first, as so many
 * bytes; see {@link SentFile}.
 */
@Service
@Command(
        scope = "sirsi",
        name = "exec",
        description =
                "Runs one command for ./sirsi, tells how it ended, and waits until the answer was read")
public final class RemoteExec implements Action {

    /** Begins the line that tells the end. */
    static final char END = '\u0001';

    private static final Logger LOG = LoggerFactory.getLogger(RemoteExec.class);
    private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final Pattern PAGED = Pattern.compile("^\\s*(help|man)(?=\\s|$)");
    private static final Pattern PAGED_COMMAND =
            Pattern.compile("\\s*(?:help|man)\\s+([a-z]+:[a-z-]+)\\s*");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int FAILED = 1;

    /** Where Karaf's session keeps the session of Gogo behind it. */
    private static final String GOGO_SESSION = ".commandSession";

    /** How the command ended; the complaint is empty where there is none. */
    private record Ending(int exitCode, String complaint) {}

    @Argument(
            index = 0,
            name = "nonce",
            description = "Tells the end from anything else in the answer",
            required = true)
    private String nonce = "";

    @Argument(
            index = 1,
            name = "command",
            description = "The command, as one word",
            required = true)
    private String command = "";

    @Argument(
            index = 2,
            name = "bytes",
            description = "The length of the file that comes with the command",
            required = false)
    private int bytes;

    @Argument(
            index = 3,
            name = "file",
            description = "What the file is called where the person is, without its folder",
            required = false)
    private String file = "";

    @Reference private @Nullable Session session;

    @Override
    public @Nullable Object execute() throws InterruptedException {
        Session present = session;
        if (present == null) {
            throw new IllegalStateException("the shell gave this command no session");
        }
        Optional<Ending> unreceived = receiveFile(present);
        Queue<Job> inner = innerJobs(present);
        CallerWatch caller =
                CallerWatch.begin(present.getKeyboard(), () -> inner.forEach(Job::interrupt));
        Ending ending = unreceived.orElseGet(() -> run(present));
        caller.commandEnded();
        PrintStream out = present.getConsole();
        out.print(
                END
                        + nonce
                        + " "
                        + ending.exitCode()
                        + " "
                        + Base64.getEncoder()
                                .encodeToString(ending.complaint().getBytes(StandardCharsets.UTF_8))
                        + "\n");
        out.flush();
        if (!caller.awaitReader(PATIENCE)) {
            LOG.debug("nobody said that the answer to a command was read");
        }
        return ending.exitCode() == 0 ? null : (Object) ending.exitCode();
    }

    /** {@return how it went if the file did not come; empty if it is there, or none was to come} */
    private Optional<Ending> receiveFile(Session present) {
        if (bytes == 0) {
            return Optional.empty();
        }
        try {
            SentFile.receive(present, present.getKeyboard(), bytes, file);
            return Optional.empty();
        } catch (IOException | IllegalArgumentException refused) {
            return Optional.of(new Ending(FAILED, sentence(refused)));
        }
    }

    /**
     * Keeps hold of the jobs that our command starts. Gogo runs them on threads of their own and
     * hands no interrupt of ours down to them, and Karaf would log one of our own job as an error.
     */
    private static Queue<Job> innerJobs(Session present) {
        Queue<Job> inner = new ConcurrentLinkedQueue<>();
        if (present.get(GOGO_SESSION) instanceof CommandSession gogo) {
            gogo.setJobListener(
                    (job, before, now) -> {
                        if (job.parent() != null && now == Job.Status.Foreground) {
                            inner.add(job);
                        }
                    });
        }
        return inner;
    }

    private Ending run(Session present) {
        try {
            Object result = present.execute(unpaged(command));
            boolean untaken = bytes != 0 && SentFile.take(present).isPresent();
            return new Ending(
                    result instanceof Integer code ? code : 0,
                    untaken
                            ? "this command takes no file; what --file named was not looked at."
                            : "");
        } catch (InterruptedException callerLeft) {
            return new Ending(FAILED, "interrupted.");
        } catch (Exception failure) {
            return new Ending(FAILED, sentence(failure));
        }
    }

    /**
     * Karaf's start script makes {@code help} go through a pager, which needs a terminal; the
     * command behind it is called here. That would list all commands whose names begin so, where
     * one is named in full.
     */
    static String unpaged(String command) {
        Matcher full = PAGED_COMMAND.matcher(command);
        if (full.matches()) {
            return full.group(1) + " --help";
        }
        return PAGED.matcher(command).replaceFirst("*:help");
    }

    /** What a person is told of a failure: one sentence, without colours. */
    static String sentence(Exception failure) {
        String told =
                failure instanceof CommandException known && known.getNiceHelp() != null
                        ? known.getNiceHelp()
                        : failure.getMessage();
        if (failure.getClass().getSimpleName().equals("CommandNotFoundException")) {
            return told
                    + "; in ./sirsi shell, help lists the commands. Those of Karaf that an account may not use are"
                    + " not found either.";
        }
        if (!(failure instanceof CommandException)) {
            LOG.warn("a command failed", failure);
        }
        return COLOURS.matcher(told == null ? failure.getClass().getSimpleName() : told)
                .replaceAll("")
                .strip();
    }
}
