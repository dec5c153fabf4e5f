package io.sirsi.agents.internal;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The border between our code and that of a provider: libraries inside a provider's bundle look for
 * their parts through the thread's context class loader, so it is theirs on the way in and ours on
 * the way back.
 */
final class ForeignCode {

    private ForeignCode() {}

    /** Calls the code of a bundle with that bundle's loader as the context; restores what was. */
    static <T> T call(@Nullable ClassLoader loader, Callable<T> code) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return code.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Calls our code from within the code of a bundle, with our loader as the context. */
    static <T> T home(Supplier<T> code) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ForeignCode.class.getClassLoader());
        try {
            return code.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
