// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

/**
 * What a worker gets to know about an activity beyond its identity.
 *
 * @param attempt the attempt by the retry policy, from 1
 * @param firstId the event id of the first attempt
 * @param input the input
 */
public record TaskInput(int attempt, long firstId, Json input) {}
