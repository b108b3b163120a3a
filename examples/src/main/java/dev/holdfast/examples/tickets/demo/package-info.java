// SPDX-License-Identifier: Apache-2.0

/** {@code ./holdfast demo-tickets}: tickets of tenants, workers that are killed, and an audit. */
@NullMarked
package dev.holdfast.examples.tickets.demo;

import org.jspecify.annotations.NullMarked;
