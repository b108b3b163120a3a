// SPDX-License-Identifier: Apache-2.0
/**
 * The soak: orchestrations of several kinds run for as long as one likes, while workers are killed
 * and the database is restarted, and all of it is audited at the end.
 */
@NullMarked
package dev.holdfast.examples.soak;

import org.jspecify.annotations.NullMarked;
