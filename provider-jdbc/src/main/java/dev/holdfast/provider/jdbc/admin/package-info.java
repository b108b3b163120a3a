// SPDX-License-Identifier: Apache-2.0

/** What operators ask, for stores whose tables are alike. */
@NullMarked
package dev.holdfast.provider.jdbc.admin;

import org.jspecify.annotations.NullMarked;
