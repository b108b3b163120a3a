// SPDX-License-Identifier: Apache-2.0

/** What Spring Boot configures by itself. */
@NullMarked
package dev.holdfast.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
