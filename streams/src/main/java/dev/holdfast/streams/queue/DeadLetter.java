// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.stream.StreamId;
import java.time.Instant;

/**
 * An entry of a queue that could not be processed and has been set aside. Nothing of it is lost: it
 * stands in the stream {@code dead-letters/ID} with its content and its last error. Immutable.
 *
 * @param id the id of the entry
 * @param stream the stream that it was for
 * @param type the type of the command or event
 * @param attempts how many attempts have failed
 * @param error what the last one said
 * @param diedAt when it was set aside, by the store's clock
 */
public record DeadLetter(
    String id, StreamId stream, String type, int attempts, String error, Instant diedAt) {}
