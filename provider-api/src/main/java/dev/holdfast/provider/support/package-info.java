// SPDX-License-Identifier: Apache-2.0

/**
 * Help for authors of providers: things that every provider needs and none has to use. Applications
 * need nothing here.
 */
@NullMarked
package dev.holdfast.provider.support;

import org.jspecify.annotations.NullMarked;
