package io.sirsi.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line of a node's JVM. */
final class NodeCommand {

    /** Packages that Karaf reaches into. */
    private static final List<String> OPENED =
            List.of(
                    "java.base/java.lang",
                    "java.base/java.net",
                    "java.base/java.security",
                    "java.base/java.util",
                    "java.naming/javax.naming.spi",
                    "java.rmi/sun.rmi.transport.tcp");

    private static final List<String> EXPORTED =
            List.of(
                    "java.base/sun.net.www.content.text",
                    "java.base/sun.net.www.protocol.file",
                    "java.base/sun.net.www.protocol.ftp",
                    "java.base/sun.net.www.protocol.http",
                    "java.base/sun.net.www.protocol.https",
                    "java.base/sun.net.www.protocol.jar",
                    "java.naming/com.sun.jndi.ldap",
                    "java.rmi/sun.rmi.registry",
                    "java.security.sasl/com.sun.security.sasl",
                    "jdk.naming.rmi/com.sun.jndi.url.rmi");

    private NodeCommand() {}

    /**
     * Puts it together.
     *
     * @param extra options of the person who starts it, after ours
     * @throws IOException when the options file or the library folders cannot be read
     */
    static List<String> of(Places places, DoorPorts ports, List<String> extra) throws IOException {
        Path data = places.data();
        Path etc = places.etc();
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add(NodeProcess.mark(places));
        words.addAll(optionsFile(etc.resolve("jvm.options"), data));
        words.addAll(extra);
        // On by default no longer, and Karaf still asks it who is logged in.
        words.add("-Djava.security.manager=allow");
        OPENED.forEach(name -> words.add("--add-opens=" + name + "=ALL-UNNAMED"));
        EXPORTED.forEach(name -> words.add("--add-exports=" + name + "=ALL-UNNAMED"));
        words.add("-Dkaraf.home=" + places.home());
        words.add("-Dkaraf.base=" + data);
        words.add("-Dkaraf.data=" + places.run());
        words.add("-Dkaraf.etc=" + etc);
        words.add("-Dkaraf.log=" + places.log());
        words.add("-Dkaraf.instances=" + places.run().resolve("instances"));
        words.add("-Djava.io.tmpdir=" + places.run().resolve("tmp"));
        words.add("-Djava.util.logging.config.file=" + etc.resolve("java.util.logging.properties"));
        words.add("-Dkaraf.startLocalConsole=false");
        words.add("-Dkaraf.startRemoteShell=true");
        words.add("-Dsirsi.ssh.port=" + ports.ssh());
        words.add("-Dsirsi.jmx.registry.port=" + ports.jmxRegistry());
        words.add("-Dsirsi.jmx.server.port=" + ports.jmxServer());
        words.add("-cp");
        words.add(
                jars(places.home().resolve("lib/boot"))
                        + ":"
                        + jars(places.home().resolve("lib/jdk9plus")));
        words.add("org.apache.karaf.main.Main");
        return words;
    }

    private static List<String> optionsFile(Path file, Path data) throws IOException {
        return Files.readAllLines(file).stream()
                .map(String::trim)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> line.replace("${sirsi.data}", data.toString()))
                .toList();
    }

    private static String jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".jar"))
                    .sorted()
                    .collect(Collectors.joining(":"));
        }
    }
}
