// SPDX-License-Identifier: Apache-2.0

/**
 * The shared provider: many processes on one PostgreSQL database, a schema per store. {@link
 * dev.holdfast.provider.postgres.PostgresProviderFactory} is found by {@link
 * java.util.ServiceLoader}.
 */
@NullMarked
package dev.holdfast.provider.postgres;

import org.jspecify.annotations.NullMarked;
