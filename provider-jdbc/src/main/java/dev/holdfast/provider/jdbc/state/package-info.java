// SPDX-License-Identifier: Apache-2.0

/** State beside orchestrations, as SQL databases keep it. Knows no database. */
@NullMarked
package dev.holdfast.provider.jdbc.state;

import org.jspecify.annotations.NullMarked;
