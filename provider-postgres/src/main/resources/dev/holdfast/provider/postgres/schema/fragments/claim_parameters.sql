-- What claims of instances ask for; a k_lock_for of NULL asks for nothing.
  k_lock_for bigint{of},
  k_inline   integer{of}
