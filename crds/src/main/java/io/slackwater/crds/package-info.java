/**
 * The custom resources as Java types. The CustomResourceDefinitions under {@code deploy/crds} are generated from them when this
 * module is compiled, and committed; a test fails when the two differ. Names and meaning are API: within a version they only grow.
 *
 * <p>The API server fills in defaults and enforces bounds. The types repeat the defaults, so that an object which never saw a
 * real API server reads the same.
 */
@NullMarked
package io.slackwater.crds;

import org.jspecify.annotations.NullMarked;
