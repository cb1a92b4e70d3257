/**
 * Runs the operator, given as a command line, against an API server in memory: to train its JVM's AOT cache
 * ({@link io.slackwater.testkit.trial.Training}), and to measure how soon and in how much memory it does its first work
 * ({@link io.slackwater.testkit.trial.Trials}), and what very many clusters cost it ({@link io.slackwater.testkit.trial.ManyClusters}).
 */
@NullMarked
package io.slackwater.testkit.trial;

import org.jspecify.annotations.NullMarked;
