// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/**
 * Why a stream is set aside from one event on (ES-09).
 *
 * @param version the version of the event of unknown type
 * @param type its type
 */
public record ParkedStream(long version, String type) {}
