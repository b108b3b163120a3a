// SPDX-License-Identifier: Apache-2.0
/**
 * Counts and disturbs what passes between a provider and a store behind JDBC: a fixture wraps the
 * connections or the data source of the handles that it opens with a {@link
 * dev.holdfast.tck.jdbc.StoreTap}.
 */
@NullMarked
package dev.holdfast.tck.jdbc;

import org.jspecify.annotations.NullMarked;
