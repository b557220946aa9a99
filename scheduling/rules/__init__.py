"""Pure rules: no SQL, no clock. Each cites the product rule that it is."""
