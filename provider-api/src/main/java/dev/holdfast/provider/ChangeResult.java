// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

/**
 * What one {@link Change} has done: what a read right after it says (CHANGE-07). There is one for
 * each change of a call, in the same order. Immutable.
 *
 * <p>New kinds may be added in later versions; a {@code switch} over results needs a default.
 */
public sealed interface ChangeResult permits MessageSent {}
