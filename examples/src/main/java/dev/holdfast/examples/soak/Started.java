// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

/** An instance that was started, with its input. */
record Started(Kind kind, String id, long input) {}
