// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

/**
 * Raised events that no execution so far has waited for. They stay in the histories in which they
 * were recorded; the next execution reads them there. Events of one name are consumed in order, so
 * that the first place says it all: from there on none is consumed.
 *
 * @param name the name of the events
 * @param executionId the execution in whose history the first of them may be
 * @param eventId the first event id at which it may be
 * @param count how many there are
 */
public record Carried(String name, long executionId, long eventId, long count) {}
