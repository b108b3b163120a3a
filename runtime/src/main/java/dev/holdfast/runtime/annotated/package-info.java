// SPDX-License-Identifier: Apache-2.0

/**
 * Annotations for interfaces whose methods are activities or orchestrations: a second, shorter way
 * to declare them. See {@link dev.holdfast.runtime.Activity#of} and {@link
 * dev.holdfast.runtime.Orchestration#of}.
 */
@NullMarked
package dev.holdfast.runtime.annotated;

import org.jspecify.annotations.NullMarked;
