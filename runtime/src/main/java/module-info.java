// SPDX-License-Identifier: Apache-2.0

/**
 * The Holdfast runtime: durable orchestrations on whichever provider is there. Start at {@link
 * dev.holdfast.runtime.Holdfast}.
 */
module dev.holdfast.runtime {
  requires transitive dev.holdfast.provider;
  requires dev.holdfast.worker;
  requires transitive org.slf4j;
  requires transitive tools.jackson.databind;
  requires com.fasterxml.jackson.annotation;
  requires static org.jspecify;

  exports dev.holdfast.runtime;
  exports dev.holdfast.runtime.annotated;
  exports dev.holdfast.runtime.schedule;
  exports dev.holdfast.runtime.retention;

  opens dev.holdfast.runtime.internal.event to
      tools.jackson.databind;
  opens dev.holdfast.runtime.internal.schedule to
      tools.jackson.databind;
}
