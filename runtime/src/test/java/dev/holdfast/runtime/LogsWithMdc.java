// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.simple.SimpleServiceProvider;
import org.slf4j.spi.MDCAdapter;

/** The logging of tests, which has no MDC by itself; named in the build. */
public final class LogsWithMdc extends SimpleServiceProvider {

  private final MDCAdapter mdc = new BasicMDCAdapter();

  @Override
  public MDCAdapter getMDCAdapter() {
    return mdc;
  }
}
