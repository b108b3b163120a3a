// SPDX-License-Identifier: Apache-2.0

/**
 * Holdfast in applications on Spring Boot: what an application says with its beans, and what it
 * gets. Start at {@link dev.holdfast.spring.HoldfastActivity}.
 */
@NullMarked
package dev.holdfast.spring;

import org.jspecify.annotations.NullMarked;
