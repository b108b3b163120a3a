// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.provider.Feature;
import java.util.Set;

/**
 * The provider that was tested.
 *
 * @param id the id of its factory
 * @param version its version
 * @param specVersion the version of the specification that it says it follows
 * @param declared the features that it declares
 */
public record Subject(String id, String version, String specVersion, Set<Feature> declared) {

  /** Copies the set. */
  public Subject {
    declared = Set.copyOf(declared);
  }

  /** The readable form, such as {@code provider "sqlite" 0.1.0}. */
  @Override
  public String toString() {
    return "provider \"" + id + "\" " + version;
  }
}
