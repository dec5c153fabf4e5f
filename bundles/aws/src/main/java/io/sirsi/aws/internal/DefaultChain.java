package io.sirsi.aws.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's default chain, source by source, in the SDK's order, so that we can say where
 * credentials came from, and need not wait a second for an instance's metadata each time somebody
 * asks on a machine that is no instance. Thread-safe.
 */
final class DefaultChain implements AwsCredentialsProvider, AutoCloseable {

    /**
     * One place to look.
     *
     * @param title for people
     * @param remote whether looking costs a call that may hang
     * @param provider who looks
     */
    record Source(String title, boolean remote, AwsCredentialsProvider provider) {}

    /** How long the answer "there are none" of a remote source is believed. */
    private static final long BELIEVED = TimeUnit.MINUTES.toNanos(10);

    private final List<Source> sources;
    private final LongSupplier nanoTime;
    private final ThreadPoolExecutor looker;
    private volatile @Nullable Source last;
    private volatile boolean remoteDenied;
    private volatile long deniedAt;

    DefaultChain(List<Source> sources, LongSupplier nanoTime) {
        this.sources = List.copyOf(sources);
        this.nanoTime = nanoTime;
        this.looker =
                new ThreadPoolExecutor(
                        0,
                        1,
                        5,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        work -> {
                            Thread thread = new Thread(work, "sirsi-aws-credentials");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** {@return the chain of this machine and process} */
    static DefaultChain ofThisMachine() {
        List<Source> sources = new ArrayList<>();
        sources.add(
                new Source("system properties", false, SystemPropertyCredentialsProvider.create()));
        sources.add(
                new Source(
                        "environment variables",
                        false,
                        EnvironmentVariableCredentialsProvider.create()));
        sources.add(
                new Source(
                        "a web identity token",
                        true,
                        WebIdentityTokenFileCredentialsProvider.builder()
                                .asyncCredentialUpdateEnabled(false)
                                .build()));
        sources.add(
                new Source(
                        "a profile",
                        false,
                        ProfileCredentialsProvider.builder()
                                .profileFile(ProfileFileSupplier.defaultSupplier())
                                .build()));
        sources.add(
                new Source(
                        "the container's role",
                        true,
                        ContainerCredentialsProvider.builder()
                                .asyncCredentialUpdateEnabled(false)
                                .build()));
        sources.add(
                new Source(
                        "the instance's role",
                        true,
                        InstanceProfileCredentialsProvider.builder()
                                .asyncCredentialUpdateEnabled(false)
                                .build()));
        return new DefaultChain(sources, System::nanoTime);
    }

    /**
     * Looks whether there are credentials.
     *
     * @param millis for how long at most
     * @return where they come from; empty if there are none, or nobody said in time
     */
    Optional<String> look(long millis) {
        Future<Optional<String>> answer;
        try {
            answer =
                    looker.submit(
                            () -> {
                                try {
                                    return InBundle.call(this::find).map(Source::title);
                                } catch (RuntimeException e) {
                                    return Optional.<String>empty();
                                }
                            });
        } catch (RejectedExecutionException e) {
            return Optional.ofNullable(last).map(Source::title);
        }
        try {
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            return Optional.empty();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** The first source that has credentials; the last time's is asked first. */
    private Optional<Source> find() {
        Source known = last;
        if (known != null && has(known)) {
            return Optional.of(known);
        }
        boolean askRemotes = !remoteDenied || nanoTime.getAsLong() - deniedAt > BELIEVED;
        for (Source source : sources) {
            if ((askRemotes || !source.remote()) && has(source)) {
                last = source;
                remoteDenied = false;
                return Optional.of(source);
            }
        }
        last = null;
        if (askRemotes) {
            remoteDenied = true;
            deniedAt = nanoTime.getAsLong();
        }
        return Optional.empty();
    }

    private static boolean has(Source source) {
        try {
            source.provider().resolveCredentials();
            return true;
        } catch (SdkClientException | IllegalStateException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public AwsCredentials resolveCredentials() {
        Source known = last;
        if (known != null) {
            return known.provider().resolveCredentials();
        }
        return find().map(source -> source.provider().resolveCredentials())
                .orElseThrow(
                        () -> SdkClientException.create("no credentials in the default chain"));
    }

    @Override
    public void close() {
        looker.shutdownNow();
        for (Source source : sources) {
            if (source.provider() instanceof SdkAutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
