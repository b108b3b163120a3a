// SPDX-License-Identifier: Apache-2.0

/** What the beans are made of; no part of the API. */
@NullMarked
package dev.holdfast.spring.internal;

import org.jspecify.annotations.NullMarked;
