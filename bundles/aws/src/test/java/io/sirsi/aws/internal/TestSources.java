package io.sirsi.aws.internal;

import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Places where credentials may be looked for. */
final class TestSources {

    private TestSources() {}

    static DefaultChain.Source none(String title) {
        return new DefaultChain.Source(
                title,
                false,
                () -> {
                    throw SdkClientException.create("none here");
                });
    }

    static DefaultChain.Source some(String title) {
        return new DefaultChain.Source(
                title, false, () -> AwsBasicCredentials.create("AKIDTEST", "secret"));
    }

    static DefaultChain.Source counting(String title, int[] asked) {
        return new DefaultChain.Source(
                title,
                true,
                () -> {
                    asked[0]++;
                    throw SdkClientException.create("none here");
                });
    }

    static DefaultChain.Source hanging(String title) {
        return new DefaultChain.Source(
                title,
                true,
                () -> {
                    try {
                        TimeUnit.SECONDS.sleep(60);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw SdkClientException.create("interrupted");
                });
    }
}
