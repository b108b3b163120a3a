// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A feature that no provider declares is a preview, and so is the interface that comes with it. */
class FeatureTest {

  private final ClassFileImporter classes = new ClassFileImporter();

  @ParameterizedTest
  @EnumSource(Feature.class)
  void theInterfaceIsAPreviewAsLongAsTheFeatureIs(Feature feature) {
    Class<? extends Capability> type = feature.type();
    if (type != null) {
      assertThat(classes.importClass(type).isAnnotatedWith(Preview.class))
          .isEqualTo(
              classes
                  .importClass(Feature.class)
                  .getField(feature.name())
                  .isAnnotatedWith(Preview.class));
    }
  }
}
