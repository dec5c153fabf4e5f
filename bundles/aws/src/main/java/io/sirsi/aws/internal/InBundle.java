package io.sirsi.aws.internal;

import java.util.function.Supplier;

/**
 * Runs code of the SDK with this bundle's class loader as the thread's own: the SDK looks there for
 * its HTTP client and for its interceptors, and the threads that call us belong to other bundles.
 */
final class InBundle {

    private InBundle() {}

    /** {@return what the code returns} */
    static <T> T call(Supplier<T> code) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(InBundle.class.getClassLoader());
        try {
            return code.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
