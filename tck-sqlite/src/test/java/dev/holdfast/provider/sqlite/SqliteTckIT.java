// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.tck.ProviderTck;

/** The conformance kit on real SQLite files. */
class SqliteTckIT extends ProviderTck {}
