// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.autoconfigure;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The properties by which Boot switches contributors to health on and off. Its own annotation for
 * them is another one in each version.
 */
final class HealthIsWanted implements Condition {

  HealthIsWanted() {}

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    Environment properties = context.getEnvironment();
    boolean unlessSaid =
        properties.getProperty("management.health.defaults.enabled", Boolean.class, true);
    return properties.getProperty("management.health.holdfast.enabled", Boolean.class, unlessSaid);
  }
}
