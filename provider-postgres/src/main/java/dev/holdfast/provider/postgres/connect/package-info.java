// SPDX-License-Identifier: Apache-2.0

/** Connections to the server, and what its errors mean. */
@NullMarked
package dev.holdfast.provider.postgres.connect;

import org.jspecify.annotations.NullMarked;
