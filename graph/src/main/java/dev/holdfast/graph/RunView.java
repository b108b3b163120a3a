// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunTimes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A run, as it stood when it was read. Immutable, as long as nobody changes the JSON in it.
 *
 * @param runId its id
 * @param graph the name of its definition
 * @param graphVersion the version of its definition
 * @param status its status; scheduled when it was started and no worker has begun it
 * @param attempt which attempt it is in, from 1
 * @param inputs its inputs, a JSON object
 * @param outputs its outputs, a JSON object; null unless it is completed
 * @param suspendedStep the id of the step that suspended it last, null when it never was
 * @param error why it failed or was cancelled last, null when it never was
 * @param times its times, null as long as no worker has begun it
 */
public record RunView(
    String runId,
    String graph,
    String graphVersion,
    RunStatus status,
    int attempt,
    JsonNode inputs,
    @Nullable JsonNode outputs,
    @Nullable String suspendedStep,
    @Nullable String error,
    @Nullable RunTimes times) {}
