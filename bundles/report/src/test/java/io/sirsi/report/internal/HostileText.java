package io.sirsi.report.internal;

import java.util.List;

/** Names that someone could give to a resource to harm its reader. */
final class HostileText {

    static final List<String> ALL =
            List.of(
                    "<script>alert(1)</script>",
                    "</script><script>alert(2)</script>",
                    "</title></style></noscript><img src=http://evil.example/x onerror=alert(3)>",
                    "\" onmouseover=\"alert(4)\" x=\"",
                    "' onfocus='alert(5)' autofocus '",
                    "<!--<script>",
                    "-->]]>",
                    "{{head.title}}{{{parts}}}",
                    "${7*7}`#{x}",
                    "\\u003cb\\u003e",
                    "a\u2028b\u2029c\u0085d",
                    "invoice\u202Efdp.exe",
                    "\u2066left\u2069 \u200Bzero\uFEFF",
                    "nul\u0000bell\u0007esc\u001B[31m",
                    "line\nbreak\ttab\r",
                    "Gr\u00FC\u00DFe \u65E5\u672C \uD83D\uDE80",
                    "\u05E9\u05DC\u05D5\u05DD",
                    "&lt;&amp;&#60;",
                    "javascript:alert(6)",
                    "__proto__");

    /** UTF-16 that no UTF-8 can say. */
    static final String HALF_PAIR = "half \uD83D pair \uDE80";

    private HostileText() {}
}
