// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

/**
 * What a call of an actor has cost, as the actor says.
 *
 * @param promptTokens the tokens that went in; 0 for a script
 * @param answerTokens the tokens that came out; 0 for a script
 * @param millis how long it took, in milliseconds
 */
public record Call(int promptTokens, int answerTokens, int millis) {}
