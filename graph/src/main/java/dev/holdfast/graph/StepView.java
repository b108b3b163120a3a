// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepTimes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A step of a run, as it stood when it was read. Immutable, as long as nobody changes the JSON in
 * it.
 *
 * @param runId the run
 * @param stepId the id of its row, such as {@code parts[2]/classify}
 * @param status its status
 * @param attempt which attempt it is in, from 1
 * @param outputs its outputs, a JSON object; null when there are none
 * @param reason what it waited for when it was suspended last, null when it never was
 * @param state the state of its last suspension, null when there was none
 * @param metadata the metadata of its last suspension, null when there is none
 * @param error how it failed last, or why it was cancelled; null for neither
 * @param times its times
 */
public record StepView(
    String runId,
    String stepId,
    StepStatus status,
    int attempt,
    @Nullable JsonNode outputs,
    @Nullable String reason,
    @Nullable JsonNode state,
    @Nullable JsonNode metadata,
    @Nullable String error,
    StepTimes times) {}
