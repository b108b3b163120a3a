// SPDX-License-Identifier: Apache-2.0

/** The PostgreSQL server that tests run on. */
@NullMarked
package dev.holdfast.provider.postgres.server;

import org.jspecify.annotations.NullMarked;
