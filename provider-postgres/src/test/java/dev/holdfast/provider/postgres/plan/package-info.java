// SPDX-License-Identifier: Apache-2.0

/** Plans of the provider's statements: how they are read and what is bad in them. */
@NullMarked
package dev.holdfast.provider.postgres.plan;

import org.jspecify.annotations.NullMarked;
