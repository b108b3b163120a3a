// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceStatus;
import java.time.Duration;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Greetings over HTTP. */
@RestController
@RequestMapping("/greetings/{id}")
class GreetingController {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HoldfastClient client;
  private final GuestBook book;

  GreetingController(HoldfastClient client, GuestBook book) {
    this.client = client;
    this.book = book;
  }

  /** Notes the guest and starts the welcome, both or neither; repeating it changes nothing. */
  @PutMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  void start(@PathVariable("id") String id, @RequestBody Guest guest) {
    book.expect(id, guest);
  }

  /** Tells it that the guest is there. */
  @PostMapping("/arrived/{door}")
  @ResponseStatus(HttpStatus.ACCEPTED)
  void arrived(@PathVariable("id") String id, @PathVariable("door") String door) {
    client.raise(id, GreetingFlow.ARRIVED, door);
  }

  /** Says how it stands. */
  @GetMapping
  InstanceStatus status(@PathVariable("id") String id) {
    return client.status(id);
  }

  /** Waits for what came of it. */
  @GetMapping("/lines")
  Greetings lines(@PathVariable("id") String id) throws InterruptedException {
    return client.await(GreetingFlow.WELCOME, id, PATIENCE);
  }

  @ExceptionHandler(DataAccessException.class)
  @ResponseStatus(HttpStatus.BAD_REQUEST)
  void refused() {}
}
