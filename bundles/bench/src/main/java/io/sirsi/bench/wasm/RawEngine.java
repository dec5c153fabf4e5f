package io.sirsi.bench.wasm;

/** An engine as it comes, with nothing of ours around it. */
interface RawEngine extends AutoCloseable {

    /** {@return a module that is ready to be instantiated} */
    Module compile(byte[] binary);

    @Override
    void close();

    /** A compiled module. */
    interface Module extends AutoCloseable {

        /** {@return a new instance, whose imports return 0} */
        Guest instantiate();

        @Override
        void close();
    }

    /** An instance. For one thread. */
    interface Guest extends AutoCloseable {

        /** {@return an exported function} */
        Export function(String name);

        void write(int address, byte[] bytes);

        byte[] read(int address, int length);

        @Override
        void close();
    }

    /** An exported function. */
    @FunctionalInterface
    interface Export {

        /** {@return what it returns; takes 32-bit integers} */
        long[] call(long... arguments);
    }
}
