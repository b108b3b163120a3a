// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.tck.ProviderTck;

/** The conformance kit on a real PostgreSQL server. */
class PostgresTckIT extends ProviderTck {}
