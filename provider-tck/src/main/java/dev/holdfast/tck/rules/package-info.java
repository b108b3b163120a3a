// SPDX-License-Identifier: Apache-2.0

/**
 * The rules of the contract as tests, one class per family, or several where a family is big.
 * Nothing here can be overridden.
 *
 * <p>How a rule is written, below a comment of two parts: one sentence that says what holds;
 * <b>Shape:</b> what the test does, with A for the first handle and B for the second. What to check
 * when it fails stands on the rule's page alone.
 *
 * <pre>{@code
 * @Rule("LOCK-06")
 * void anAppliedAckReleasesTheLockAndRemovesItsBatch(StoreUnderTest store) {
 *   Handle first = store.first();
 *   first.create("order");
 *   ...
 *   Batch.expect("The next batch is not what came during the lock.", next, one, two);
 * }
 * }</pre>
 *
 * <ul>
 *   <li>The class is final, package-private and a {@link dev.holdfast.tck.RuleFamily}; its name
 *       ends in {@code Rules}. The method's name is a sentence, because it is what reports show
 *       behind the rule's id.
 *   <li>Every {@link dev.holdfast.tck.harness.StoreUnderTest} parameter is a fresh store, removed
 *       after the test.
 *   <li>Expectations say what went wrong, in one sentence, as a reader who knows nothing of the
 *       test needs it.
 *   <li>Time passes with {@code moveTime} and {@code moveToJustBefore}, in multiples of {@code
 *       lockFor} and {@code tick}; never by sleeping. Chance comes from {@code store.random()}.
 *   <li>What a fixture or provider does not offer ends the test with {@link
 *       dev.holdfast.tck.NotMeasured}; what can be seen without it is looked at first.
 * </ul>
 */
@NullMarked
package dev.holdfast.tck.rules;

import org.jspecify.annotations.NullMarked;
