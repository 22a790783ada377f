package io.channels4j.engine;

import io.channels4j.internal.CallbackStage;

/**
 * A stage that failed before its callback observed it. It waits in the mailbox until the callback in progress has
 * completed.
 *
 * @param stage the stage
 * @param failure its failure
 */
record FailedStage(CallbackStage<?> stage, Throwable failure) {}
