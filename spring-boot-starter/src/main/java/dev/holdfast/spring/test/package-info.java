// SPDX-License-Identifier: Apache-2.0

/** Tests of an application's beans in virtual time. */
@NullMarked
package dev.holdfast.spring.test;

import org.jspecify.annotations.NullMarked;
