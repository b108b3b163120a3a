// SPDX-License-Identifier: Apache-2.0

/**
 * The core of the SPI: {@link dev.holdfast.provider.Provider} and the immutable values that go
 * through it.
 *
 * <p>Conventions that hold for every type here:
 *
 * <ul>
 *   <li>Values are immutable and safe to share between threads. Lists, sets and maps are copied on
 *       the way in.
 *   <li>A value that exists is well formed. Constructors refuse anything else with {@link
 *       dev.holdfast.provider.ProviderError.InvalidRequest} (rules DATA-05, DATA-06, ERR-07); a
 *       {@code null} where none is allowed is a {@link java.lang.NullPointerException}. Nothing is
 *       null unless it is marked {@code @Nullable}.
 *   <li>What may be absent is {@code @Nullable}: components and accessors of values, and arguments.
 *       {@link java.util.Optional} and its like are returned only by methods of an interface that
 *       look something up, such as {@link dev.holdfast.provider.Provider#describeInstance}.
 *   <li>An <em>identifier</em> (instance id, name, kind, version, message id, tag, session id,
 *       owner, key) has 1 to 256 UTF-16 units, no control character and no unpaired surrogate, and
 *       is compared exactly (DATA-04).
 *   <li>Instants lie in the years 1 to 9999 and are cut off to whole microseconds (DATA-08).
 *   <li>What is marked {@link dev.holdfast.provider.Preview} may change without notice.
 *   <li>Rule ids such as {@code ATOM-05} name the numbered rules of the specification that a type
 *       or call obeys.
 * </ul>
 */
@NullMarked
package dev.holdfast.provider;

import org.jspecify.annotations.NullMarked;
