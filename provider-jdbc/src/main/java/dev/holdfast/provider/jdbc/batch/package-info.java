// SPDX-License-Identifier: Apache-2.0

/** Group commit: callers that come together share one transaction. */
@NullMarked
package dev.holdfast.provider.jdbc.batch;

import org.jspecify.annotations.NullMarked;
