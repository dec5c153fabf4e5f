package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The shipped configuration agrees with the code: each bundle's metatype and its file {@code
 * etc/PID.cfg} name the same keys with the same defaults, and each key is explained.
 */
class ConfigIT {

    /** PID to key to default, as the code says. */
    private static final Map<String, Map<String, String>> CODE = new TreeMap<>();

    /** PID to the name of its shipped file. */
    private static final Map<String, String> FILES = new TreeMap<>();

    @BeforeAll
    static void readMetatypes() throws Exception {
        try (Stream<Path> files = Files.walk(Node.home().resolve("system/io/sirsi"))) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                readMetatypes(jar);
            }
        }
        assertThat(CODE).as("metatypes in the distribution").containsKey("io.sirsi.node");
    }

    @Test
    void every_key_of_the_code_is_shipped_with_its_default_and_no_other() throws IOException {
        for (Map.Entry<String, Map<String, String>> pid : CODE.entrySet()) {
            assertThat(shipped(pid.getKey()))
                    .as("etc/%s.cfg", pid.getKey())
                    .isEqualTo(pid.getValue());
        }
    }

    @Test
    void every_shipped_file_belongs_to_a_bundle() throws IOException {
        try (Stream<Path> files = Files.list(Node.home().resolve("etc"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.startsWith("io.sirsi.") && name.contains(".cfg"))
                    .isNotEmpty()
                    .allMatch(FILES::containsValue);
        }
    }

    @Test
    void every_key_is_explained_in_the_line_before_it() throws IOException {
        for (String pid : CODE.keySet()) {
            List<String> lines = Files.readAllLines(file(pid));
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).matches("\\w+ =.*")) {
                    assertThat(i == 0 ? "" : lines.get(i - 1))
                            .as("before %s in %s", lines.get(i), pid)
                            .startsWith("# ");
                }
            }
        }
    }

    private static Map<String, String> shipped(String pid) throws IOException {
        assertThat(file(pid)).as("the configuration of %s", pid).exists();
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file(pid))) {
            properties.load(in);
        }
        Map<String, String> values = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(key -> values.put(key, plain(properties.getProperty(key))));
        return values;
    }

    /** A number without a fraction is the same with one. */
    private static String plain(String value) {
        return value.matches("\\d+\\.0") ? value.substring(0, value.length() - 2) : value;
    }

    private static Path file(String pid) {
        return Node.home().resolve("etc/" + FILES.get(pid));
    }

    private static void readMetatypes(Path jar)
            throws IOException, ParserConfigurationException, SAXException {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                if (entry.getName().startsWith("OSGI-INF/metatype/")
                        && entry.getName().endsWith(".xml")) {
                    readMetatype(
                            DocumentBuilderFactory.newInstance()
                                    .newDocumentBuilder()
                                    .parse(file.getInputStream(entry)));
                }
            }
        }
    }

    private static void readMetatype(Document metatype) {
        Map<String, String> defaults = new TreeMap<>();
        for (Element key : elements(metatype, "AD")) {
            defaults.put(key.getAttribute("id"), plain(key.getAttribute("default")));
        }
        for (Element designate : elements(metatype, "Designate")) {
            boolean several = designate.hasAttribute("factoryPid");
            String pid = designate.getAttribute(several ? "factoryPid" : "pid");
            CODE.put(pid, defaults);
            FILES.put(pid, several ? pid + "-example.cfg.disabled" : pid + ".cfg");
        }
    }

    private static List<Element> elements(Document document, String name) {
        NodeList found = document.getElementsByTagName(name);
        return Stream.iterate(0, i -> i < found.getLength(), i -> i + 1)
                .map(i -> (Element) found.item(i))
                .toList();
    }
}
