// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import dev.holdfast.spring.HoldfastTransactions;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Who is expected. A guest is in the book if and only if the welcome has been started. */
@Service
class GuestBook {

  private final JdbcTemplate jdbc;
  private final HoldfastTransactions transactions;

  GuestBook(JdbcTemplate jdbc, HoldfastTransactions transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Transactional
  void expect(String id, Guest guest) {
    transactions.current().start(GreetingFlow.WELCOME, id, guest);
    jdbc.update(
        "INSERT INTO guest (id, name) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", id, guest.name());
  }
}
