package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.session.SessionId;
import io.sirsi.task.Explanation;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskScheduler;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps an explanation from naming what its reader may not see: tasks, agents and sessions of
 * others. That they are there, and how many, stays: it is why the task does not run.
 */
record Discretion(Visibility who, TaskScheduler tasks, AgentRuntime agents) {

    static final String TASK = "a task of another session";
    static final String AGENT = "an agent of another session";
    static final String SESSION = "another session";

    private static final Pattern TASK_ID = named("task", "t-[0-9a-z]{26}");
    private static final Pattern SESSION_ID = named("session", "s-[0-9a-z]{26}");
    private static final Pattern AGENT_ID = named("agent", "[a-z][a-z0-9-]{0,62}");

    /** An id, with the words before it that the replacement says, too. */
    private static Pattern named(String noun, String shape) {
        return Pattern.compile(
                "(?:\\b[Tt]he )?(?:\\b"
                        + noun
                        + " )?(?<quote>'?)(?<![\\w-])(?<id>"
                        + shape
                        + ")(?![\\w-])\\k<quote>");
    }

    /** {@return the explanation as the reader may have it} */
    Explanation about(Explanation whole) {
        if (who.everything()) {
            return whole;
        }
        return new Explanation(
                whole.task(),
                discreet(whole.sentence()),
                whole.reasons().stream().map(this::reason).toList(),
                whole.change().map(this::change));
    }

    private Explanation.Reason reason(Explanation.Reason reason) {
        return new Explanation.Reason(
                reason.kind(),
                discreet(reason.sentence()),
                discreet(reason.subjects()),
                reason.until());
    }

    /** What would have to be done to something of another session, the reader cannot do alone. */
    private Explanation.Change change(Explanation.Change change) {
        String sentence = discreet(change.sentence());
        boolean own = discreet(change.subjects()).equals(change.subjects());
        return own && sentence.equals(change.sentence())
                ? change
                : new Explanation.Change(
                        change.action(),
                        sentence + " (ask an administrator for what is of another session)",
                        own ? change.subjects() : List.of());
    }

    private List<String> discreet(List<String> subjects) {
        return subjects.stream().map(this::discreet).distinct().toList();
    }

    private String discreet(String text) {
        String tasksHidden = hide(text, TASK_ID, this::seesTask, TASK);
        String sessionsHidden = hide(tasksHidden, SESSION_ID, this::seesSession, SESSION);
        return hide(sessionsHidden, AGENT_ID, this::seesAgent, AGENT);
    }

    private static String hide(
            String text, Pattern ids, Predicate<String> visible, String otherwise) {
        return ids.matcher(text)
                .replaceAll(
                        match ->
                                Matcher.quoteReplacement(
                                        visible.test(id(match))
                                                ? match.group()
                                                : begunLike(match.group(), otherwise)));
    }

    private static String begunLike(String model, String words) {
        return Character.isUpperCase(model.charAt(0))
                ? Character.toUpperCase(words.charAt(0)) + words.substring(1)
                : words;
    }

    /** {@return the second group, which is the id} */
    private static String id(MatchResult match) {
        return match.group(2);
    }

    private boolean seesTask(String id) {
        return parsed(id, TaskId::new).flatMap(tasks::find).filter(who::sees).isPresent();
    }

    private boolean seesSession(String id) {
        return who.sees(new SessionId(id));
    }

    /** A word that names no agent is just a word. */
    private boolean seesAgent(String word) {
        return agents.find(new AgentId(word)).map(who::sees).orElse(true);
    }

    private static <T> Optional<T> parsed(String text, Function<String, T> make) {
        try {
            return Optional.of(make.apply(text));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }
}
