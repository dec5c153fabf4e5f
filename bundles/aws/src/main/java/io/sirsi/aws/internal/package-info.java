/** Lists what an AWS account has, through the SDK that this bundle carries inside. */
@NullMarked
package io.sirsi.aws.internal;

import org.jspecify.annotations.NullMarked;
