// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * List forms made of single calls, one after another. For a provider that renews locks one by one,
 * or that overrides a list form of acks and does single calls after all when a statement for the
 * whole list has failed. Stateless.
 */
public final class ListForms {

  private ListForms() {}

  /**
   * Makes a call for each element, in order. What a call throws ends the loop; earlier calls are
   * not undone.
   *
   * @param <T> the type of the elements
   * @param <R> the type of the results
   * @param elements the elements
   * @param call the call
   * @return the results, in order
   */
  public static <T, R> List<R> each(List<T> elements, Function<? super T, ? extends R> call) {
    List<R> answers = new ArrayList<>(elements.size());
    for (T element : elements) {
      answers.add(call.apply(element));
    }
    return answers;
  }

  /**
   * Renews tokens one by one, for {@link dev.holdfast.provider.Provider#renew}.
   *
   * @param tokens the tokens
   * @param renew renews one or throws {@link LockLost}
   * @return the tokens for which it did not throw {@code LockLost}, in order
   */
  public static Set<LockToken> stillHeld(Collection<LockToken> tokens, Consumer<LockToken> renew) {
    Set<LockToken> held = new LinkedHashSet<>();
    for (LockToken token : tokens) {
      try {
        renew.accept(token);
        held.add(token);
      } catch (LockLost lost) {
        held.remove(token);
      }
    }
    return held;
  }
}
