/** Tests of the custom resources that need no API server: they read as intended, and what is committed is what the types say. */
@NullMarked
package io.slackwater.crds;

import org.jspecify.annotations.NullMarked;
