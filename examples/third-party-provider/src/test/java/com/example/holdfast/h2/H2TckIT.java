// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.tck.ProviderTck;

/** Runs the conformance kit. */
class H2TckIT extends ProviderTck {}
