package io.sirsi.report.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What every page is made of.
 *
 * @param template the page, as a mustache template
 * @param style the style sheet
 * @param script our script: charts and the table of resources
 * @param chartLibrary the chart library's script
 * @param chartLicence the chart library's licence, in full
 */
record ReportAssets(
        String template, String style, String script, String chartLibrary, String chartLicence) {

    /** Developer tools would look for a file that is not there. */
    private static final Pattern SOURCE_MAP = Pattern.compile("(?m)^//# sourceMappingURL=.*$");

    ReportAssets {
        refuse(style, "</style", "the style sheet");
        refuse(script, "</script", "our script");
        refuse(script, "<!--", "our script");
        refuse(chartLibrary, "</script", "the chart library");
        refuse(chartLibrary, "<!--", "the chart library");
    }

    /** {@return what lies in this bundle} */
    static ReportAssets load() {
        return new ReportAssets(
                read("report.mustache"),
                read("report.css"),
                read("report.js"),
                SOURCE_MAP.matcher(read("chart/chart.umd.min.js")).replaceAll("").strip(),
                read("chart/LICENSE.md").strip());
    }

    /**
     * {@return the policy of the page: nothing from anywhere but these scripts and this style,
     * named by their hashes, so that text which slips through as markup could still neither run nor
     * call home}
     */
    String contentSecurityPolicy() {
        return "default-src 'none'; script-src "
                + hash(chartLibrary)
                + " "
                + hash(script)
                + "; style-src "
                + hash(style)
                + "; img-src data:; base-uri 'none'; form-action 'none'";
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A browser hashes what it parsed, and it parses CR LF as LF. */
    private static String read(String name) {
        try (InputStream in = ReportAssets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the report bundle lacks its file " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name + " of the report bundle", e);
        }
    }

    private static void refuse(String text, String mark, String what) {
        if (text.toLowerCase(Locale.ROOT).contains(mark)) {
            throw new IllegalArgumentException(
                    what + " cannot stand inside a page: it contains " + mark);
        }
    }
}
