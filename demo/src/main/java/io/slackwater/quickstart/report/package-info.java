/** What the run shows while it goes on, and what it says at the end. */
@NullMarked
package io.slackwater.quickstart.report;

import org.jspecify.annotations.NullMarked;
