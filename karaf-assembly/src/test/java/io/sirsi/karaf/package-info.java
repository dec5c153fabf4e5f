/** Black-box tests of the assembled distribution: processes, SSH, JMX, files. */
@NullMarked
package io.sirsi.karaf;

import org.jspecify.annotations.NullMarked;
