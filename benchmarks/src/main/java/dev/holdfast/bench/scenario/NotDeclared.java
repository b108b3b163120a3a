// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.provider.Feature;
import java.util.Set;
import java.util.TreeSet;

/** A case needs a feature that the provider does not declare, and is left out for that. */
public final class NotDeclared extends Exception {

  private static final long serialVersionUID = 1L;

  NotDeclared(Set<Feature> missing) {
    super("not declared: " + String.join(", ", names(missing)));
  }

  private static Set<String> names(Set<Feature> features) {
    Set<String> names = new TreeSet<>();
    features.forEach(feature -> names.add(feature.name()));
    return names;
  }
}
