package io.sirsi.wasm.internal.guest.wasi;

import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.ValueType;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The types of all functions of {@code wasi_snapshot_preview1}, as its witx files say. */
final class WasiTypes {

    /** A line a function; {@code i} is an i32, {@code I} an i64; behind the colon the result. */
    private static final String TABLE =
            """
            args_get ii:i
            args_sizes_get ii:i
            clock_res_get ii:i
            clock_time_get iIi:i
            environ_get ii:i
            environ_sizes_get ii:i
            fd_advise iIIi:i
            fd_allocate iII:i
            fd_close i:i
            fd_datasync i:i
            fd_fdstat_get ii:i
            fd_fdstat_set_flags ii:i
            fd_fdstat_set_rights iII:i
            fd_filestat_get ii:i
            fd_filestat_set_size iI:i
            fd_filestat_set_times iIIi:i
            fd_pread iiiIi:i
            fd_prestat_dir_name iii:i
            fd_prestat_get ii:i
            fd_pwrite iiiIi:i
            fd_read iiii:i
            fd_readdir iiiIi:i
            fd_renumber ii:i
            fd_seek iIii:i
            fd_sync i:i
            fd_tell ii:i
            fd_write iiii:i
            path_create_directory iii:i
            path_filestat_get iiiii:i
            path_filestat_set_times iiiiIIi:i
            path_link iiiiiii:i
            path_open iiiiiIIii:i
            path_readlink iiiiii:i
            path_remove_directory iii:i
            path_rename iiiiii:i
            path_symlink iiiii:i
            path_unlink_file iii:i
            poll_oneoff iiii:i
            proc_exit i:
            proc_raise i:i
            random_get ii:i
            sched_yield :i
            sock_accept iii:i
            sock_recv iiiiii:i
            sock_send iiiii:i
            sock_shutdown ii:i
            """;

    private WasiTypes() {}

    /** {@return the types by name} */
    static Map<String, FunctionType> all() {
        Map<String, FunctionType> types = new TreeMap<>();
        TABLE.lines()
                .forEach(
                        line -> {
                            int space = line.indexOf(' ');
                            int colon = line.indexOf(':');
                            types.put(
                                    line.substring(0, space),
                                    new FunctionType(
                                            values(line.substring(space + 1, colon)).toList(),
                                            values(line.substring(colon + 1)).toList()));
                        });
        return types;
    }

    private static Stream<ValueType> values(String letters) {
        return letters.chars().mapToObj(c -> c == 'i' ? ValueType.I32 : ValueType.I64);
    }
}
