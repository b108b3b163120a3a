// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import dev.holdfast.provider.Payload;

/**
 * An event as it is stored.
 *
 * @param type its type
 * @param schemaVersion the form of its data, from 1
 * @param data its data
 */
public record EncodedEvent(String type, int schemaVersion, Payload data) {}
