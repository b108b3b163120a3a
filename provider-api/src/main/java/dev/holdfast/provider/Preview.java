// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A part of the SPI that is designed and not yet proven: no provider of the project declares the
 * {@link Feature} that it belongs to, and the conformance kit does not measure it. It may change or
 * go without notice, in any version; the rules that its documentation cites are planned ({@code
 * docs/spec/planned-rules.md}). That it is refused where it is not declared is a promise of the
 * core (SPI-08) and no preview.
 *
 * <p>The mark goes when a provider declares the feature and the kit measures it.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.FIELD, ElementType.METHOD})
public @interface Preview {}
