// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

/**
 * The result of {@link SendMessage}.
 *
 * @param stored true when the message was stored; false when it added nothing, because its message
 *     id was used before with the same content (QUEUE-26)
 */
public record MessageSent(boolean stored) implements ChangeResult {}
